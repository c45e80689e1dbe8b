"""`oncometry report`: the pages, drawn again from the store."""

from __future__ import annotations

from pathlib import Path

import typer

from oncometry.cli import options
from oncometry.cli.lesions_output import tell_pending
from oncometry.cli.output import write_json
from oncometry.pipeline import CohortFolder, Reporter, one_writer, progress_for
from oncometry.pipeline.pending import pending_decisions
from oncometry.report import write_report

__all__ = ["draw_report", "report_command"]


def draw_report(cohort: Path, database: str | None, jobs: int | None, reporter: Reporter) -> Path:
    """Draw the cohort's pages from its store; gives the first page."""
    folder = CohortFolder.open(cohort, database)
    with one_writer(cohort, reporter.warn), folder.store(database) as store, store.at_one_moment():
        reporter.stage("report", 1)
        page = write_report(store.table, cohort, jobs=jobs, tell=reporter.warn)
        pending = pending_decisions(store)
        reporter.advance("report")
    tell_pending(pending, reporter.warn)
    return page


def report_command(
    cohort: options.Cohort,
    database: options.Database = None,
    jobs: options.Jobs = None,
    json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Write the report of a cohort: one self-contained page for all, one for each patient.

    Takes a cohort; prints where the report is.

    Example: oncometry report cohort
    """
    with progress_for(quiet=quiet) as reporter:
        page = draw_report(cohort, database, jobs, reporter)
    if json:
        write_json({"report": str(page)})
    else:
        typer.echo(page)
