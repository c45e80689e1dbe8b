"""Every patient of the cohort in one row of a table, and in rows of a CSV file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from oncometry.report.burden import QUANTITIES, Burden, best_change, burdens, omission
from oncometry.report.cohort_plots import Outcome, member_text
from oncometry.report.formatting import change_text, count_text, number_text, quantity_text
from oncometry.report.grid import Cell, Cells, Grid, make_grid
from oncometry.report.lesion_names import excluded_lesions, without
from oncometry.report.line_chart import sparkline
from oncometry.report.tables import Tables
from oncometry.report.wording import leading_compartments

__all__ = ["burden_frame", "cohort_outcomes", "is_tables_only", "patient_grid"]

WITHHELD = "Absolute sizes are withheld: the voxel spacing in the file cannot be that of the scanner."


def cohort_outcomes(tables: Tables, pages: Mapping[str, str]) -> list[Outcome]:
    """Every patient with the burden at each date. `pages`: patient id -> file name of the page."""
    names = ("timepoints", "measurements", "observations", "segmentations", "lesions")
    by_patient = [tables.by_patient(name) for name in names]
    found = []
    for row in tables.rows("patients"):
        patient = row["patient_id"]
        timepoints, *seen, masks, lesions = (group.get(patient, []) for group in by_patient)
        measurements, observations = (without(rows, excluded_lesions(lesions)) for rows in seen)
        sums = {
            compartment: burdens(timepoints, measurements, observations, masks, compartment)
            for compartment in leading_compartments(measurements)
        }
        found.append(Outcome(row, {c: visits for c, visits in sums.items() if visits}, pages.get(patient)))
    return found


def burden_frame(outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """One row per patient, compartment and date; `members` are the ids of the measurements summed."""
    columns = ["patient_id", "compartment", "timepoint", "day", "volume_ml", "voxels", "diameter_mm"]
    columns += [
        "product_mm2",
        "lesions",
        *(f"{q}_change_percent" for q in QUANTITIES),
        "members",
        "reader",
        "reason",
    ]
    rows = []
    for outcome in outcomes:
        for visit in (v for visits in outcome.burdens.values() for v in visits):
            changes = [visit.changes[q] for q in QUANTITIES]
            sizes = [visit.volume_ml, visit.voxels, visit.diameter_mm, visit.product_mm2, visit.lesions]
            head = [outcome.row["patient_id"], visit.compartment, visit.timepoint, visit.day]
            rows.append([*head, *sizes, *changes, " ".join(visit.members), visit.hand, visit.reason])
    return pd.DataFrame(rows, columns=columns)


def patient_grid(outcomes: Sequence[Outcome], names: Mapping[str, str]) -> Grid:
    """Counts of every patient, and the sums of the leading compartment. `names`: compartment -> its name."""
    if is_tables_only(outcomes):
        known: list[Cells] = [
            [Cell(one.row["patient_id"], link=one.link or ""), number_text(one.row["timepoints"], 0)]
            for one in outcomes
        ]
        return make_grid("Patients", ["Patient", "#Dates"], known)
    rows: list[Cells] = []
    for outcome in outcomes:
        compartment = next(iter(outcome.burdens), None)
        visits = outcome.burdens[compartment] if compartment else []
        latest = visits[-1] if visits else None
        change = latest.changes["volume"] if latest and len(visits) > 1 else None
        best = best_change(v.changes["volume"] for v in visits)
        why = omission(visits, "volume").capitalize()
        source = member_text(latest) if latest else ""
        rows.append(
            [
                Cell(outcome.row["patient_id"], link=outcome.link or ""),
                number_text(outcome.row["timepoints"], 0),
                _part(names.get(compartment or "", "–"), latest),
                _latest(latest),
                Cell(_curve(visits)),
                Cell(change_text(change), source if change is not None else why, _direction(change)),
                Cell(change_text(best), "" if best is not None else why, _direction(best)),
                *(number_text(outcome.row[c], 0) for c in ("lesions", "series", "masks")),
            ]
        )
    headings = ["Patient", "#Dates", "Part", "#Latest volume (ml)", "Volume over time", "#Latest change"]
    headings += ["#Best change", "#Lesions", "#Series", "#Masks"]
    return make_grid("Patients", headings, rows, "csv/burden.csv", csv_name="Sums at every date")


def is_tables_only(outcomes: Sequence[Outcome]) -> bool:
    """Whether nobody has an image, a mask or a measured size: the cohort is one of sheets."""
    counts = ("lesions", "series", "masks")
    return bool(outcomes) and not any(one.burdens or any(one.row[c] for c in counts) for one in outcomes)


def _part(name: str, visit: Burden | None) -> str:
    """The part, and whose masks were summed where others drew the same lesions."""
    return f"{name}, as drawn by {visit.hand}" if visit is not None and visit.hand else name


def _latest(visit: Burden | None) -> Cell:
    if visit is None:
        return Cell("–", "Nothing was measured.")
    if visit.volume_ml is not None:
        return Cell(quantity_text(visit.volume_ml, "volume_ml"), member_text(visit))
    if visit.voxels is not None:
        return Cell(count_text(visit.voxels, "voxel"), f"{WITHHELD} {member_text(visit).capitalize()}.")
    return Cell("–", visit.reason)


def _curve(visits: Sequence[Burden]) -> str:
    unit = "ml" if all(v.volume_ml is not None or v.voxels is None for v in visits) else "voxels"
    sizes = [v.volume_ml if unit == "ml" else v.voxels for v in visits]
    days = all(v.day is not None for v in visits)
    places = [v.day if days and v.day is not None else v.timepoint for v in visits]
    curve = [(float(p), float(s)) for p, s in zip(places, sizes, strict=True) if s is not None]
    shown = ", ".join(quantity_text(s, "volume_ml") if unit == "ml" else number_text(s, 0) for _, s in curve)
    return sparkline(curve, f"volume at each date in {unit}: {shown}") if len(curve) > 1 else ""


def _direction(change: float | None) -> str:
    return "" if change is None or change == 0 else "less" if change < 0 else "more"
