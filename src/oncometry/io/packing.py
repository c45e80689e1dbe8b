"""How a file is packed, by its first bytes: archives that are unpacked, and those that are not."""

from __future__ import annotations

import re
from enum import StrEnum

__all__ = ["Packing", "packing_of"]

USTAR = slice(257, 262)


class Packing(StrEnum):
    """The value is what people call it."""

    ZIP = "zip"
    TAR = "tar"
    GZIP = "gzip"
    BZIP2 = "bzip2"
    XZ = "xz"
    SEVEN_ZIP = "7z"
    RAR = "rar"
    ZSTANDARD = "zstd"
    COMPRESS = "compress (.Z)"


MAGIC = {
    re.compile(rb"PK(\x03\x04|\x05\x06)"): Packing.ZIP,
    re.compile(rb"\x1f\x8b"): Packing.GZIP,
    re.compile(rb"BZh[1-9](1AY&SY|\x17rE8P\x90)"): Packing.BZIP2,
    re.compile(rb"\xfd7zXZ\0"): Packing.XZ,
    re.compile(rb"7z\xbc\xaf'\x1c"): Packing.SEVEN_ZIP,
    re.compile(rb"Rar!\x1a\x07"): Packing.RAR,
    re.compile(rb"\x28\xb5\x2f\xfd"): Packing.ZSTANDARD,
    re.compile(rb"\x1f\x9d"): Packing.COMPRESS,
}


def packing_of(head: bytes) -> Packing | None:
    """What the first 512 bytes say; None for a file that is not packed."""
    if head[USTAR] == b"ustar":
        return Packing.TAR
    return next((packing for magic, packing in MAGIC.items() if magic.match(head)), None)
