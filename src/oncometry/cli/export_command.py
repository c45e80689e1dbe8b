"""`oncometry export`: the tables, for a spreadsheet or a notebook."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oncometry.cli import options
from oncometry.cli.output import write_json
from oncometry.core import Code, SettingsError
from oncometry.pipeline import CohortFolder
from oncometry.store import EXPORT_FORMATS, export

__all__ = ["export_command"]


def export_command(
    cohort: options.Cohort,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="Where the tables go.")],
    to: Annotated[
        str, typer.Option("--to", metavar="FORMATS", help="csv, parquet, xlsx; several with commas.")
    ] = "csv",
    database: options.Database = None,
    json: options.Json = False,
) -> None:
    """Write every table of the cohort as CSV, Parquet or XLSX.

    Takes a cohort; prints the files written. The columns are in docs/concepts/tables.md.

    Example: oncometry export cohort --to csv,xlsx -o tables
    """
    formats = {name.strip().lower() for name in to.split(",") if name.strip()}
    if not formats or not formats <= set(EXPORT_FORMATS):
        raise SettingsError(Code.SETTINGS, f"--to takes {', '.join(sorted(EXPORT_FORMATS))}, got {to!r}.")
    folder = CohortFolder.open(cohort, database)
    if output.resolve().is_relative_to(cohort.resolve()):
        raise SettingsError(
            Code.SETTINGS,
            "the tables would lie among the cohort's own files.",
            path=output,
            advice="Give a folder beside the cohort.",
        )
    with folder.store(database) as store, store.at_one_moment():
        files = export(store, output, formats)
    if json:
        write_json({"files": [str(path) for path in files]})
    else:
        for path in files:
            typer.echo(path)
