"""The cohort's page: what came in, what became of it, and every patient in one row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from oncometry.report.cohort_files import (
    failure_grids,
    file_counts,
    left_out_grid,
    notices_grid,
    quarantine_grid,
)
from oncometry.report.cohort_patients import is_tables_only, patient_grid
from oncometry.report.cohort_plots import Outcome, cohort_plots
from oncometry.report.cohort_responses import cohort_responses
from oncometry.report.feature_map import feature_map
from oncometry.report.formatting import cohort_title, number_text
from oncometry.report.grid import Grid, make_grid
from oncometry.report.methods import write_methods
from oncometry.report.methods_facts import Facts
from oncometry.report.network_masks import is_made, network_remark, review_grid
from oncometry.report.registration_grid import registration_grid
from oncometry.report.reliability_section import reliability_grids, reliability_text
from oncometry.report.response_course import response_courses
from oncometry.report.series_space import is_poor
from oncometry.report.settings import ReportSettings
from oncometry.report.tables import Tables
from oncometry.report.versions import version_grid
from oncometry.report.wording import compartment_name, leading_compartments

__all__ = ["cohort_context"]


def cohort_context(
    tables: Tables,
    name: str,
    outcomes: Sequence[Outcome],
    pages: Mapping[str, str],
    settings: ReportSettings,
) -> dict[str, Any]:
    """Everything the cohort's template shows.

    Args:
        tables: the cohort's tables.
        name: of the cohort.
        outcomes: every patient with the burden at each date.
        pages: patient id -> file name, of those that have a page.
        settings: how much is shown.
    """
    measurements = tables.rows("measurements")
    names = {c: compartment_name(c, measurements) for c in leading_compartments(measurements)}
    files, steps = tables.rows("files"), tables.rows("steps")
    series = {row["series_key"]: row for row in tables.rows("series")}
    registrations = tables.rows("registrations")
    counts = file_counts(files)
    return {
        "title": cohort_title(name),
        "name": name,
        "synthetic": tables.synthetic,
        "headline": _headline(tables, len(files)),
        "counts": counts,
        "files": len(files),
        "quarantine": quarantine_grid(files),
        "left_out": left_out_grid(files, settings.rows_shown),
        "network_remark": network_remark(tables.rows("segmentations")),
        "network_masks": review_grid(
            tables.rows("segmentations"), pages, "csv/segmentations.csv", settings.rows_shown
        ),
        "patients": patient_grid(outcomes, names),
        "tables_only": is_tables_only(outcomes),
        "plots": cohort_plots(outcomes, names),
        "responses": cohort_responses(
            response_courses(tables.rows),
            tables.by_patient("treatments"),
            tables.by_patient("events"),
            pages,
            settings.rows_shown,
        ),
        "feature_map": feature_map(tables.frame("features_wide")),
        "reliability": reliability_grids(
            tables.rows("reliability"), [str(name) for name in tables.frame("features_wide").columns]
        ),
        "reliability_text": reliability_text(tables.rows("reliability")),
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
        "methods": write_methods(Facts(tables.rows, tables.synthetic)),
        "versions": version_grid(steps, tables.rows("volumes"), tables.rows("software")),
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
    made = sum(is_made(mask) for mask in tables.rows("segmentations"))
    by_network = [(number_text(made, 0), "of the masks made by a network")] if made else []
    return [(number_text(files, 0), "input files"), *numbers, *by_network]


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
