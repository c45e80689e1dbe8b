"""`oncometry growth`: lesions over time to a class, a law and a forecast each."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oncometry.cli import options
from oncometry.cli.exits import Exit
from oncometry.cli.growth_output import describe, show, write_growth
from oncometry.cli.growth_sources import CohortSizes, from_cohort, from_table
from oncometry.cli.output import tell, write_json
from oncometry.core import PROGRAM, Code, NothingFoundError, SettingsError, StoreError
from oncometry.prediction.growth import (
    GrowthAnalysis,
    GrowthColumns,
    GrowthSettings,
    SizeUnit,
    analyze_growth,
)

__all__ = ["growth_command"]

MOST_TOLD = 20
HARMLESS = frozenset({Code.TOO_FEW_VISITS})
"""Why a lesion is left out that is no fault of the data."""


def growth_command(
    source: Annotated[
        Path, typer.Argument(metavar="TABLE|COHORT", help="A CSV, a row a lesion and visit; or a cohort.")
    ],
    output: Annotated[
        Path,
        typer.Option(
            "-o", "--output", metavar="DIR", help="Write growth.csv, fits.csv, growth.json, a page."
        ),
    ],
    patient: Annotated[
        str, typer.Option("--patient", metavar="COLUMN", help="Of the table: whose.")
    ] = "patient",
    lesion: Annotated[
        str, typer.Option("--lesion", metavar="COLUMN", help="Of the table: which lesion.")
    ] = "lesion",
    day: Annotated[
        str, typer.Option("--day", metavar="COLUMN", help="Of the table: number of days, or date.")
    ] = "day",
    size: Annotated[
        str | None,
        typer.Option(
            "--size", metavar="COLUMN", help="Of the table: sizes [size, diameter_mm, volume_ml ...]."
        ),
    ] = None,
    unit: Annotated[
        SizeUnit | None,
        typer.Option("--unit", help="Of the sizes, where neither their name nor a column says."),
    ] = None,
    ahead: Annotated[
        float | None,
        typer.Option(
            "--ahead", metavar="DAYS", help="Forecast so far ahead [each lesion's usual time between visits]."
        ),
    ] = None,
    level: Annotated[float, typer.Option("--level", metavar="0..1", help="Of the intervals.")] = 0.9,
    law: Annotated[
        str | None,
        typer.Option(
            "--law", metavar="NAME", help="Of the population [the one that forecasts last readings best]."
        ),
    ] = None,
    reference: Annotated[
        bool,
        typer.Option("--reference", help="Forecast by the population that ships, not by the table's own."),
    ] = False,
    reader: Annotated[
        str | None,
        typer.Option(
            "--reader",
            metavar="NAME",
            help="Of a cohort: whose sizes; 'oncometry' is what was measured from images [that, else the only reader's].",
        ),
    ] = None,
    database: options.Database = None,
    json: options.Json = False,
) -> None:
    """Say of each lesion whether it grows, by which law, and how large it will be, with an interval.

    A lesion takes three visits with a diameter in mm or a volume in ml; 0 is a lesion that is gone. Of 20 patients or more a
    population is learned (mixed effects) that forecasts each next reading; of fewer, or where no lesion has a fourth visit to
    choose its law by, one that ships is taken, which is told.
    Of a cohort those are measured from images, or read by a reader (`run --reads`, --reader); its forecasts are kept in it, as
    the table growth_forecasts.

    Example: oncometry growth sizes.csv -o growth
    """
    settings = GrowthSettings(ahead, level, law, reference)
    is_table = source.suffix.lower() == ".csv" or (
        source.is_file() and source.suffix.lower() in (".tsv", ".txt")
    )
    columns = GrowthColumns(patient, day, lesion, size, unit)
    if is_table and reader is not None:
        raise SettingsError(
            Code.SETTINGS, f"--reader {reader}: it is of a cohort; a table has one size a visit."
        )
    found = None if is_table else from_cohort(source, database, reader)
    read = from_table(source, columns) if found is None else found.read
    for notice in read.left_out[:MOST_TOLD]:
        tell(f"left out: {notice}")
    if len(read.left_out) > MOST_TOLD:
        tell(f"left out: {len(read.left_out) - MOST_TOLD} more; growth.json has all")
    if not read.series:
        raise NothingFoundError(
            Code.NOTHING_FOUND,
            "no lesion has three visits with a size.",
            path=source,
            advice="Lesions that are left out are told above.",
        )
    if output.is_file():
        raise SettingsError(Code.SETTINGS, f"-o {output}: it is a file; name a folder.")
    analysis = analyze_growth(read.series, settings)
    for told in (*analysis.notices, *(n for one in read.series for n in one.notices)):
        tell(f"warning: {told}")
    by = "" if found is None or found.reader == PROGRAM else f", read by {found.reader}"
    write_growth(analysis, read.left_out, f"{source.name}{by}", output)
    tell(f"written: {output / 'index.html'}")
    if found is not None:
        _keep(analysis, found, source, database)
    if json:
        write_json(describe(analysis, read.left_out))
    else:
        show(analysis)
    if any(notice.code not in HARMLESS for notice in read.left_out):
        raise typer.Exit(Exit.SOME_FAILED)


def _keep(analysis: GrowthAnalysis, found: CohortSizes, place: Path, database: str | None) -> None:
    """In the cohort; one that cannot be written is read."""
    from oncometry.keep_growth import keep_growth  # noqa: PLC0415 -- SQL, only for a cohort

    try:
        keep_growth(analysis, found.reader, place, database, tell)
    except StoreError as error:
        tell(f"warning: the forecasts are not kept in the cohort: {error}")
