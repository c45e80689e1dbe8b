"""DA and DT values moved by whole days."""

from __future__ import annotations

import datetime
import re

__all__ = ["shifted"]

_DAY = re.compile(r"(\d{4})[.-]?(\d{2})[.-]?(\d{2})(.*)", re.DOTALL)
_REST = re.compile(r"(?:\d{2}(?:\d{2}(?:\d{2}(?:\.\d{1,6})?)?)?)?(?:[+-]\d{4})?")
"""Time of day and zone of DT (PS3.5 6.2)."""


def shifted(value: str, days: int) -> str:
    """The date moved, the time of day as it was; '' for what is no whole date (a year alone cannot move by days), or more."""
    match = _DAY.fullmatch(value.strip())
    if match is None:
        return ""
    try:
        date = datetime.date(int(match[1]), int(match[2]), int(match[3])) + datetime.timedelta(days)
    except (ValueError, OverflowError):
        return ""
    if _REST.fullmatch(match[4]) is None or date.year < 1000:
        return ""
    return f"{date:%Y%m%d}{match[4]}"
