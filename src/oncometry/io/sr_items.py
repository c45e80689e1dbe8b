"""Content items of an SR (PS3.3 C.17.3), by name and type."""

from __future__ import annotations

from collections.abc import Iterator

from pydicom.dataset import Dataset
from pydicom.sr.coding import Code

from oncometry.core.geometry import Point
from oncometry.io.dicom_header import text_of
from oncometry.io.lesion_drawing import Line
from oncometry.io.sr_concepts import code_of

__all__ = ["Number", "children", "frame_of", "line_of", "named", "number_of", "texts"]

Number = tuple[float, str]
"""A value and its unit, as UCUM writes it."""


def children(item: Dataset) -> list[Dataset]:
    """The content items directly below."""
    return list(item.get("ContentSequence") or [])


def named(item: Dataset, *names: Code) -> Iterator[Dataset]:
    """Those of them that bear one of these names; codes of SNOMED's old scheme (SRT) are those of SCT."""
    return (child for child in children(item) if code_of(child.get("ConceptNameCodeSequence")) in names)


def texts(item: Dataset, *names: Code) -> list[str]:
    """What the children of these names say: text, person name, UID, or the meaning of a code."""
    found = []
    for child in named(item, *names):
        said = (text_of(child, keyword) for keyword in ("TextValue", "PersonName", "UID"))
        found.append(next(filter(None, said), "") or code_of(child.get("ConceptCodeSequence")).meaning)
    return [text for text in found if text]


def number_of(item: Dataset) -> Number | None:
    """The value of a NUM item, of full precision where it is stated so; None where it has none."""
    measured = list(item.get("MeasuredValueSequence") or [])
    if not measured:
        return None
    exact = measured[0].get("FloatingPointValue")
    value = measured[0].get("NumericValue") if exact is None else exact
    if value is None or value == "":
        return None
    return float(value), code_of(measured[0].get("MeasurementUnitsCodeSequence")).value


def line_of(item: Dataset) -> Line | None:
    """The straight line in space that a measurement was taken along; None where none is given."""
    for child in children(item):
        if text_of(child, "ValueType") == "SCOORD3D" and len(child.get("GraphicData") or ()) == 6:
            x, y, z, a, b, c = (float(v) for v in child.GraphicData)
            start: Point = (x, y, z)
            return start, (a, b, c)
    return None


def frame_of(item: Dataset) -> str | None:
    """The frame of reference of the first place in space that a measurement of this group has."""
    for child in children(item):
        for place in (child, *children(child)):
            uid = text_of(place, "ReferencedFrameOfReferenceUID")
            if text_of(place, "ValueType") == "SCOORD3D" and uid:
                return uid
    return None
