"""DA and DT values moved by whole days."""

from __future__ import annotations

import datetime
import re

__all__ = ["shifted"]

_DAY = re.compile(r"(\d{4})[.-]?(\d{2})[.-]?(\d{2})(.*)", re.DOTALL)


def shifted(value: str, days: int) -> str:
    """The date moved, the time of day as it was; '' for what is no whole date (a year alone cannot move by days)."""
    match = _DAY.fullmatch(value.strip())
    if match is None:
        return ""
    try:
        date = datetime.date(int(match[1]), int(match[2]), int(match[3])) + datetime.timedelta(days)
    except (ValueError, OverflowError):
        return ""
    rest = match[4] if re.fullmatch(r"[\d.+-]*", match[4]) else ""
    return f"{date:%Y%m%d}{rest}" if date.year >= 1000 else ""
