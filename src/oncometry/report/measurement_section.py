"""Every measurement of a patient in one table, with the sums of lesions that split."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from oncometry.core import Compartment
from oncometry.report.counted import hand_of, rivals_among
from oncometry.report.families import Family
from oncometry.report.formatting import EXPLAINED, change_text, code_list, count_text, quantity_text
from oncometry.report.grid import Cell, Cells, Grid, make_grid
from oncometry.report.size_error import detectable_text, sized_text
from oncometry.report.tables import Row
from oncometry.store.hand import Hand

__all__ = ["measurement_grid"]

SIZES = (
    "volume_ml",
    "longest_diameter_mm",
    "perpendicular_mm",
    "product_mm2",
    "diameter_3d_mm",
    "surface_mm2",
)
CHANGES = ("volume_change_percent", "diameter_change_percent", "product_change_percent")
HEADINGS = (
    "Lesion",
    "Part",
    "#Time point",
    "#Day",
    "Image",
    "Flags",
    "#Volume (ml)",
    "#Longest (mm)",
    "#Perpen­dicular (mm)",
    "#Product (mm²)",
    "#3-D diameter (mm)",
    "#Surface (mm²)",
    "#Detectable change",
    "#Volume change",
    "#Diameter change",
    "#Product change",
    "From",
)
ORDER = tuple(str(c) for c in Compartment)
AFTER_SPLIT = "after split"
DETECTABLE = (
    "Of longest diameter and volume: a smaller change between two readings by one reader may be chance."
)


def measurement_grid(
    measurements: Sequence[Row],
    hands: Mapping[str, Hand],
    families: Sequence[Family],
    csv: str,
    limit: int,
) -> Grid:
    """Every compartment at every date, then sums after splits; the pointer shows what `oncometry why` takes."""
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
    rivals = rivals_among(measurements, hands)
    rows = []
    for row in ordered:
        hand = hand_of(row, hands)
        beside = hand.text if rivals[hand] or hand.is_network else ""
        rows.append(_row(row, beside, families))
    rows += [row for family in families for row in _family_rows(family)]
    return make_grid("Measurements", HEADINGS, rows, csv, limit)


def _row(row: Row, hand: str, families: Sequence[Family]) -> Cells:
    """`hand`: whose mask, where others drew the same lesion or a network made it; else ''."""
    image = row["contrast"] if row["contrast"] not in (None, "unknown") else row["modality"] or ""
    day = "" if row["day"] is None else str(int(row["day"]))
    split = any(
        row["lesion"] in family.split.pieces and row["timepoint"] >= family.split.timepoint
        for family in families
    )
    head: list[str | Cell] = [row["lesion"], row["compartment"], str(row["timepoint"]), day]
    head.append(f"{image}, {hand}" if hand else str(image))
    sizes = [_size(row, column) for column in SIZES]
    changes = [_change(row, column, split=split) for column in CHANGES]
    detectable = Cell(detectable_text(row) or "–", DETECTABLE)
    return [*head, _flags(row, split=split), *sizes, detectable, *changes, str(row["source"] or "")]


def _family_rows(family: Family) -> list[Cells]:
    """The summed volume at each date; diameters of a sum are not a diameter."""
    rows: list[Cells] = []
    dash = Cell("–", "A sum of lesions has no diameter of its own.")
    for visit in family.visits:
        members = f"sum of {', '.join(visit.members)}"
        size = (
            count_text(visit.voxels, "voxel")
            if visit.volume_ml is None and visit.voxels is not None
            else quantity_text(visit.volume_ml, "volume_ml")
        )
        change = visit.changes["volume"]
        shown = "baseline" if visit is family.visits[0] and change == 0 else change_text(change)
        day = "" if visit.day is None else str(visit.day)
        head: list[str | Cell] = [
            family.name,
            visit.compartment,
            str(visit.timepoint),
            day,
            "",
            "sum of pieces",
        ]
        changes = [Cell(shown, members if change is not None else visit.reason), dash, dash]
        rows.append([*head, Cell(size, members), *[dash] * len(SIZES), *changes, "sum"])
    return rows


def _rank(compartment: str) -> int:
    return ORDER.index(compartment) if compartment in ORDER else len(ORDER)


def _size(row: Row, column: str) -> Cell:
    if row[column] is not None:
        return Cell(sized_text(row, column), f"{row['value_id']}:{column}")
    reason = EXPLAINED.get(str(row["reason"] or ""), str(row["reason"] or ""))
    if column == "volume_ml" and row["voxels"] is not None:
        return Cell(count_text(row["voxels"], "voxel"), f"{row['value_id']}: {reason}")
    return Cell("–", reason)


def _change(row: Row, column: str, *, split: bool) -> Cell:
    source = f"{row['value_id']}:{column}"
    if row[column] is None:
        why = str(row.get("change_reason") or "")
        return Cell("–", EXPLAINED.get(why, why) or "Nothing in the same kind of image to compare with.")
    if row["baseline_value_id"] == row["value_id"]:
        return Cell("baseline", source)
    if split:
        return Cell(change_text(row[column]), f"{EXPLAINED['SPLIT']} {source}", "warn")
    css = "" if row[column] == 0 else "less" if row[column] < 0 else "more"
    return Cell(change_text(row[column]), source, css)


def _flags(row: Row, *, split: bool) -> Cell:
    codes = [*code_list(row["flags"]), *code_list(row.get("change_reason"))]
    if row["reason"]:
        codes.append(str(row["reason"]))
    shown = {code: EXPLAINED.get(code, "") for code in codes if code != "SPLIT"}
    if row["leaves_lesion"]:
        shown["leaves lesion"] = "Part of the longest diameter runs outside the lesion."
    if split:
        shown[AFTER_SPLIT] = EXPLAINED["SPLIT"]
    return Cell(", ".join(shown), " ".join(text for text in shown.values() if text), "warn" if shown else "")
