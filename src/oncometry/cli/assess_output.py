"""What `oncometry assess` prints and writes: rows, rules that nobody verified, rows that were not used."""

from __future__ import annotations

import json as json_text
from collections.abc import Mapping, Sequence
from pathlib import Path

from oncometry.cli.assess_cohort import RowKey, key_of
from oncometry.cli.output import csv_bytes, tell, write_json, write_table
from oncometry.core import PROGRAM, Code, NothingFoundError, VisitState
from oncometry.io.files import write_bytes
from oncometry.io.lesions import LesionTable, ReportedResponse
from oncometry.response import (
    Assessment,
    Category,
    Criterion,
    Evidence,
    ResponseRow,
    Ruleset,
    Scope,
    disagreements,
    response_columns,
)

__all__ = [
    "compare",
    "show",
    "tell_disagreements",
    "tell_rows",
    "tell_rules",
    "tell_unmatched",
    "tell_without_baseline",
]

SHOWN = ("patient", "reader", "timepoint", "day", "scope", "category")
SHOWN_SCOPES = (Scope.IMAGING, Scope.OVERALL, Scope.BEST_OVERALL)
TESTS = {
    "OVRLRESP": Scope.OVERALL,
    "TRGRESP": Scope.TARGET,
    "NTRGRESP": Scope.NON_TARGET,
    "BESTRESP": Scope.BEST_OVERALL,
}
DIGITS = 2
MOST_DISAGREEMENTS = 20


def tell_rules(ruleset: Ruleset) -> None:
    """Announce rules that were not read in a published text."""
    doubtful = [clause.key for clause in ruleset.clauses if clause.evidence is not Evidence.PUBLISHED]
    if doubtful:
        tell(
            f"warning: {ruleset.name} is unverified: {len(doubtful)} of {len(ruleset.clauses)} rules were not read in "
            f"a published text ({', '.join(doubtful)})"
        )


def tell_rows(read: LesionTable) -> None:
    """Announce what was guessed, and rows that are not used or of which something is not."""
    for notice in read.notices:
        tell(f"warning: {notice}")
    for row in read.rows:
        if row.code is not None:
            tell(f"{row.status}: {row.file}:{row.row}: {row.code}: {row.detail}")
    if not read.readings:
        raise NothingFoundError(Code.NOTHING_FOUND, "no row is a reading of a lesion.")


def tell_unmatched(states: Sequence[VisitState]) -> None:
    """Announce rows of the table of visits that belong to no visit of the lesions."""
    for state in states:
        visit = state.timepoint if state.timepoint is not None else f"day {state.day}"
        tell(
            f"warning: {state.source}: no lesion of patient {state.patient_id!r} was read at {visit}: not used"
        )


def tell_assessments(assessments: Sequence[Assessment]) -> None:
    """Announce what was judged as a reader said, and is beyond what the criterion asks."""
    for one in assessments:
        who = f" ({one.timeline.reader})" if one.timeline.reader else ""
        for notice in one.notices:
            tell(f"notice: {one.timeline.patient_id}{who}: {notice}")


def tell_without_baseline(rows: Sequence[ResponseRow], criterion: Criterion) -> None:
    """Announce that the criteria need what no lesion of any baseline has."""
    first = {(row.patient_id, row.reader): row for row in reversed(rows) if row.scope is Scope.OVERALL}
    if first and all(row.category is Category.NE for row in first.values()):
        tell(
            f"warning: {criterion.ruleset.name} needs {criterion.quantity.value}, and no baseline is complete in it"
        )


def show(
    rows: Sequence[ResponseRow],
    criterion: Criterion,
    output: Path | None,
    *,
    json: bool,
    value_ids: Mapping[RowKey, str] | None = None,
) -> None:
    """Rows as JSON, as a CSV file, or the overall ones as a table.

    Args:
        value_ids: where the rows are kept; None where they are kept nowhere.
    """
    columns = response_columns(criterion.quantity)
    kept = {} if value_ids is None else {"value_id": value_ids}
    if output is not None:
        cells = [_cells(row, value_ids) | {"probabilities": _flat(row)} for row in rows]
        write_bytes(output, csv_bytes((*columns, *kept), cells))
        tell(f"written: {output}")
    if json:
        write_json([_cells(row, value_ids) for row in rows])
    elif output is None:
        numbers = [name for name in columns if name.startswith(("sum_", "nadir_", "change_", "flip_"))]
        shown = (*SHOWN, *numbers)
        cells = [row.cells() for row in rows if row.scope in SHOWN_SCOPES]
        write_table(shown, [[_short(row[name]) for name in shown] for row in cells])


def _cells(row: ResponseRow, value_ids: Mapping[RowKey, str] | None) -> dict[str, object]:
    return row.cells() | ({} if value_ids is None else {"value_id": value_ids[key_of(row)]})


def tell_disagreements(rows: Sequence[ResponseRow]) -> None:
    """Announce visits that readers judge otherwise, and whose word counts."""
    found = disagreements(rows)
    for one in found[:MOST_DISAGREEMENTS]:
        said = ", ".join(f"{reader or PROGRAM} {category}" for reader, category in one.categories.items())
        counts = f"; accepted: {', '.join(name or PROGRAM for name in one.accepted)}" if one.accepted else ""
        tell(f"readers differ: {one.patient_id}, {one.timepoint}: {said}{counts}")
    if len(found) > MOST_DISAGREEMENTS:
        tell(f"readers differ: at {len(found) - MOST_DISAGREEMENTS} visits more; --json has all")


def compare(rows: Sequence[ResponseRow], responses: Sequence[ReportedResponse]) -> None:
    """Tell how many responses of the RS file came out the same, and which did not."""
    ours = {(row.patient_id, row.reader, row.timepoint, row.scope): row.category for row in rows}
    known = [r for r in responses if r.test in TESTS]
    if not known:
        return
    differ = []
    for reported in known:
        scope = TESTS[reported.test]
        visit = "" if scope is Scope.BEST_OVERALL else reported.timepoint
        found = ours.get((reported.patient_id, reported.reader, visit, scope))
        if found is None or found.casefold() != reported.category.casefold():
            differ.append(f"{reported.source}: {reported.category} there, {found or 'not judged'} here")
    tell(f"{len(known) - len(differ)} of {len(known)} responses are as the RS file has them")
    for line in differ:
        tell(f"differs: {line}")


def _flat(row: ResponseRow) -> str:
    return json_text.dumps({str(name): round(share, 4) for name, share in row.probabilities.items()})


def _short(cell: object) -> object:
    return f"{cell:z.{DIGITS}f}" if isinstance(cell, float) else cell
