"""Dates, times and ages as PS3.5 6.2 has them: what is of another form may be anything, and is not kept."""

from __future__ import annotations

import re

from pydicom.datadict import dictionary_has_tag, dictionary_VR
from pydicom.dataelem import DataElement

__all__ = ["OLDEST", "capped_age", "is_day_number", "is_time", "of_its_own_type"]

_TIME = re.compile(r"(?:[01]\d|2[0-3])(?::?[0-5]\d(?::?[0-6]\d(?:\.\d{1,6})?)?)?")
_AGE = re.compile(r"(\d{3})([DWMY])")
_DAYS = {"D": 1.0, "W": 7.0, "M": 365.25 / 12, "Y": 365.25}
_DAY_NUMBER = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_FREE_TEXTS = frozenset(("AE", "CS", "LO", "LT", "SH", "ST", "UC", "UT"))
_WRITTEN = _FREE_TEXTS | {"AS", "DA", "DS", "DT", "IS", "PN", "TM", "UI", "UR"}
OLDEST, CAPPED = 89, "090Y"
"""Years that may stay, and what stands for more (45 CFR 164.514(b)(2)(i)(C): ages over 89 are one category)."""


def is_time(value: str) -> bool:
    """TM, also with the colons of the standard's first edition."""
    return _TIME.fullmatch(value.strip()) is not None


def capped_age(value: str) -> str:
    """AS; '093Y' becomes '090Y'; '' of another form."""
    match = _AGE.fullmatch(value.strip())
    if match is None:
        return ""
    years = int(match[1]) * _DAYS[match[2]] / _DAYS["Y"]
    return CAPPED if years >= OLDEST + 1 else match[0]


def is_day_number(value: object) -> bool:
    """Whether a whole number reads as a date: 19440404."""
    return _DAY_NUMBER.fullmatch(str(value)) is not None


def of_its_own_type(element: DataElement) -> DataElement:
    """The attribute with the type of the dictionary: a date that a file calls a text is a date.

    Raises:
        ValueError, TypeError: the value is none of that type.
    """
    if not dictionary_has_tag(element.tag):
        return element
    vr = dictionary_VR(element.tag)
    if vr == element.VR or element.VR not in _WRITTEN or {element.VR, vr} <= _FREE_TEXTS or " or " in vr:
        return element
    return DataElement(element.tag, vr, element.value)
