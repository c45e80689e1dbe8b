"""Private attributes that are known to identify nobody: those of PS3.15 Table E.3.10-1 that tell how images were made.

Of that table (edition 2026d, 479 rows) only numbers, coded strings and short strings of scanners are taken: its
sequences, binary values, long texts, UIDs and what tells of displays are not needed, and could hold more than is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pydicom.dataset import Dataset
from pydicom.errors import BytesLengthException

__all__ = ["safe_tags"]

VRS = frozenset(("CS", "DS", "FD", "FL", "IS", "SH", "SL", "SS", "UL", "US"))
_TABLE = {
    "Philips PET Private Group": {0x7053: "00 09"},
    "Philips MR Imaging DD 001": {0x2005: "0D 0E"},
    "Philips Imaging DD 001": {
        0x2001: "01 02 03 04 05 06 07 08 09 0A 0B 0C 0E 0F 10 11 12 13 14 15 16 17 18 19 1A 1B 1C 1D 1E 1F 21 22 23 24 "
        "25 2D 32 33 35 36 60 7B 81 82 83 84 85 86 87 88 89 8A 8B A1 F1 F2"
    },
    "ELSCINT1": {0x00E1: "21 50", 0x01E1: "26", 0x01F1: "01 07 26 27"},
    "GEMS_ACQU_01": {0x0019: "23 24 27"},
    "GEMS_PARM_01": {0x0043: "27 39 6F"},
    "GEMS_HELIOS_01": {0x0045: "01 02"},
    "GEMS_SERS_01": {0x0025: "07"},
    "GEIIS PACS": {0x0903: "10 11 12"},
    "SIEMENS MR HEADER": {0x0019: "0C 0D 0E 27"},
}
SAFE: Mapping[tuple[str, int], frozenset[int]] = MappingProxyType(
    {
        (creator, group): frozenset(int(element, 16) for element in elements.split())
        for creator, groups in _TABLE.items()
        for group, elements in groups.items()
    }
)
"""(creator, group) -> last bytes of the elements."""


def safe_tags(dataset: Dataset) -> frozenset[int]:
    """Tags of this level, private creators among them, that may stay.

    The file's own word for it (Block Identifying Information Status, (0008,0303)) is not taken: it speaks of blocks
    that nobody has seen.
    """
    kept: set[int] = set()
    for tag in list(dataset.keys()):
        group, element = tag >> 16, tag & 0xFFFF
        if group % 2 == 0 or element < 0x1000:
            continue
        place = group << 16 | element >> 8
        creator = str(dataset[place].value).strip() if place in dataset else ""
        if element & 0xFF in SAFE.get((creator, group), ()) and _vr(dataset, tag) in VRS:
            kept |= {int(tag), place}
    return frozenset(kept)


def _vr(dataset: Dataset, tag: int) -> str:
    """The type of a value; '' where it is not of the type that it should have."""
    try:
        return str(dataset[tag].VR)
    except (ValueError, TypeError, OverflowError, BytesLengthException):
        return ""
