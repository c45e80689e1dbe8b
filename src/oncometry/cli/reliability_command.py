"""`oncometry reliability`: how far features can be relied on, from perturbation or from repeated scans."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oncometry.api import Cohort
from oncometry.cli import options
from oncometry.cli.exits import Exit
from oncometry.cli.output import csv_bytes, tell, write_json, write_table
from oncometry.cli.reliability_sources import Judged, judge_batch, judge_cohort, judge_table
from oncometry.cli.settings import settings_from
from oncometry.cohort_reliability import Perturbing
from oncometry.core import Code, SettingsError, Unit
from oncometry.core.processors import cores
from oncometry.features import FeatureSpec
from oncometry.features.reliability import RELIABILITY_COLUMNS, IccKind, ReliabilityRow, TableColumns
from oncometry.io.files import write_bytes
from oncometry.one_features import read_perturbation, read_spec
from oncometry.pipeline import load_settings, progress_for

__all__ = ["reliability_command"]

SHOWN = ("tag", "ibsi_id", "filter", "group_name", "icc_kind", "icc", "low", "high", "subjects", "reason")
DIGITS = 3


def reliability_command(
    source: Annotated[
        Path | None,
        typer.Argument(metavar="COHORT|BATCH", help="A cohort; or a CSV of Image, Mask, Label."),
    ] = None,
    table: Annotated[
        Path | None, typer.Option("--table", metavar="CSV", help="Features of repeated scans, a row a scan.")
    ] = None,
    subject: Annotated[
        str, typer.Option("--subject", metavar="COLUMN", help="Of the table: whom it is of.")
    ] = "subject",
    repeat: Annotated[
        str, typer.Option("--repeat", metavar="COLUMN", help="Of the table: which scan.")
    ] = "repeat",
    group: Annotated[
        str | None, typer.Option("--group", metavar="COLUMN", help="Of the table: structures judged apart.")
    ] = None,
    subject_pattern: Annotated[
        str,
        typer.Option(
            "--subject-pattern", metavar="REGEX", help="Part of that column that names the subject."
        ),
    ] = ".+",
    perturbation: Annotated[
        str, typer.Option("--perturbation", metavar="NAME|FILE", help="ntcv, rncv, or a file of its fields.")
    ] = "ntcv",
    spec: Annotated[
        str | None,
        typer.Option("--spec", metavar="FILE|PROFILE", help="As of `features` [the cohort's, or ibsi]."),
    ] = None,
    icc: Annotated[
        str, typer.Option("--icc", metavar="1,1|2,1|3,1", help="Which correlation, by Shrout and Fleiss.")
    ] = "1,1",
    unit: Annotated[
        Unit | None, typer.Option("--unit", help="Of a batch's values, where files do not say.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write the rows as CSV.")
    ] = None,
    threads: Annotated[
        int | None, typer.Option("--threads", min=1, help="Perturbations worked on at once [all cores].")
    ] = None,
    database: options.Database = None,
    geometry: options.Form = None,
    json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Tell how far each feature can be relied on, with its interval.

    Perturbs the lesions of a cohort at their first date, or the regions of a batch; or, with --table, compares scans of the
    same subjects. In a cohort the result is kept, as the table reliability.

    Example: oncometry reliability cohort --perturbation ntcv -o reliability.csv
    """
    if output is not None and output.suffix.lower() != ".csv":
        raise SettingsError(Code.SETTINGS, f"-o {output}: the name must end with .csv.")
    kind = _kind_of(icc)
    if table is not None:
        columns = TableColumns(subject, repeat, group, subject_pattern)
        judged = judge_table(table, columns, kind, source, database)
    elif source is None:
        raise SettingsError(
            Code.SETTINGS, "there is nothing to judge.", advice="Give a COHORT, a BATCH, or --table CSV."
        )
    else:
        is_batch = source.suffix.lower() == ".csv"
        chosen = read_spec(spec or "ibsi") if spec or is_batch else _spec_of(source, database)
        asked = Perturbing(chosen, read_perturbation(perturbation), kind, threads or cores())
        with progress_for(quiet=quiet) as reporter:
            if is_batch:
                judged = judge_batch(source, asked, unit, settings_from(None, geometry=geometry).curate)
            else:
                judged = judge_cohort(source, asked, database, reporter)
    _show(judged, output, json=json)


def _kind_of(text: str) -> IccKind:
    try:
        return IccKind(f"ICC({text})")
    except ValueError as error:
        raise SettingsError(Code.SETTINGS, f"--icc takes 1,1 or 2,1 or 3,1, got {text!r}.") from error


def _spec_of(place: Path, database: str | None) -> FeatureSpec:
    """By which a cohort's features were computed in its latest run."""
    with Cohort.open(place, database) as cohort:
        return load_settings(cohort.path / "settings.yaml").features.chosen or read_spec("ibsi")


def _show(judged: Judged, output: Path | None, *, json: bool) -> None:
    rows, failed = judged
    if output is not None and rows:
        write_bytes(output, csv_bytes(RELIABILITY_COLUMNS, rows))
        tell(f"written: {output}")
    elif json:
        write_json(rows)
    else:
        write_table(SHOWN, [_line(row) for row in rows])
    for line in failed:
        tell(f"left out: {line}")
    if failed:
        raise typer.Exit(Exit.SOME_FAILED if rows else Exit.CORRUPT_INPUT)


def _line(row: ReliabilityRow) -> list[object]:
    cells = [dict(row)[name] for name in SHOWN]
    return [round(cell, DIGITS) if isinstance(cell, float) else cell for cell in cells]
