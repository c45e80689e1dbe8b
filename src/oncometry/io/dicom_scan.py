"""A DICOM file as a row of elements: every length is held against the bytes that are there, no value is decoded.

PS3.5 section 7 (data set), section 7.5 (sequences), annex A.4 (encapsulated pixel data); PS3.10 section 7
(file meta information). Values are pydicom's to decode; this says where they are, and that they are whole.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from mmap import mmap
from pathlib import Path
from typing import NamedTuple, NoReturn

from pydicom.datadict import DicomDictionary  # type: ignore[attr-defined]
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)
from pydicom.valuerep import VR as VALUE_REPRESENTATIONS

from oncometry.core import Code, CorruptInputError

__all__ = ["SEQUENCES", "Element", "Fragments", "Scanned", "scan", "scan_elements", "scan_until_fault"]

Bytes = bytes | mmap

LONG = frozenset({b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV"})
"""Value representations with a length of four bytes in explicit encoding (PS3.5 table 7.1-1)."""
KNOWN = frozenset(vr.value.encode() for vr in VALUE_REPRESENTATIONS if len(vr.value) == 2)
SHORT = KNOWN - LONG
FIXED = {b"US": 2, b"SS": 2, b"UL": 4, b"SL": 4, b"FL": 4, b"AT": 4, b"FD": 8, b"SV": 8, b"UV": 8}
"""Bytes of one value, where it has a fixed number (PS3.5 table 6.2-1)."""
VR_OF = {tag: entry[0].encode() for tag, entry in DicomDictionary.items()}
SEQUENCES = frozenset(tag for tag, vr in VR_OF.items() if vr == b"SQ")
ITEM, ITEM_END, SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
PIXELS = frozenset({0x7FE00008, 0x7FE00009, 0x7FE00010})
SYNTAX, MEDIA_CLASS = 0x00020010, 0x00020002
UNDEFINED, ABSURD = 0xFFFFFFFF, 0xFFFFFF00
DEEPEST = 32
PREAMBLE = 132
INFLATES_AT_MOST = 1 << 30
RATIO, RATIO_FLOOR = 200, 64 << 20


class Element(NamedTuple):
    """Where a data element stands.

    Attributes:
        tag: group and element in one number.
        vr: its value representation; b'' in implicit encoding.
        at: where its tag begins.
        start, end: of its value; of a sequence, of its items.
        stop: behind it, and behind its delimiter.
    """

    tag: int
    vr: bytes
    at: int
    start: int
    end: int
    stop: int


@dataclass(frozen=True, slots=True)
class Fragments:
    """Encapsulated pixel data: where its fragments begin and end, the table of offsets before them left out."""

    places: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Scanned:
    """What was found.

    Attributes:
        data: the bytes that the places of elements count in; inflated where the file is deflated.
        syntax: transfer syntax UID; as guessed from the first element where the file names none.
        media_class: SOP class UID of the file meta information; '' where it names none.
        implicit, little: the encoding that the data set really has.
        elements: those asked for, by tag.
        pixels: bytes of the pixel data element, or the fragments of an encapsulated one; None where there is none.
        trailing: bytes behind the last element that are no element.
    """

    data: Bytes
    syntax: str
    media_class: str
    implicit: bool
    little: bool
    elements: Mapping[int, Element]
    pixels: int | Fragments | None
    trailing: int = 0

    def value(self, tag: int) -> bytes:
        """An element's bytes; b'' where it is absent."""
        found = self.elements.get(tag)
        return b"" if found is None else self.data[found.start : found.end]


def scan(data: Bytes, wanted: Collection[int], path: Path) -> Scanned:
    """Walk a whole file.

    Args:
        data: all its bytes.
        wanted: tags whose elements are kept.
        path: for messages.

    Raises:
        CorruptInputError: `TRUNCATED` (an element, item or sequence is longer than what is there),
            `HEADER_INCONSISTENT` (an impossible length), `CORRUPT` (a value representation or item
            that does not exist, a number of half its bytes), `TOO_DEEP`, `BOMB` (deflated beyond limits).
    """
    walk, at, syntax, media_class = _opened(data, wanted, path)
    end = walk.dataset(at, len(walk.data), walk.implicit, 0)
    rest = len(walk.data) - end
    return Scanned(walk.data, syntax, media_class, walk.implicit, walk.little, walk.kept, walk.pixels, rest)


def scan_until_fault(data: Bytes, wanted: Collection[int], path: Path) -> Mapping[int, bytes]:
    """The values of elements that stand before whatever is wrong with a file; none where that is its beginning."""
    try:
        walk, at, _, _ = _opened(data, wanted, path)
    except CorruptInputError:
        return {}
    with suppress(CorruptInputError):
        walk.dataset(at, len(walk.data), walk.implicit, 0)
    return {tag: bytes(walk.data[found.start : found.end]) for tag, found in walk.kept.items()}


