"""The cohort's page: what came in, what became of it, and every patient in one row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from oncometry.report.burden import Burden, best_change, burdens
from oncometry.report.cohort_files import (
    failure_grids,
    file_counts,
    left_out_grid,
    notices_grid,
    quarantine_grid,
)
from oncometry.report.formatting import change_text, count_text, number_text, quantity_text
from oncometry.report.grid import Cell, Cells, Grid, make_grid
from oncometry.report.line_chart import Curve, LineChart, Reference, draw_lines, sparkline
from oncometry.report.methods import write_methods
from oncometry.report.registration_grid import registration_grid
from oncometry.report.series_space import is_poor
from oncometry.report.settings import ReportSettings
from oncometry.report.tables import Row, Tables
from oncometry.report.versions import version_grid
from oncometry.report.waterfall import Bar, draw_waterfall

__all__ = ["cohort_burdens", "cohort_context"]

PARTIAL_RESPONSE = Reference(-30.0, "\u221230 %")
PROGRESSION = Reference(20.0, "+20 %")


@dataclass(frozen=True)
class Outcome:
    """A patient's row of the cohort with the burden at each date."""

    row: Row
    visits: list[Burden]
    link: str | None


def cohort_burdens(tables: Tables) -> dict[str, list[Burden]]:
    """Patient id -> burden at each date."""
    timepoints = tables.by_patient("timepoints")
    measurements, observations = tables.by_patient("measurements"), tables.by_patient("observations")
    return {
        row["patient_id"]: burdens(
            timepoints.get(row["patient_id"], []),
            measurements.get(row["patient_id"], []),
            observations.get(row["patient_id"], []),
        )
        for row in tables.rows("patients")
    }


def cohort_context(
    tables: Tables, name: str, pages: Mapping[str, str], settings: ReportSettings
) -> dict[str, Any]:
    """Everything the cohort's template shows.

    Args:
        tables: the cohort's tables.
        name: of the cohort.
        pages: patient id -> file name of the patient's page.
        settings: how much is shown.
    """
    found = cohort_burdens(tables)
    outcomes = [
        Outcome(row, found[row["patient_id"]], pages.get(row["patient_id"]))
        for row in tables.rows("patients")
    ]
    files, steps = tables.rows("files"), tables.rows("steps")
    series = {row["series_key"]: row for row in tables.rows("series")}
    registrations = tables.rows("registrations")
    counts = file_counts(files)
    return {
        "title": f"Cohort {name}",
        "name": name,
        "synthetic": tables.synthetic,
        "headline": _headline(tables, len(files)),
        "counts": counts,
        "files": len(files),
        "quarantine": quarantine_grid(files),
        "left_out": left_out_grid(files, settings.rows_shown),
        "patients": _patient_grid(outcomes),
        "plots": _plots(outcomes),
        "registrations": registration_grid(
            registrations, series, "csv/registrations.csv", settings.rows_shown, patients=True
        ),
        "poor": sum(is_poor(r) for r in registrations),
        "notices": notices_grid(
            [(what, tables.rows(table)) for what, table in _NOTICE_TABLES], settings.rows_shown
        ),
        "failures": failure_grids(steps, tables.rows("failures"), settings.rows_shown),
        "clinical": _clinical_counts(tables),
        "clinical_left": _clinical_left(tables, settings.rows_shown),
        "methods": write_methods(steps, tables.rows("volumes"), tables.rows("segmentations")),
        "versions": version_grid(steps),
    }


_NOTICE_TABLES = (
    ("series", "series"),
    ("mask", "segmentations"),
    ("registration", "registrations"),
    ("preprocessed image", "volumes"),
)


def _headline(tables: Tables, files: int) -> list[tuple[str, str]]:
    names = (
        ("patients", "patients"),
        ("timepoints", "time points"),
        ("series", "image series"),
        ("segmentations", "masks"),
        ("lesions", "lesions"),
        ("measurements", "measurements"),
    )
    numbers = [(number_text(len(tables.frame(table)), 0), shown) for table, shown in names]
    return [(number_text(files, 0), "input files"), *numbers]


def _patient_grid(outcomes: Sequence[Outcome]) -> Grid:
    rows: list[Cells] = []
    for outcome in outcomes:
        row, visits = outcome.row, outcome.visits
        latest = visits[-1] if visits else None
        volume = latest.volume_ml if latest else None
        curve = [(float(_place(v)), v.volume_ml) for v in visits if v.volume_ml is not None]
        change = latest.volume_change_percent if latest and len(visits) > 1 else None
        best = best_change([v.volume_change_percent for v in visits])
        shown = ", ".join(quantity_text(value, "volume_ml") for _, value in curve)
        rows.append(
            [
                Cell(row["patient_id"], link=outcome.link or ""),
                *(number_text(row[c], 0) for c in ("timepoints", "series", "masks", "lesions")),
                Cell(quantity_text(volume, "volume_ml"), _why_no_volume(latest)),
                Cell(sparkline(curve, f"volume at each date in ml: {shown}") if len(curve) > 1 else ""),
                Cell(change_text(change), css=_direction(change)),
                Cell(change_text(best), css=_direction(best)),
            ]
        )
    headings = [
        "Patient",
        "#Dates",
        "#Series",
        "#Masks",
        "#Lesions",
        "#Latest volume (ml)",
        "Volume over time",
    ]
    return make_grid("Patients", [*headings, "#Latest change", "#Best change"], rows, "csv/burden.csv")


