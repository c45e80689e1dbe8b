"""`oncometry clinical`: a spreadsheet into a cohort, every row accounted for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oncometry.cli import options
from oncometry.cli.exits import Exit
from oncometry.cli.output import tell, write_json, write_pairs, write_table
from oncometry.cli.settings import settings_from
from oncometry.core import Code, NothingFoundError
from oncometry.io.clinical import RowStatus
from oncometry.pipeline import CohortFolder, check_kept_apart, import_clinical, one_writer, stored_timepoints

__all__ = ["clinical_command"]


def clinical_command(
    sheet: Annotated[Path, typer.Argument(metavar="SHEET", help="CSV or XLSX.")],
    cohort: options.Cohort,
    config: options.Config = None,
    database: options.Database = None,
    json: options.Json = False,
) -> None:
    """Bring a clinical spreadsheet into a cohort.

    Gives every row as matched, unmatched, conflicting or excluded, with the reason, and counts by code the
    matched ones of which something is not used; the table clinical_rows says what.

    Example: oncometry clinical patients.xlsx cohort
    """
    if sheet.is_dir():
        raise NothingFoundError(
            Code.NOTHING_FOUND,
            "it is a folder, not a sheet.",
            path=sheet,
            advice="Give the sheet first, then the cohort.",
        )
    if not sheet.is_file():
        raise NothingFoundError(Code.NOTHING_FOUND, "there is no such sheet.", path=sheet)
    settings = settings_from(config)
    folder = CohortFolder.open(cohort, database)
    check_kept_apart(cohort, None, begun=True)
    with one_writer(cohort, tell), folder.store(database) as store:
        outcome = import_clinical(sheet, stored_timepoints(store), store, settings.clinical)
    remarks = {code.value: n for code, n in outcome.sheet.remarks.items()}
    left_out = [r for r in outcome.sheet.rows if r.status is not RowStatus.MATCHED]
    if json:
        write_json(
            {
                "counts": outcome.counts,
                "remarks": remarks,
                "rows_added": outcome.added,
                "columns": dict(outcome.sheet.columns),
                "rows": [
                    {
                        "sheet": r.sheet,
                        "row": r.row,
                        "patient_id": r.patient_id,
                        "status": r.status,
                        "code": r.code,
                        "detail": r.detail,
                    }
                    for r in outcome.sheet.rows
                ],
            }
        )
    else:
        told = {f"row {code}": n for code, n in remarks.items()}
        write_pairs({**outcome.counts, **told, "rows added": outcome.added})
        if left_out:
            write_table(
                ("row", "patient", "status", "code", "detail"),
                [(r.row, r.patient_id, r.status, r.code, r.detail) for r in left_out],
            )
    conflicting = any(r.status is RowStatus.CONFLICTING for r in outcome.sheet.rows)
    raise typer.Exit(Exit.SOME_FAILED if conflicting else Exit.DONE)
