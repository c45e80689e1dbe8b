"""Dose in normal tissue: from a dose grid and a structure to DVH, EQD2 and complication probability."""

from __future__ import annotations