def _why_no_volume(latest: Burden | None) -> str:
    if latest is None:
        return "Nothing was measured."
    return "" if latest.volume_ml is not None else "A lesion is there without an absolute size on this date."


def _direction(change: float | None) -> str:
    return "" if change is None or change == 0 else "less" if change < 0 else "more"


def _place(visit: Burden) -> int:
    return visit.timepoint if visit.day is None else visit.day


def _plots(outcomes: Sequence[Outcome]) -> list[tuple[str, str, Markup]]:
    """(heading, explanation, drawing) of the waterfalls and the spider; none without two dates."""
    volume = _bars(outcomes, "volume_change_percent")
    diameter = _bars(outcomes, "diameter_change_percent")
    found = []
    if volume:
        drawn = draw_waterfall(
            volume, "Waterfall plot: best change of the total volume", "best change of volume (%)"
        )
        found.append(
            ("Best change of total volume", _note(volume, outcomes, "total volume of all lesions"), drawn)
        )
    if diameter:
        title = "Waterfall plot: best change of the sum of longest diameters"
        drawn = draw_waterfall(diameter, title, "best change of sum (%)", (PARTIAL_RESPONSE, PROGRESSION))
        note = _note(
            diameter, outcomes, "sum of the longest diameters of all lesions (not of chosen target lesions)"
        )
        note += " Dashed: the limits that RECIST 1.1 sets for target lesions, for orientation only."
        found.append(("Best change of summed longest diameters", note, drawn))
    spider = _spider(outcomes)
    if spider is not None:
        note = (
            "Change of the total volume since each patient's first measured date. Point at a mark to read it."
        )
        found.append(("Change over time", note, spider))
    return found


def _bars(outcomes: Sequence[Outcome], column: str) -> list[Bar]:
    bars = []
    for outcome in outcomes:
        best = best_change([getattr(visit, column) for visit in outcome.visits])
        if best is not None:
            bars.append(Bar(outcome.row["patient_id"], best, outcome.link))
    return bars


def _note(bars: Sequence[Bar], outcomes: Sequence[Outcome], what: str) -> str:
    left = len(outcomes) - len(bars)
    shown = f"Lowest {what} after the first measured date, relative to that date; {count_text(len(bars), 'patient')}."
    if left:
        shown += f" {count_text(left, 'patient')} without two comparable dates left out."
    return shown


def _spider(outcomes: Sequence[Outcome]) -> Markup | None:
    curves = []
    days = all(v.day is not None for o in outcomes for v in o.visits)
    for outcome in outcomes:
        patient = outcome.row["patient_id"]
        known = [(v, v.volume_change_percent) for v in outcome.visits if v.volume_change_percent is not None]
        if len(known) < 2:
            continue
        points = tuple(
            (
                float(v.day if days and v.day is not None else v.timepoint),
                change,
                f"{patient}, {'day' if days else 'time point'} {v.day if days else v.timepoint}: {change_text(change)}",
            )
            for v, change in known
        )
        curves.append(Curve(patient, points, "shrunk" if known[-1][1] < 0 else "grown"))
    if not curves:
        return None
    x_label = "days since first date" if days else "time point"
    title = "Spider plot: change of total volume over time"
    return draw_lines(LineChart(title, x_label, "change of volume (%)", curves, width=760.0, height=340.0))


def _clinical_counts(tables: Tables) -> list[tuple[str, str]]:
    counts = Counter(str(row["status"]) for row in tables.rows("clinical_rows"))
    known = ("matched", "unmatched", "conflicting", "excluded")
    found = [(status, counts.pop(status, 0)) for status in known] + sorted(counts.items()) if counts else []
    return [(number_text(count, 0), f"rows {status}") for status, count in found]


def _clinical_left(tables: Tables, limit: int) -> Grid:
    rows = [
        [
            row["sheet"] or "",
            str(row["row"]),
            row["patient_id"] or "",
            row["status"],
            row["code"] or "",
            row["detail"] or "",
        ]
        for row in tables.rows("clinical_rows")
        if row["status"] != "matched"
    ]
    headings = ["Sheet", "#Row", "Patient", "Status", "Code", "Why"]
    return make_grid("Clinical rows that were not matched", headings, rows, "csv/clinical_rows.csv", limit)
