"""A sheet against what other sheets of the cohort say: contradictions are remarked on its rows.

Every sheet's facts are kept. That the same fact counts once, and a contradicted one not at all, is settled
where facts are read (`store/queries/clinical.py`), over the sheets that are current then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from oncometry.core import Code
from oncometry.io.clinical.result import ClinicalRow, ClinicalSheet, ClinicalValue, RowStatus, VitalEvent

__all__ = ["SaidElsewhere", "beside"]

Stated = TypeVar("Stated", ClinicalValue, VitalEvent)
Remarks = dict[tuple[str, int], list[str]]


@dataclass(frozen=True)
class SaidElsewhere:
    """Facts of which a patient has one: values of a name and day, endpoints."""

    values: tuple[ClinicalValue, ...] = ()
    events: tuple[VitalEvent, ...] = ()


def beside(sheet: ClinicalSheet, other: SaidElsewhere) -> ClinicalSheet:
    """The sheet with a remark on each row that another sheet contradicts."""
    remarks: Remarks = defaultdict(list)
    _compare(sheet.values, other.values, _place, remarks)
    _compare(sheet.events, other.events, _endpoint, remarks)
    return replace(sheet, rows=tuple(_remarked(row, remarks) for row in sheet.rows))


def _place(value: ClinicalValue) -> tuple[str, str]:
    when = "" if value.day is None else f" at day {value.day}"
    return value.patient_id, f"{value.name}{when}"


def _endpoint(event: VitalEvent) -> tuple[str, str]:
    return event.patient_id, event.endpoint


def _compare(
    facts: Iterable[Stated],
    there: Iterable[Stated],
    key: Callable[[Stated], tuple[str, str]],
    remarks: Remarks,
) -> None:
    known: dict[tuple[str, str], list[Stated]] = defaultdict(list)
    for fact in there:
        known[key(fact)].append(replace(fact, row=0))
    for fact in facts:
        others = known.get(key(fact), [])
        if others and replace(fact, row=0) not in others:
            what = f"{key(fact)[1]} is {_said(fact)} here, but {_said(others[0])} in another sheet: neither is used."
            remarks[fact.patient_id, fact.row].append(what)


def _said(fact: ClinicalValue | VitalEvent) -> str:
    if isinstance(fact, VitalEvent):
        return f"day {fact.day}, {'observed' if fact.observed else 'censored'}"
    return repr(fact.text if fact.number is None else fact.number)


def _remarked(row: ClinicalRow, remarks: Mapping[tuple[str, int], list[str]]) -> ClinicalRow:
    if row.status is not RowStatus.MATCHED or row.patient_id is None:
        return row
    said = remarks.get((row.patient_id, row.row), [])
    if not said:
        return row
    detail = " ".join([row.detail, *said]).strip()
    return replace(row, code=row.code or Code.ROW_CONFLICTING, detail=detail)
