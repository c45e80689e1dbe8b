"""Text for the cell of a CSV file that a spreadsheet program may open.

Such a program runs a cell that begins with '=', '+', '-', '@', tab or line end as a formula, and CSV has no cell types:
text that begins so gets an apostrophe before it, which spreadsheets take as "this is text" (OWASP, CSV injection).
"""

from __future__ import annotations

__all__ = ["FORMULA_STARTS", "inert"]

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def inert(value: object) -> object:
    """The same, or text that no spreadsheet runs; numbers stay as they are, also those that are written as text."""
    if not isinstance(value, str) or not value.startswith(FORMULA_STARTS):
        return value
    try:
        float(value)
    except ValueError:
        return "'" + value
    return value
