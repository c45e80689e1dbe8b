"""`oncometry assess`: lesions over time to response by published criteria, each category with its proof."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oncometry.cli import options
from oncometry.cli.assess_cohort import Asked, assess_cohort
from oncometry.cli.assess_output import (
    compare,
    show,
    tell_assessments,
    tell_disagreements,
    tell_rows,
    tell_rules,
    tell_unmatched,
    tell_without_baseline,
)
from oncometry.cli.exits import Exit
from oncometry.core import Code, SettingsError
from oncometry.io import read_visit_states
from oncometry.io.clinical.result import RowStatus
from oncometry.io.lesions import LesionTable, read_cdisc, read_lesion_table
from oncometry.response import (
    Course,
    Criterion,
    OutcomeSettings,
    ResponseRow,
    Timeline,
    UncertaintySettings,
    assess,
    criterion_named,
    drawn_course,
    states_by_visit,
    timelines,
)

__all__ = ["assess_command"]

MANY = 1000


def assess_command(
    criteria: Annotated[
        str, typer.Option("--criteria", metavar="NAME", help="recist-1.1, irecist, rano-2.0 ...")
    ],
    cohort: Annotated[
        Path | None,
        typer.Argument(
            metavar="COHORT", help="A folder made by `oncometry run`; or give --table, or --tu and --tr."
        ),
    ] = None,
    table: Annotated[
        Path | None,
        typer.Option("--table", metavar="TABLE", help="CSV or XLSX: patient, day, lesion, role, diameter."),
    ] = None,
    tu: Annotated[Path | None, typer.Option("--tu", metavar="TU", help="CDISC: which lesions.")] = None,
    tr: Annotated[Path | None, typer.Option("--tr", metavar="TR", help="CDISC: their sizes.")] = None,
    rs: Annotated[
        Path | None, typer.Option("--rs", metavar="RS", help="CDISC: responses to compare with.")
    ] = None,
    visits: Annotated[
        Path | None,
        typer.Option(
            "--visits", metavar="VISITS", help="CSV or XLSX: patient, day, clinical_status, steroid_mg ..."
        ),
    ] = None,
    confirmation_days: Annotated[
        int | None,
        typer.Option("--confirmation-days", min=1, help="A best response must be seen again so much later."),
    ] = None,
    minimum_sd_days: Annotated[
        int | None, typer.Option("--minimum-sd-days", min=0, help="How long stable disease must last [42].")
    ] = None,
    draws: Annotated[
        int | None,
        typer.Option("--draws", min=0, help="Possible readings that probabilities are shares of [1000]."),
    ] = None,
    patient: Annotated[
        str | None, typer.Option("--patient", metavar="ID", help="Of a cohort: this patient only.")
    ] = None,
    reader: Annotated[
        str | None,
        typer.Option(
            "--reader", metavar="NAME", help="Of a cohort: show this reader only; 'oncometry' is the program."
        ),
    ] = None,
    database: options.Database = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write all rows as CSV.")
    ] = None,
    json: options.Json = False,
) -> None:
    """Call response from lesions over time by published criteria, each category with its proof.

    Takes a cohort, and keeps what it finds there; or a table, or CDISC files. Shows the overall category of each visit
    and the best response, and where readers differ; --json and -o give every scope with its explanation. What the criteria
    select (targets, new lesions) is selected where nobody gave a role. Criteria of brain tumors also ask for steroids,
    clinical state and radiotherapy: give them in a table of visits.

    Example: oncometry assess cohort --criteria recist-1.1 --json
    """
    if output is not None and output.suffix.lower() != ".csv":
        raise SettingsError(Code.SETTINGS, f"-o {output}: the name must end with .csv.")
    criterion = criterion_named(criteria)
    if cohort is not None:
        _refuse_with_cohort(table, tu, tr, rs)
        tell_rules(criterion.ruleset)
        wanted = Asked(criteria, patient, reader, visits, draws, confirmation_days, minimum_sd_days)
        found = assess_cohort(cohort, database, wanted)
        show(found.rows, criterion, output, json=json, value_ids=found.value_ids)
        tell_disagreements(found.rows)
        raise typer.Exit(Exit.SOME_FAILED if found.failed else Exit.DONE)
    if patient is not None or reader is not None:
        raise SettingsError(Code.SETTINGS, "--patient and --reader choose from a cohort, and none is given.")
    asked = _asked(criterion.outcome, confirmation_days, minimum_sd_days)
    read = _read(table, tu, tr, rs)
    tell_rules(criterion.ruleset)
    tell_rows(read)
    states, unmatched = states_by_visit(read.readings, () if visits is None else read_visit_states(visits))
    tell_unmatched(unmatched)
    judged = timelines(read.readings, criterion.limits, states, read.new_lesions)
    many = MANY if draws is None else draws
    assessments = [assess(each, criterion, asked, _possible(each, criterion, many)) for each in judged]
    tell_assessments(assessments)
    rows: list[ResponseRow] = [row for one in assessments for row in one.rows]
    tell_without_baseline(rows, criterion)
    show(rows, criterion, output, json=json)
    compare(rows, read.responses)
    tell_disagreements(rows)
    failed = any(row.status is RowStatus.CONFLICTING for row in read.rows)
    raise typer.Exit(Exit.SOME_FAILED if failed else Exit.DONE)


def _refuse_with_cohort(*files: Path | None) -> None:
    if any(file is not None for file in files):
        raise SettingsError(
            Code.SETTINGS,
            "a cohort and a table of lesions are given.",
            advice="Give COHORT alone; bring reads into it with `oncometry lesions import`.",
        )


def _possible(timeline: Timeline, criterion: Criterion, draws: int) -> Course | None:
    if not draws:
        return None
    return drawn_course(timeline, UncertaintySettings(draws=draws), criterion.quantities)


def _asked(
    usual: OutcomeSettings, confirmation_days: int | None, minimum_sd_days: int | None
) -> OutcomeSettings:
    return OutcomeSettings(
        usual.confirmation_days if confirmation_days is None else confirmation_days,
        usual.minimum_sd_days if minimum_sd_days is None else minimum_sd_days,
        usual.most_missed,
    )


def _read(table: Path | None, tu: Path | None, tr: Path | None, rs: Path | None) -> LesionTable:
    if table is not None and (tu or tr or rs):
        raise SettingsError(
            Code.SETTINGS, "--table and CDISC files are given.", advice="Give --table, or --tu and --tr."
        )
    if table is not None:
        return read_lesion_table(table)
    if tu is None or tr is None:
        raise SettingsError(
            Code.SETTINGS,
            "there is nothing to assess.",
            advice="Give COHORT, --table TABLE, or both --tu TU and --tr TR.",
        )
    return read_cdisc(tu, tr, rs)
