"""Oncometry measures tumors on CT and MRI and follows them over time."""

__all__ = ["__version__"]

__version__ = "0.1.0"