def _opened(data: Bytes, wanted: Collection[int], path: Path) -> tuple[_Walk, int, str, str]:
    """The walk of a file's data set, inflated where it is deflated; where that begins; its syntax; its media class."""
    start = PREAMBLE if data[128:PREAMBLE] == b"DICM" else 0
    meta = _Walk(data, False, True, (SYNTAX, MEDIA_CLASS), path)
    at = meta.group_two(start)
    named, media_class = meta.uid(SYNTAX), meta.uid(MEDIA_CLASS)
    if named == DeflatedExplicitVRLittleEndian:
        data, at = _inflated(data, at, path), 0
    syntax, implicit, little = _encoding(data, at, named)
    return _Walk(data, implicit, little, wanted, path), at, syntax, media_class


def scan_elements(data: bytes, *, implicit: bool, little: bool, path: Path) -> Mapping[int, Element]:
    """All elements of a data set that has been scanned before.

    Raises:
        CorruptInputError: as `scan`.
    """
    walk = _Walk(data, implicit, little, None, path)
    walk.dataset(0, len(data), implicit, 0)
    return walk.kept


def _encoding(data: Bytes, at: int, named: str) -> tuple[str, bool, bool]:
    """Syntax, implicit and little; the first element is believed where it contradicts what is named."""
    head = data[at : at + 6]
    letters = len(head) == 6 and head[4:6].isalpha() and head[4:6].isupper()
    if named:
        implicit = not letters if len(head) == 6 else named == ImplicitVRLittleEndian
        return named, implicit, named != ExplicitVRBigEndian
    if not letters:
        return ImplicitVRLittleEndian, True, True
    little = head[:2] < b"\x00\x01" or head[1] == 0
    return (ExplicitVRLittleEndian if little else ExplicitVRBigEndian), False, little


def _inflated(data: Bytes, at: int, path: Path) -> bytes:
    most = max(RATIO_FLOOR, min(INFLATES_AT_MOST, RATIO * (len(data) - at)))
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        content = unpacker.decompress(data[at:], most)
    except zlib.error as error:
        raise CorruptInputError(
            Code.CORRUPT, f"the deflated data set does not unpack ({error}).", path=path
        ) from error
    if unpacker.unconsumed_tail:
        raise CorruptInputError(
            Code.BOMB,
            f"{len(data) - at} deflated bytes unpack to more than {most}: nothing of it is read.",
            path=path,
            advice="No scan packs like this; ask who made the file.",
        )
    if not unpacker.eof:
        raise _short(path, "the deflated data set ends early")
    return content


