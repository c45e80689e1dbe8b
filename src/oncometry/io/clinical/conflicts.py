"""Rows that repeat or contradict each other. A contradiction is never settled by order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from oncometry.core import Code
from oncometry.io.clinical.columns import Column, Role
from oncometry.io.clinical.result import RowStatus
from oncometry.io.clinical.rows import Contradicted, Draft, Layout

__all__ = ["contradicted", "settle"]

NAMED = 3
"""How many of the rows that disagree a message names."""
TOXICITY = frozenset({Role.TOXICITY_TERM, Role.TOXICITY_GRADE, Role.CTCAE_VERSION})
COURSE = frozenset(
    {Role.TREATMENT, Role.AGENT, Role.TREATMENT_KIND, Role.TREATMENT_START, Role.TREATMENT_END}
    | {Role.RADIATION_DOSE, Role.FRACTIONS}
)
ONCE = frozenset({Role.SEX, Role.SURVIVAL, Role.OBSERVED, Role.EVENT_DATE, Role.LAST_CONTACT})
"""What a patient has once, whichever visit the row is of."""


def settle(drafts: Sequence[Draft], layout: Layout) -> None:
    """Close rows of one table that repeat another word for word, or contradict one.

    Two rows contradict each other when they are of the same patient and visit (date, day, name of visit)
    and differ in a column that both fill. Rows of one visit may list several toxicities or treatment
    courses: what belongs to those is compared only between rows of the same term, or agent and start.
    """
    matched = [d for d in drafts if d.status is RowStatus.MATCHED]
    _close_repeats(matched)
    matched = [d for d in matched if d.status is RowStatus.MATCHED]
    visit = [layout.column(role) for role in (Role.DATE, Role.DAY, Role.VISIT)]
    term = layout.column(Role.TOXICITY_TERM)
    agent = [layout.column(role) for role in (Role.TREATMENT, Role.AGENT, Role.TREATMENT_START)]
    for column in layout.columns:
        if column.role in (Role.PATIENT, Role.IGNORED, Role.DATE, Role.DAY, Role.VISIT):
            continue
        more: list[Column | None] = []
        more += [term] if column.role in TOXICITY | {Role.VALUE} else []
        more += agent if column.role in COURSE | {Role.VALUE} else []
        for group in _groups(matched, [*visit, *more]):
            _close_contradictions(group, column)


def contradicted(drafts: Iterable[Draft]) -> Contradicted:
    """Facts a patient has once but whose rows, of any sheet, differ.

    Only that fact is left out; each row that states it carries a remark.
    """
    stated: dict[tuple[str, Role, str | None], list[tuple[Draft, Column]]] = defaultdict(list)
    for draft in drafts:
        if draft.status is RowStatus.MATCHED and draft.layout and draft.patient_id is not None:
            for column in draft.layout.columns:
                if column.role in ONCE and column.again is None and draft.get(column):
                    stated[draft.patient_id, column.role, column.endpoint].append((draft, column))
    wrong = set()
    for key, uses in stated.items():
        texts = sorted({draft.get(column).casefold() for draft, column in uses})
        if len(texts) > 1:
            wrong.add(key)
            for draft, column in uses:
                what = f"{column.header} differs between rows of this patient ({', '.join(texts)}): not used."
                draft.remark(Code.ROW_CONFLICTING, what)
    return wrong


def _close_repeats(drafts: Sequence[Draft]) -> None:
    first: dict[tuple[str, ...], int] = {}
    for draft in drafts:
        row = first.setdefault(tuple(draft.cells.values()), draft.row)
        if row != draft.row:
            draft.close(RowStatus.EXCLUDED, Code.ROW_EXCLUDED, f"repeats row {row} word for word.")


def _close_contradictions(group: Sequence[Draft], column: Column) -> None:
    texts = {draft.get(column) for draft in group} - {""}
    if len(texts) < 2:
        return
    members = [draft for draft in group if draft.get(column)]
    for draft in members:
        rest = [d for d in members if d is not draft and d.get(column) != draft.get(column)]
        others = ", ".join(f"row {d.row} {d.get(column)!r}" for d in rest[:NAMED])
        others += f" and {len(rest) - NAMED} more" if len(rest) > NAMED else ""
        what = f"{column.header} is {draft.get(column)!r} here, but {others} for the same patient and visit."
        draft.close(RowStatus.CONFLICTING, Code.ROW_CONFLICTING, what)


def _groups(drafts: Iterable[Draft], columns: Sequence[Column | None]) -> list[list[Draft]]:
    """Rows of one patient with the same cells in the columns."""
    groups: dict[tuple[str | None, ...], list[Draft]] = defaultdict(list)
    for draft in drafts:
        groups[draft.patient_id, *(draft.get(column) for column in columns)].append(draft)
    return [group for group in groups.values() if len(group) > 1]
