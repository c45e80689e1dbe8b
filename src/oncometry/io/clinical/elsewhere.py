"""A sheet against what other sheets of the cohort say: the same fact counts once, a contradiction not at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from oncometry.core import Code
from oncometry.io.clinical.result import (
    ClinicalRow,
    ClinicalSheet,
    ClinicalValue,
    RowStatus,
    Toxicity,
    Treatment,
    VitalEvent,
)

__all__ = ["SaidElsewhere", "beside"]

Fact = TypeVar("Fact", ClinicalValue, Treatment, VitalEvent, Toxicity)
Stated = TypeVar("Stated", ClinicalValue, VitalEvent)
Remarks = dict[tuple[str, int], list[str]]


@dataclass(frozen=True)
class SaidElsewhere:
    """Facts that other sheets state."""

    values: tuple[ClinicalValue, ...] = ()
    treatments: tuple[Treatment, ...] = ()
    events: tuple[VitalEvent, ...] = ()
    toxicities: tuple[Toxicity, ...] = ()


def beside(sheet: ClinicalSheet, other: SaidElsewhere) -> ClinicalSheet:
    """The sheet without what another says already.

    A value of one name and day, or an endpoint, that another sheet states otherwise is left out, and its
    row says so: neither is taken over the other, and the one that came first stays.
    """
    remarks: Remarks = defaultdict(list)
    values = _agreeing(_new(sheet.values, other.values), other.values, _place, remarks)
    events = _agreeing(_new(sheet.events, other.events), other.events, _endpoint, remarks)
    return replace(
        sheet,
        values=tuple(values),
        events=tuple(events),
        treatments=tuple(_new(sheet.treatments, other.treatments)),
        toxicities=tuple(_new(sheet.toxicities, other.toxicities)),
        rows=tuple(_remarked(row, remarks) for row in sheet.rows),
    )


def _new(facts: Iterable[Fact], there: Iterable[Fact]) -> list[Fact]:
    known: set[Hashable] = {replace(fact, row=0) for fact in there}
    return [fact for fact in facts if replace(fact, row=0) not in known]


def _place(value: ClinicalValue) -> tuple[str, str]:
    when = "" if value.day is None else f" at day {value.day}"
    return value.patient_id, f"{value.name}{when}"


def _endpoint(event: VitalEvent) -> tuple[str, str]:
    return event.patient_id, event.endpoint


def _agreeing(
    facts: Iterable[Stated],
    there: Sequence[Stated],
    key: Callable[[Stated], tuple[str, str]],
    remarks: Remarks,
) -> list[Stated]:
    known = {key(fact): fact for fact in there}
    kept = []
    for fact in facts:
        other = known.get(key(fact))
        if other is None:
            kept.append(fact)
        else:
            what = f"{key(fact)[1]} is {_said(fact)} here, but {_said(other)} in another sheet: not used."
            remarks[fact.patient_id, fact.row].append(what)
    return kept


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