class _Walk:
    """One pass over a data set; what was asked for is kept."""

    def __init__(
        self, data: Bytes, implicit: bool, little: bool, wanted: Collection[int] | None, path: Path
    ) -> None:
        self.data, self.wanted, self.path = data, wanted, path
        order = "<" if little else ">"
        self.head = struct.Struct(f"{order}HH2sH").unpack_from
        self.two = struct.Struct(f"{order}HH").unpack_from
        self.short = struct.Struct(f"{order}H").unpack_from
        self.long = struct.Struct(f"{order}I").unpack_from
        self.implicit, self.little = implicit, little
        self.kept: dict[int, Element] = {}
        self.pixels: int | Fragments | None = None

    def group_two(self, at: int) -> int:
        """Walk the file meta information; gives where the data set begins."""
        data = self.data
        while len(data) - at >= 8 and data[at : at + 2] == b"\x02\x00":
            implicit = data[at + 4 : at + 6] not in KNOWN
            at = self._element(at, len(data), implicit, 0)
        return at

    def uid(self, tag: int) -> str:
        """A UID that was kept; '' where it is absent."""
        found = self.kept.get(tag)
        return "" if found is None else self.data[found.start : found.end].rstrip(b"\0 ").decode("latin-1")

    def dataset(self, at: int, end: int, implicit: bool, depth: int, *, item: bool = False) -> int:
        """Walk elements up to `end`, or past the item's delimiter where `item` has no length; gives the place."""
        data, element, head, wanted = self.data, self._element, self.head, self.wanted
        top = depth == 0
        while end - at >= 8:
            group, number, vr, length = head(data, at)
            if vr in SHORT and not implicit:  # nearly all elements of nearly all files
                stop = at + 8 + length
                if stop > end:
                    self._too_long(group << 16 | number, length, end - at - 8)
                if top and (wanted is None or group << 16 | number in wanted):
                    self._keep(Element(group << 16 | number, vr, at, at + 8, stop, stop))
                at = stop
                continue
            if item and group << 16 | number == ITEM_END:
                return at + 8
            at = element(at, end, implicit, depth)
        if item or any(data[at:end]):
            self._ends_early(at, end)
        return at

    def _element(self, at: int, end: int, implicit: bool, depth: int) -> int:
        """Walk one element; gives where the next begins."""
        data = self.data
        group, number = self.two(data, at)
        tag = group << 16 | number
        start, vr = at + 8, b""
        if implicit:
            (length,) = self.long(data, at + 4)
        else:
            vr = data[at + 4 : at + 6]
            if vr in SHORT:
                (length,) = self.short(data, at + 6)
            elif vr in LONG:
                start = at + 12
                if start > end:
                    self._ends_early(at, end)
                (length,) = self.long(data, at + 8)
            else:
                self._unknown(tag, vr)
        stop: int = start + length
        value_end = stop
        if length == UNDEFINED:
            stop = self._undefined(start, end, tag, vr, implicit, depth)
            value_end = stop - 8
        elif stop > end:
            self._too_long(tag, length, end - start)
        elif vr == b"SQ" or (implicit and tag in SEQUENCES):
            self._items(start, stop, implicit, depth + 1)
        if depth == 0:
            if self.wanted is None or tag in self.wanted:
                self._keep(Element(tag, vr, at, start, value_end, stop))
            elif tag in PIXELS and length != UNDEFINED:
                self.pixels = length
        return stop

    def _keep(self, element: Element) -> None:
        length = element.end - element.start
        size = FIXED.get(element.vr or VR_OF.get(element.tag, b""), 1)
        if size > 1 and length % size:
            what = f"{_shown(element.tag)} has {length} bytes; its numbers have {size} each."
            raise CorruptInputError(Code.CORRUPT, what, path=self.path, advice="Copy the file again.")
        self.kept[element.tag] = element

    def _undefined(self, at: int, end: int, tag: int, vr: bytes, implicit: bool, depth: int) -> int:
        """Walk a value without length; gives the place behind its delimiter."""
        if tag in PIXELS and depth == 0:
            return self._fragments(at, end)
        if vr not in (b"", b"SQ", b"UN", b"OB"):
            what = f"{_shown(tag)} of kind {vr.decode()} has no length, which only sequences may."
            raise CorruptInputError(Code.HEADER_INCONSISTENT, what, path=self.path)
        return self._items(at, end, implicit or vr == b"UN", depth + 1, undefined=True)

    def _items(self, at: int, end: int, implicit: bool, depth: int, *, undefined: bool = False) -> int:
        """Walk the items of a sequence up to `end`, or past its delimiter; gives the place."""
        if depth > DEEPEST:
            raise CorruptInputError(
                Code.TOO_DEEP,
                f"sequences lie more than {DEEPEST} deep in each other: nothing of it is read.",
                path=self.path,
                advice="No scanner writes this; ask who made the file.",
            )
        while end - at >= 8:
            tag, length = self._item(at)
            at += 8
            if tag == SEQUENCE_END and undefined:
                return at
            if tag != ITEM:
                raise CorruptInputError(
                    Code.CORRUPT, f"{_shown(tag)} stands where an item begins.", path=self.path
                )
            inside = implicit or self._is_implicit(at)
            if length == UNDEFINED:
                at = self.dataset(at, end, inside, depth, item=True)
                continue
            if at + length > end:
                self._too_long(tag, length, end - at)
            self.dataset(at, at + length, inside, depth)
            at += length
        if undefined or at < end:
            self._ends_early(at, end)
        return at

    def _fragments(self, at: int, end: int) -> int:
        """Keep where the fragments are; gives the place behind their delimiter."""
        places: list[tuple[int, int]] = []
        while end - at >= 8:
            tag, length = self._item(at)
            at += 8
            if tag == SEQUENCE_END:
                self.pixels = Fragments(tuple(places[1:]))
                return at
            if tag != ITEM:
                raise CorruptInputError(
                    Code.CORRUPT, f"{_shown(tag)} stands where compressed pixels go on.", path=self.path
                )
            if at + length > end:
                self._too_long(0x7FE00010, length, end - at)
            places.append((at, at + length))
            at += length
        raise _short(self.path, "the compressed pixels have no end")

    def _item(self, at: int) -> tuple[int, int]:
        group, number = self.two(self.data, at)
        return group << 16 | number, self.long(self.data, at + 4)[0]

    def _is_implicit(self, at: int) -> bool:
        """An item of an explicit data set may be implicit; its first element tells."""
        vr = self.data[at + 4 : at + 6]
        return len(vr) == 2 and vr not in KNOWN and self._item(at)[0] not in (ITEM_END, SEQUENCE_END)

    def _unknown(self, tag: int, vr: bytes) -> NoReturn:
        what = f"{_shown(tag)} has the value representation {vr!r}, which does not exist."
        raise CorruptInputError(
            Code.CORRUPT, what, path=self.path, advice="Copy the file again from its source."
        )

    def _too_long(self, tag: int, length: int, there: int) -> NoReturn:
        if length >= ABSURD:
            what = f"{_shown(tag)} declares {length} bytes, which no element has."
            raise CorruptInputError(Code.HEADER_INCONSISTENT, what, path=self.path)
        raise _short(self.path, f"{_shown(tag)} declares {length} bytes and {max(there, 0)} are there")

    def _ends_early(self, at: int, end: int) -> NoReturn:
        raise _short(self.path, f"the last {end - at} bytes are part of an element")


def _short(path: Path, what: str) -> CorruptInputError:
    return CorruptInputError(
        Code.TRUNCATED,
        f"{what}: the file was cut, or a length in it is wrong.",
        path=path,
        advice="Copy the file again from its source.",
    )


def _shown(tag: int) -> str:
    return f"({tag >> 16:04X},{tag & 0xFFFF:04X})"
