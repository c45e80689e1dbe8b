"""One patient's page: the course, every lesion in pictures, every number in tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from oncometry.core import Code, Compartment, OncometryError
from oncometry.core.geometry import FloatArray
from oncometry.report.checkerboard import checkerboard_picture
from oncometry.report.cohort_files import failure_grids, notices_grid
from oncometry.report.formatting import date_text, number_text, quantity_text
from oncometry.report.grid import Cell, Cells, Grid, make_grid
from oncometry.report.image_shelf import ImageShelf
from oncometry.report.intensity_section import histogram_plots, statistics_grid
from oncometry.report.lesion_pictures import Picture, picture_lesions
from oncometry.report.lesion_section import lesion_stories, measurement_grid
from oncometry.report.patient_tables import PatientTables
from oncometry.report.registration_grid import registration_grid
from oncometry.report.series_space import Bridge, is_poor
from oncometry.report.settings import ReportSettings
from oncometry.report.size_plots import size_plots
from oncometry.report.tables import Row, plain_rows
from oncometry.report.timeline import draw_timeline

__all__ = ["PatientPage", "patient_context"]


@dataclass(frozen=True, eq=False)
class PatientPage:
    """What a worker needs to write a patient's page.

    Attributes:
        tables: the patient's rows.
        cohort: the cohort's folder.
        cohort_name: as shown.
        file_name: of the page.
        synthetic: whether the patient was made rather than imaged.
    """

    tables: PatientTables
    cohort: Path
    cohort_name: str
    file_name: str
    synthetic: bool
    settings: ReportSettings

    def csv(self, table: str) -> str:
        """Link to the patient's own CSV file of a table."""
        return f"csv/{self.file_name.removesuffix('.html')}_{table}.csv"


def patient_context(page: PatientPage) -> dict[str, Any]:
    """Everything the patient's template shows."""
    tables, settings = page.tables, page.settings
    series, timepoints = tables.rows("series"), tables.rows("timepoints")
    measurements, registrations = tables.rows("measurements"), tables.rows("registrations")
    shelf = ImageShelf(page.cohort, tables.rows("volumes"), series, settings)
    galleries = picture_lesions(measurements, series, registrations, shelf, settings)
    by_key = {s["series_key"]: s for s in series}
    lesions = tables.rows("lesions")
    stories = lesion_stories(
        lesions, timepoints, tables.rows("observations"), tables.rows("relations"), galleries
    )
    return {
        "title": f"Patient {tables.patient['patient_id']}",
        "name": page.cohort_name,
        "patient": tables.patient,
        "synthetic": page.synthetic,
        "headline": _headline(tables, len(timepoints)),
        "timeline": draw_timeline(timepoints, tables.rows("treatments"), tables.rows("events")),
        "dated": any(t["day"] is not None for t in timepoints),
        "implausible": _implausible(measurements),
        "size_plots": size_plots(measurements, tables.rows("observations"), 10),
        "stories": stories,
        "unpictured": max(len(stories) - settings.lesions_pictured, 0),
        "measurements": measurement_grid(measurements, page.csv("measurements"), settings.rows_shown),
        "histograms": histogram_plots(tables.rows("histograms"), series, tables.rows("segmentations")),
        "statistics": statistics_grid(
            tables.rows("intensities"), page.csv("intensities"), settings.rows_shown
        ),
        "checkerboards": _checkerboards(registrations, measurements, by_key, shelf),
        "registrations": registration_grid(
            registrations, by_key, page.csv("registrations"), settings.rows_shown, patients=False
        ),
        "series": _series_grid(series, page.csv("series"), settings.rows_shown),
        "masks": _mask_grid(tables, by_key, page.csv("segmentations")),
        "clinical": _clinical_grids(page),
        "failures": failure_grids([], tables.rows("failures"), settings.rows_shown),
        "notices": notices_grid(
            [
                (what, tables.rows(table))
                for what, table in (
                    ("series", "series"),
                    ("mask", "segmentations"),
                    ("registration", "registrations"),
                )
            ],
            settings.rows_shown,
        ),
    }


def _headline(tables: PatientTables, dates: int) -> list[tuple[str, str]]:
    lengths = [
        (len(tables.frames[name]), shown)
        for name, shown in (("series", "series"), ("segmentations", "masks"), ("lesions", "lesions"))
    ]
    counts = [(dates, "time points"), *lengths]
    return [(number_text(count, 0), shown) for count, shown in counts]


def _checkerboards(
    registrations: Sequence[Row], measurements: Sequence[Row], series: dict[str, Row], shelf: ImageShelf
) -> list[Picture]:
    """The first date's reference against each later one, through the largest lesion of the first date."""
    pictures = []
    scale = not _implausible(measurements)
    for row in registrations:
        if row["scope"] != "date" or row["fixed_key"] not in shelf or row["moving_key"] not in shelf:
            continue
        heading = f"Time point {row['timepoint']} on time point 1"
        poor = is_poor(row)
        matrix = (
            np.eye(4) if poor or row["matrix"] is None else np.asarray(row["matrix"], float).reshape(4, 4)
        )
        names = [str(series[row[key]]["contrast"]) for key in ("fixed_key", "moving_key")]
        try:
            fixed, moving = shelf.take(row["fixed_key"]), shelf.take(row["moving_key"])
        except OncometryError as error:
            pictures.append(Picture(None, heading, "", f"{error.code}: {error.what}"))
            continue
        through = _largest_at(measurements, row["fixed_key"])
        label = (
            f"Checkerboard of {names[0]} at the first date and {names[1]} at time point {row['timepoint']}"
        )
        drawn = checkerboard_picture(fixed, moving, Bridge(matrix), through, label, scale=scale)
        quality = f"tiles of {names[0]} (first date) and {names[1]} in turn; quality {number_text(row['quality'], 3)}"
        note = "Poor: not used. Shown by the scanner's positions." if poor else ""
        pictures.append(Picture(drawn, heading, quality, note))
    return pictures


