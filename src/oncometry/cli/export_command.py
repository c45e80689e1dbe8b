"""`oncometry export`: the tables, for a spreadsheet or a notebook; lesions and readings, for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oncometry.cli import options
from oncometry.cli.exits import Exit
from oncometry.cli.lesions_output import tell_pending
from oncometry.cli.output import tell, write_json
from oncometry.core import Code, SettingsError
from oncometry.pipeline import CDISC, EXCHANGE_FORMATS, CohortFolder, exchange
from oncometry.pipeline.pending import pending_decisions
from oncometry.store import EXPORT_FORMATS, export

__all__ = ["export_command"]


def export_command(
    cohort: options.Cohort,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="Where the files go.")],
    to: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="FORMATS",
            help="csv, parquet, xlsx; dicom, bids, markups, cdisc; several with commas.",
        ),
    ] = "csv",
    database: options.Database = None,
    json: options.Json = False,
) -> None:
    """Write the cohort's tables (CSV, Parquet, XLSX) or its lesions (DICOM, BIDS, 3D Slicer markups, CDISC).

    Takes a cohort; prints the files written, and what of it a format has no place for. The columns are in
    docs/concepts/tables.md; what each format keeps of a lesion in docs/how-to/exchange-with-other-programs.md. DICOM, BIDS
    and markups need the input again: it must be there. Exits 8 where something could not be written.

    Example: oncometry export cohort --to csv,dicom -o exported
    """
    formats = {name.strip().lower() for name in to.split(",") if name.strip()}
    known = {*EXPORT_FORMATS, *EXCHANGE_FORMATS, CDISC}
    if not formats or not formats <= known:
        raise SettingsError(Code.SETTINGS, f"--to takes {', '.join(sorted(known))}, got {to!r}.")
    folder = CohortFolder.open(cohort, database)
    if output.resolve().is_relative_to(cohort.resolve()):
        raise SettingsError(
            Code.SETTINGS,
            "the files would lie among the cohort's own files.",
            path=output,
            advice="Give a folder beside the cohort.",
        )
    with folder.store(database) as store, store.at_one_moment():
        tables = formats & set(EXPORT_FORMATS)
        files = export(store, output, tables) if tables else []
        lesions = exchange(folder, store, output, sorted(formats - tables))
        pending = pending_decisions(store)
    tell_pending(pending)
    files += lesions.files
    for notice in lesions.notices:
        tell(f"left out: {notice}")
    for notice in lesions.losses:
        tell(f"not kept: {notice}")
    if json:
        told = {"left_out": lesions.notices, "not_kept": lesions.losses}
        write_json(
            {
                "files": [str(path) for path in files],
                **{
                    name: [{"code": n.code.value, "what": n.what, "path": n.path} for n in notices]
                    for name, notices in told.items()
                },
            }
        )
    else:
        for path in files:
            typer.echo(path)
    raise typer.Exit(Exit.SOME_FAILED if lesions.notices else Exit.DONE)
