"""The numbers of a measurement group of an SR: those a reading holds in its units, and the names of the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from pydicom.dataset import Dataset
from pydicom.sr.coding import Code

from oncometry.core.reading import Quantity
from oncometry.io.dicom_header import text_of
from oncometry.io.lesion_drawing import Line
from oncometry.io.sr_concepts import (
    DERIVATION,
    DIAMETER_3D,
    FACTORS,
    MEASURED_AS,
    OWN,
    PEAK,
    READ_AS,
    SLICE_THICKNESS,
    VISIT_NUMBER,
    code_of,
)
from oncometry.io.sr_items import children, line_of, named, number_of

__all__ = ["Sizes", "sizes_in"]

SAME = 1e-9
"""Two values of one quantity that differ by less, relatively, are one."""


@dataclass
class Sizes:
    """What the numbers of a group say; `unread`: the names of those that were not understood."""

    values: dict[Quantity, float] = field(default_factory=dict)
    errors: dict[Quantity, float] = field(default_factory=dict)
    lines: dict[Quantity, Line] = field(default_factory=dict)
    diameter_3d: Line | None = None
    slice_thickness_mm: float | None = None
    visit_number: float | None = None
    unread: list[str] = field(default_factory=list)


def sizes_in(group: Dataset) -> Sizes:
    """All of them. A quantity with two different values has none: nobody can say which is meant."""
    sizes = Sizes()
    doubted: set[Quantity] = set()
    for item in _numbers(group):
        name, found = code_of(item.get("ConceptNameCodeSequence")), number_of(item)
        quantity = _quantity(name, item)
        if found is None:
            sizes.unread.append(f"{name.meaning} without a value")
        elif quantity is not None and found[1] in FACTORS[quantity]:
            value = found[0] * FACTORS[quantity][found[1]]
            before = sizes.values.get(quantity, value)
            if abs(value - before) > SAME * abs(before):
                doubted.add(quantity)
            sizes.values[quantity] = value
            line = line_of(item)
            if line is not None:
                sizes.lines[quantity] = line
        else:
            _other(item, name, *found, sizes)
    for quantity in doubted:
        del sizes.values[quantity]
        sizes.unread.append(f"{MEASURED_AS[quantity].name.meaning} with two values")
    return sizes


def _numbers(group: Dataset) -> Iterator[Dataset]:
    """What is measured; the day of the visit, which is context, is not."""
    numbers = (item for item in children(group) if text_of(item, "ValueType") == "NUM")
    return (item for item in numbers if text_of(item, "RelationshipType") != "HAS OBS CONTEXT")


def _quantity(name: Code, item: Dataset) -> Quantity | None:
    """What a number is of; a mean or a maximum is of nothing that a reading holds, but a peak of SUL is."""
    derived = [code_of(child.get("ConceptCodeSequence")) for child in named(item, DERIVATION)]
    for quantity, names in READ_AS.items():
        if name in names and derived == ([PEAK] if quantity is Quantity.SUL_PEAK else []):
            return quantity
    return None


def _other(item: Dataset, name: Code, value: float, unit: str, sizes: Sizes) -> None:
    """Slice thickness, number of the visit, the line in space, our standard errors; else its name is kept."""
    ours = name.value.removesuffix("_se") if name.scheme_designator == OWN else ""
    if name == SLICE_THICKNESS and unit == "mm":
        sizes.slice_thickness_mm = value
    elif name == VISIT_NUMBER:
        sizes.visit_number = value
    elif name == DIAMETER_3D.name and line_of(item) is not None:
        sizes.diameter_3d = line_of(item)
    elif ours in {q.value for q in Quantity} and name.value.endswith("_se"):
        sizes.errors[Quantity(ours)] = value
    else:
        derived = [code_of(child.get("ConceptCodeSequence")).meaning for child in named(item, DERIVATION)]
        sizes.unread.append(" ".join([name.meaning, *derived, f"in {unit}"]))
