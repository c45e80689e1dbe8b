"""Writes the cohort's page, the patients' pages and the CSV files beside them."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd

from oncometry.core.printable import printable
from oncometry.core.processes import Processes
from oncometry.io import write_text
from oncometry.io.files import sweep
from oncometry.report.cohort_page import cohort_context
from oncometry.report.cohort_patients import burden_frame, cohort_outcomes
from oncometry.report.csv_files import write_csv
from oncometry.report.page import render
from oncometry.report.patient_page import PatientPage, patient_context
from oncometry.report.patient_tables import split_by_patient
from oncometry.report.settings import ReportSettings
from oncometry.report.tables import Tables

__all__ = ["write_report"]

COHORT_TABLES = (
    "files",
    "patients",
    "timepoints",
    "series",
    "registrations",
    "observations",
    "measurements",
    "features_wide",
    "reliability",
    "responses",
    "response_probabilities",
    "clinical_rows",
    "steps",
    "failures",
)
OWN_TABLES = (
    "series",
    "registrations",
    "segmentations",
    "measurements",
    "intensities",
    "features_wide",
    "responses",
    "response_probabilities",
    "response_inputs",
    "decisions",
    "clinical_values",
    "treatments",
    "events",
    "toxicities",
)
WORTH_A_PROCESS = 4
MOST_NAMED = 6


def write_report(
    store_tables: Callable[[str], pd.DataFrame],
    cohort: Path,
    settings: ReportSettings | None = None,
    jobs: int | None = None,
    tell: Callable[[str], None] | None = None,
) -> Path:
    """Draw the report into `COHORT/report`, which nobody else draws meanwhile.

    Args:
        store_tables: table name -> data frame, `Store.table` say (`docs/concepts/tables.md`).
        cohort: the cohort's folder, which the paths in the tables are relative to.
        settings: how pages are drawn.
        jobs: processes to draw patient pages with; by default one a core.
        tell: takes a line about patients that get no page since their files are gone.

    Returns:
        The first page, `COHORT/report/index.html`.

    Raises:
        OSError: a page cannot be written. An image that cannot be read is named on its page instead.
    """
    settings = settings or ReportSettings()
    tables, folder = Tables(store_tables), cohort / "report"
    folder.mkdir(parents=True, exist_ok=True)
    sweep(folder)  # what a report that was killed left aside
    pages, lost = _page_names(tables, cohort, settings)
    name = cohort.resolve().name
    jobs_to_do = [
        PatientPage(
            found,
            cohort,
            name,
            pages[found.patient["patient_id"]],
            bool(found.patient["synthetic"]),
            settings,
        )
        for found in split_by_patient(tables, set(pages))
    ]
    _remove_others(folder, set(pages.values()))
    _draw_patients(jobs_to_do, jobs)
    if lost and tell is not None:
        tell(_told(lost))
    for table in COHORT_TABLES:
        write_csv(tables.frame(table), folder / "csv" / f"{table}.csv")
    outcomes = cohort_outcomes(tables, pages)
    write_csv(burden_frame(outcomes), folder / "csv" / "burden.csv")
    write_text(
        folder / "index.html",
        render("cohort.html.j2", cohort_context(tables, name, outcomes, pages, settings)),
    )
    return folder / "index.html"


def _page_names(
    tables: Tables, cohort: Path, settings: ReportSettings
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Patient id -> file name of the page, for those that get one; those that get none since their files are gone."""
    if settings.patient_pages == "none":
        return {}, ()
    names: dict[str, str] = {}
    taken: set[str] = set()
    for number, row in enumerate(tables.rows("patients"), start=1):
        label = re.sub(r"[^A-Za-z0-9]", "", str(row["subject"] or "").removeprefix("sub-"))
        name = f"sub-{label}.html" if label else f"sub-{number:04}.html"
        if name.lower() in taken:
            name = f"sub-{label}-{number}.html"
        taken.add(name.lower())
        names[row["patient_id"]] = name
    if settings.patient_pages == "all":
        return names, ()
    pictured, stored = set(), set()
    for table in ("volumes", "segmentations"):
        frame = tables.frame(table)
        for patient, path in zip(frame["patient_id"], frame["path"], strict=True):
            if patient not in pictured and isinstance(path, str):
                stored.add(patient)
                if (cohort / path).is_file():
                    pictured.add(patient)
    return (
        {patient: name for patient, name in names.items() if patient in pictured},
        tuple(sorted(stored - pictured)),
    )


def _remove_others(folder: Path, pages: set[str]) -> None:
    """Pages of patients that an earlier report drew and this one does not, with their CSV files: they would be stale."""
    for page in folder.glob("sub-*.html"):
        if page.name not in pages:
            for table in OWN_TABLES:
                (folder / "csv" / f"{page.stem}_{table}.csv").unlink(missing_ok=True)
            page.unlink()


def _told(lost: Sequence[str]) -> str:
    some = ", ".join(map(printable, lost[:MOST_NAMED])) + (", ..." if len(lost) > MOST_NAMED else "")
    return f"{len(lost)} patients have no page: none of their images and masks is in the cohort's folder ({some})."


def _draw_patients(pages: Sequence[PatientPage], jobs: int | None) -> None:
    workers = min(jobs or os.cpu_count() or 1, len(pages))
    if workers < 2 or (jobs is None and len(pages) < WORTH_A_PROCESS):
        for page in pages:
            write_patient(page)
        return
    with Processes(workers) as processes:
        for _ in processes.each(write_patient, pages):
            pass


def write_patient(page: PatientPage) -> None:
    """One patient's page and CSV files."""
    folder = page.cohort / "report"
    for table in OWN_TABLES:
        frame = page.tables.frames[table]
        if len(frame):
            write_csv(frame, folder / page.csv(table))
    write_text(folder / page.file_name, render("patient.html.j2", patient_context(page)))
