"""One patient's page: the course, every lesion in pictures, every number in tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from oncometry.core import UNORDERED, Code
from oncometry.report.absence_pictures import picture_absences
from oncometry.report.clinical_section import clinical_grids, responses
from oncometry.report.cohort_files import failure_grids, left_out_grid, notices_grid
from oncometry.report.counted import hands_of
from oncometry.report.decision_section import decision_grid
from oncometry.report.dose_section import dose_section
from oncometry.report.families import find_families
from oncometry.report.feature_section import feature_grid, stored_text
from oncometry.report.formatting import cohort_title, date_text, number_text
from oncometry.report.growth_section import growth_section
from oncometry.report.image_shelf import ImageShelf
from oncometry.report.images_section import mask_grid, series_grid
from oncometry.report.intensity_section import histogram_plots, statistics_grid
from oncometry.report.lesion_names import excluded_lesions, without
from oncometry.report.lesion_pictures import picture_lesions
from oncometry.report.lesion_section import lesion_stories
from oncometry.report.lesion_strip import make_strip
from oncometry.report.lineage import find_splits
from oncometry.report.measurement_section import measurement_grid
from oncometry.report.methods import write_methods
from oncometry.report.methods_facts import Facts
from oncometry.report.network_masks import network_remark, with_makers
from oncometry.report.patient_tables import PatientTables
from oncometry.report.registration_grid import registration_grid
from oncometry.report.registration_pictures import picture_registrations
from oncometry.report.response_course import ResponseCourse, response_courses
from oncometry.report.response_section import response_section, roles_by_lesion
from oncometry.report.saliency_pictures import picture_saliency
from oncometry.report.settings import ReportSettings
from oncometry.report.size_plots import size_plots
from oncometry.report.tables import Row
from oncometry.report.timeline import draw_timeline
from oncometry.report.versions import version_grid
from oncometry.report.wording import compartment_name

__all__ = ["PatientPage", "patient_context"]

MOST_CURVES = 10
OF_IMAGES = ("series", "segmentations", "lesions", "measurements", "registrations")
"""Tables that have rows only where there are images or masks."""


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
    tables = page.tables
    shelf = ImageShelf(page.cohort, tables.rows("volumes"), tables.rows("series"), page.settings)
    courses = response_courses(tables.rows)
    return {
        "title": f"Patient {tables.patient['patient_id']}",
        "cohort": cohort_title(page.cohort_name),
        "patient": tables.patient,
        "synthetic": page.synthetic,
        "imaged": _is_imaged(tables),
        "headline": _headline(tables),
        "network_remark": network_remark(tables.rows("segmentations")),
        **_course(page),
        **_lesions(page, shelf, courses),
        **_features(page),
        **dose_section(page.tables.rows, page.csv, page.settings.rows_shown),
        **_registrations(page, shelf),
        "saliency": picture_saliency(tables.rows("segmentations"), tables.rows("series"), page.cohort, shelf),
        **_tables(page),
        "methods": write_methods(Facts(tables.rows, page.synthetic)),
        "versions": version_grid(tables.rows("steps"), tables.rows("volumes"), tables.rows("software")),
    }


def _is_imaged(tables: PatientTables) -> bool:
    """Whether there is an image, or anything that was made from one."""
    return any(len(tables.frames[name]) > 0 for name in OF_IMAGES)


def _headline(tables: PatientTables) -> list[tuple[str, str]]:
    names = [("timepoints", "time point", "time points")]
    if _is_imaged(tables):
        names += [
            ("series", "series", "series"),
            ("segmentations", "mask", "masks"),
            ("lesions", "lesion", "lesions"),
        ]
    none = len(excluded_lesions(tables.rows("lesions")))
    counts = [
        (len(tables.frames[table]) - (none if table == "lesions" else 0), one, many)
        for table, one, many in names
    ]
    return [(number_text(count, 0), one if count == 1 else many) for count, one, many in counts]


def _course(page: PatientPage) -> dict[str, Any]:
    tables = page.tables
    timepoints = tables.rows("timepoints")
    said = responses(tables.rows("clinical_values"))
    treatments, events = tables.rows("treatments"), tables.rows("events")
    visited = "imaged" if _is_imaged(tables) else "visit"
    return {
        "timeline": draw_timeline(timepoints, treatments, said, events, visited),
        "when": _when(timepoints, tables.rows("series")),
    }


def _when(timepoints: Sequence[Row], series: Sequence[Row]) -> str:
    """What stands where there is no line to draw."""
    if any(t["source"] == UNORDERED for t in timepoints):
        return (
            "Nothing tells which visit came first: neither the dates nor the names of all. Lesions are measured, and not "
            "followed from one visit to another; no change is given. Folders that say the order (ses-01, ses-02) end this."
        )
    if all(t["day"] is None for t in timepoints):
        return "No dates are known; time points are in the order the source states."
    days = sorted({date_text(s["acquired"]) for s in series if s["acquired"] is not None})
    span = f" Its images were acquired from {days[0]} to {days[-1]}." if len(days) > 1 else ""
    return f"There is one date.{span}"


def _lesions(page: PatientPage, shelf: ImageShelf, courses: Sequence[ResponseCourse]) -> dict[str, Any]:
    """Response, strip, curves, pictures and the table of measurements."""
    tables, settings = page.tables, page.settings
    measurements, observations = tables.rows("measurements"), tables.rows("observations")
    timepoints, series, relations = (tables.rows(n) for n in ("timepoints", "series", "relations"))
    lesions = tables.rows("lesions")
    splits = find_splits(lesions, relations)
    masks = tables.rows("segmentations")
    excluded = excluded_lesions(lesions)
    counted, states = (without(rows, excluded) for rows in (measurements, observations))
    families = find_families(splits, timepoints, counted, states, masks)
    hands = hands_of(masks)
    registrations = tables.rows("registrations")
    galleries = picture_lesions(measurements, series, registrations, shelf, settings)
    galleries += picture_absences(measurements, observations, series, registrations, splits, shelf, settings)
    galleries = with_makers(galleries, measurements, masks)
    roles = {**roles_by_lesion(courses, lesions), **dict.fromkeys(excluded, ("no lesion",))}
    strip = make_strip(timepoints, measurements, observations, splits, galleries, hands, roles)
    stories = lesion_stories(lesions, timepoints, observations, relations, splits, galleries)
    plots = size_plots(counted, states, hands, families, MOST_CURVES)
    return {
        "implausible": _implausible(measurements),
        "size_plots": [(compartment_name(p.compartment, measurements), p) for p in plots],
        "split": bool(families),
        "growth": growth_section(str(tables.patient["patient_id"]), counted, states, hands),
        "strip": strip,
        "response": response_section(courses, {gallery.measured.name for gallery in galleries}),
        "stories": stories,
        "unpictured": max(len(stories) - settings.lesions_pictured, 0),
        "measurements": measurement_grid(
            measurements, hands, families, page.csv("measurements"), settings.rows_shown
        ),
        "histograms": histogram_plots(tables.rows("histograms"), series, masks),
        "statistics": statistics_grid(
            tables.rows("intensities"), page.csv("intensities"), settings.rows_shown
        ),
    }


def _features(page: PatientPage) -> dict[str, Any]:
    regions = page.tables.rows("features_wide")
    grid = feature_grid(regions, page.csv("features_wide"), page.settings.rows_shown)
    return {"features": grid, "features_stored": stored_text(regions)}


def _implausible(measurements: Sequence[Row]) -> bool:
    return any(m["reason"] == Code.SPACING_IMPLAUSIBLE for m in measurements)


def _registrations(page: PatientPage, shelf: ImageShelf) -> dict[str, Any]:
    tables = page.tables
    registrations, measurements = tables.rows("registrations"), tables.rows("measurements")
    by_key = {s["series_key"]: s for s in tables.rows("series")}
    scale = not _implausible(measurements)
    boards = {
        scope: picture_registrations(registrations, scope, measurements, by_key, shelf, scale=scale)
        for scope in ("date", "sequence")
    }
    return {
        "checkerboards": boards["date"],
        "sequence_boards": boards["sequence"],
        "registrations": registration_grid(
            registrations, by_key, page.csv("registrations"), page.settings.rows_shown, patients=False
        ),
    }


def _tables(page: PatientPage) -> dict[str, Any]:
    tables, limit = page.tables, page.settings.rows_shown
    series, masks = tables.rows("series"), tables.rows("segmentations")
    warned = (("series", series), ("mask", masks), ("registration", tables.rows("registrations")))
    by_key = {s["series_key"]: s for s in series}
    return {
        "series": series_grid(series, page.csv("series"), limit),
        "masks": mask_grid(masks, tables.rows("segments"), by_key, page.csv("segmentations")),
        "decisions": decision_grid(tables.rows("decisions"), page.csv("decisions"), limit),
        "clinical": clinical_grids(tables.rows, page.csv, limit),
        "failures": failure_grids([], tables.rows("failures"), limit),
        "notices": notices_grid(warned, limit),
        "left_out": left_out_grid(tables.rows("files"), limit),
    }
