"""Each lesion over its dates: state, sizes, what it became."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from oncometry.core import Compartment, LesionStatus
from oncometry.report.formatting import (
    EXPLAINED,
    change_text,
    code_list,
    date_text,
    day_text,
    number_text,
    quantity_text,
)
from oncometry.report.grid import Cell, Grid, make_grid
from oncometry.report.lesion_pictures import Gallery
from oncometry.report.tables import Row

__all__ = ["LesionDate", "LesionStory", "lesion_stories", "measurement_grid"]

SIZES = (
    "volume_ml",
    "longest_diameter_mm",
    "perpendicular_mm",
    "product_mm2",
    "diameter_3d_mm",
    "surface_mm2",
)
CHANGES = ("volume_change_percent", "diameter_change_percent", "product_change_percent")
ORDER = tuple(str(c) for c in Compartment)


@dataclass(frozen=True)
class LesionDate:
    """A lesion at one date: its states by image, with the pictures."""

    heading: str
    states: tuple[Cell, ...]
    galleries: tuple[Gallery, ...]


@dataclass(frozen=True)
class LesionStory:
    """A lesion followed over all dates."""

    name: str
    dates: tuple[LesionDate, ...]
    relations: tuple[str, ...]


def lesion_stories(
    lesions: Sequence[Row],
    timepoints: Sequence[Row],
    observations: Sequence[Row],
    relations: Sequence[Row],
    galleries: Sequence[Gallery],
) -> list[LesionStory]:
    """One story per lesion, in order of its number."""
    seen: dict[tuple[str, int], list[Row]] = defaultdict(list)
    for row in observations:
        seen[row["lesion"], row["timepoint"]].append(row)
    drawn: dict[tuple[str, int], list[Gallery]] = defaultdict(list)
    for gallery in galleries:
        drawn[gallery.measurement["lesion"], gallery.measurement["timepoint"]].append(gallery)
    stories = []
    for lesion in lesions:
        name = lesion["lesion"]
        dates = tuple(
            LesionDate(
                _heading(visit),
                tuple(_state(row) for row in seen[name, visit["timepoint"]]),
                tuple(drawn[name, visit["timepoint"]]),
            )
            for visit in sorted(timepoints, key=lambda t: t["timepoint"])
        )
        stories.append(LesionStory(name, dates, tuple(_relations(name, relations))))
    return stories


def _heading(visit: Row) -> str:
    parts = [f"Time point {visit['timepoint']}"]
    if visit["day"] is not None:
        parts.append(day_text(visit["day"]))
    if visit["date"] is not None:
        parts.append(date_text(visit["date"]))
    return " · ".join(parts)


def _state(row: Row) -> Cell:
    image = row["contrast"] if row["contrast"] not in (None, "unknown") else row["modality"]
    status = str(row["status"])
    reason = str(row["reason"] or "")
    shown = status if not image else f"{status} on {image}"
    if reason and status != LesionStatus.MEASURED:
        shown += f": {reason}"
    return Cell(shown, EXPLAINED.get(reason, reason), "" if status == LesionStatus.MEASURED else "warn")


def _relations(name: str, relations: Sequence[Row]) -> list[str]:
    """What happened to the lesion between dates, in words; 'same' needs none."""
    found = []
    for row in relations:
        if row["lesion"] != name or row["relation"] == "same":
            continue
        score = "" if row["score"] is None else f", score {number_text(row['score'], 2)}"
        method = f" (by {row['method']}{score})" if row["method"] else ""
        found.append(f"{row['relation']} at time point {row['later_timepoint']}{method}")
    return list(dict.fromkeys(found))


def measurement_grid(measurements: Sequence[Row], csv: str, limit: int) -> Grid:
    """Every compartment at every date; the pointer shows the value_id that `oncometry why` takes."""
    ordered = sorted(
        measurements,
        key=lambda m: (
            len(m["lesion"]),
            m["lesion"],
            _rank(m["compartment"]),
            m["timepoint"],
            m["mask_key"] or "",
        ),
    )
    rows = []
    for row in ordered:
        image = row["contrast"] if row["contrast"] not in (None, "unknown") else row["modality"] or ""
        head: list[str | Cell] = [
            row["lesion"],
            row["compartment"],
            str(row["timepoint"]),
            _day(row),
            str(image),
        ]
        sizes = [_size(row, column) for column in SIZES]
        changes = [_change(row, column) for column in CHANGES]
        rows.append([*head, *sizes, *changes, str(row["source"] or ""), _flags(row)])
    headings = [
        "Lesion",
        "Compartment",
        "#Time point",
        "#Day",
        "Image",
        "#Volume (ml)",
        "#Longest (mm)",
        "#Perpendicular (mm)",
    ]
    headings += [
        "#Product (mm²)",
        "#3-D diameter (mm)",
        "#Surface (mm²)",
        "#Volume change",
        "#Diameter change",
    ]
    return make_grid("Measurements", [*headings, "#Product change", "From", "Flags"], rows, csv, limit)


def _rank(compartment: str) -> int:
    return ORDER.index(compartment) if compartment in ORDER else len(ORDER)


def _day(row: Row) -> str:
    return "" if row["day"] is None else str(int(row["day"]))


def _size(row: Row, column: str) -> Cell:
    if row[column] is None:
        reason = str(row["reason"] or "")
        return Cell("–", EXPLAINED.get(reason, reason))
    return Cell(quantity_text(row[column], column), f"{row['value_id']}:{column}")


def _change(row: Row, column: str) -> Cell:
    if row[column] is None:
        return Cell("–", "No earlier measurement in the same modality to compare with.")
    css = "" if row[column] == 0 else "less" if row[column] < 0 else "more"
    return Cell(change_text(row[column]), f"{row['value_id']}:{column}", css)


def _flags(row: Row) -> Cell:
    codes = code_list(row["flags"])
    if row["reason"]:
        codes.append(str(row["reason"]))
    if row["leaves_lesion"]:
        codes.append("leaves lesion")
    shown = list(dict.fromkeys(codes))
    title = " ".join(EXPLAINED.get(code, "") for code in shown).strip()
    if row["leaves_lesion"]:
        title = f"{title} Part of the longest diameter runs outside the lesion.".strip()
    return Cell(", ".join(shown), title, "warn" if shown else "")