def _implausible(measurements: Sequence[Row]) -> bool:
    return any(m["reason"] == Code.SPACING_IMPLAUSIBLE for m in measurements)


def _largest_at(measurements: Sequence[Row], fixed_key: str) -> FloatArray | None:
    """Centroid (3,) of the largest whole lesion drawn on the series, None where it carries none."""
    rows = [
        m
        for m in measurements
        if m["series_key"] == fixed_key
        and m["compartment"] == Compartment.WHOLE
        and m["centroid_x_mm"] is not None
    ]
    if not rows:
        return None
    row = max(rows, key=lambda m: m["voxels"] or 0)
    return np.array([row["centroid_x_mm"], row["centroid_y_mm"], row["centroid_z_mm"]], float)


def _series_grid(series: Sequence[Row], csv: str, limit: int) -> Grid:
    rows: list[Cells] = []
    for row in sorted(series, key=lambda s: (s["timepoint"] or 0, s["series_key"])):
        size = " x ".join(str(row[f"size_{axis}"]) for axis in "ijk")
        spacing = " x ".join(number_text(row[f"spacing_{axis}_mm"], 2) for axis in "ijk")
        confidence = "" if row["confidence"] is None else f"{100 * row['confidence']:.0f}\u00a0%"
        rows.append(
            [
                "" if row["timepoint"] is None else str(row["timepoint"]),
                Cell(row["contrast"] or "", row["series_key"]),
                row["modality"] or "",
                Cell(confidence, row["evidence"] or ""),
                row["description"] or "",
                date_text(row["acquired"]),
                size,
                spacing,
                row["unit"] or "",
            ]
        )
    headings = [
        "#Time point",
        "Shows",
        "Modality",
        "#Confidence",
        "Description",
        "Acquired",
        "Voxels",
        "Spacing (mm)",
        "Unit",
    ]
    return make_grid("Images", headings, rows, csv, limit)


def _mask_grid(tables: PatientTables, series: dict[str, Row], csv: str) -> Grid:
    segments = plain_rows(tables.segments)
    rows: list[Cells] = []
    for row in tables.rows("segmentations"):
        image = series.get(row["series_key"] or "")
        own = [s for s in segments if s["mask_key"] == row["mask_key"]]
        named = "; ".join(
            f"{s['number']} {s['name']} ({s['compartment']}): "
            + (
                f"{quantity_text(s['volume_ml'], 'volume_ml')} ml"
                if s["volume_ml"] is not None
                else f"{s['voxels']} voxels"
            )
            for s in own
        )
        scheme = f"{row['scheme']} ({row['scheme_source']})"
        shown = str(image["contrast"]) if image else "no image"
        linked = f"{shown}, by {row['linked_by']}" if image and row["linked_by"] else shown
        small = (
            f"{row['small_parts'] or 0} ({quantity_text(row['small_parts_ml'], 'small_parts_ml')} ml)"
            if row["small_parts"]
            else "0"
        )
        rows.append(
            [
                str(row["timepoint"] or ""),
                Cell(row["kind"] or "", row["mask_key"]),
                linked,
                scheme,
                named,
                small,
            ]
        )
    headings = ["#Time point", "Kind", "On", "Label scheme", "Segments", "#Small parts, not tracked"]
    return make_grid("Masks", headings, rows, csv)


def _clinical_grids(page: PatientPage) -> list[Grid]:
    """Treatments, outcomes, toxicities and every other value of the sheet; empty ones are left out."""
    tables, limit = page.tables, page.settings.rows_shown
    wanted = (
        ("treatments", "Treatments", ("kind", "agent", "start_day", "end_day", "dose_gy", "fractions")),
        ("events", "Outcomes", ("endpoint", "observed", "day")),
        ("toxicities", "Toxicities", ("term", "grade", "ctcae_version", "day")),
        ("clinical_values", "Clinical values", ("day", "name", "text", "number", "unit", "sheet", "row")),
    )
    grids = []
    for table, caption, columns in wanted:
        rows = [[_clinical_cell(row, column) for column in columns] for row in tables.rows(table)]
        if rows:
            headings = [("#" if column in NUMERIC else "") + column.replace("_", " ") for column in columns]
            grids.append(make_grid(caption, headings, rows, page.csv(table), limit))
    return grids


NUMERIC = frozenset({"start_day", "end_day", "dose_gy", "fractions", "day", "grade", "number", "row"})


def _clinical_cell(row: Row, column: str) -> Cell:
    value = row[column]
    if value is None:
        return Cell("")
    if column == "observed":
        return Cell("observed" if value else "censored")
    shown = f"{value:g}" if isinstance(value, float) else str(value)
    return Cell(shown, str(row.get("value_id") or "") if column in ("text", "number") else "")
