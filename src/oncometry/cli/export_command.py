"""`oncometry export`: the tables, for a spreadsheet or a notebook; the lesions, for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oncometry.cli import options
from oncometry.cli.output import tell, write_json
from oncometry.core import Code, SettingsError
from oncometry.pipeline import EXCHANGE_FORMATS, CohortFolder, exchange
from oncometry.store import EXPORT_FORMATS, export

__all__ = ["export_command"]


def export_command(
    cohort: options.Cohort,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="Where the files go.")],
    to: Annotated[
        str,
        typer.Option(
            "--to", metavar="FORMATS", help="csv, parquet, xlsx; dicom, bids, markups; several with commas."
        ),
    ] = "csv",
    database: options.Database = None,
    json: options.Json = False,
) -> None:
    """Write the cohort's tables (CSV, Parquet, XLSX) or its lesions (DICOM, BIDS, 3D Slicer markups).

    Takes a cohort; prints the files written. The columns are in docs/concepts/tables.md; what each format keeps of a
    lesion in docs/how-to/exchange-with-other-programs.md. Lesions are read from the input again: it must be there.

    Example: oncometry export cohort --to csv,dicom -o exported
    """
    formats = {name.strip().lower() for name in to.split(",") if name.strip()}
    known = {*EXPORT_FORMATS, *EXCHANGE_FORMATS}
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
    files += lesions.files
    for notice in lesions.notices:
        tell(f"left out: {notice}")
    if json:
        left_out = [{"code": n.code.value, "what": n.what, "path": n.path} for n in lesions.notices]
        write_json({"files": [str(path) for path in files], "left_out": left_out})
    else:
        for path in files:
            typer.echo(path)
