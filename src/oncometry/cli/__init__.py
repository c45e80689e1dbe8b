"""The command-line face."""

from oncometry.cli.app import app, main

__all__ = ["app", "main"]
