"""Cells that say something about a patient at a day: text or number, never both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from oncometry.core import Code
from oncometry.io.clinical.cells import Dialect, parse_number, parse_response, parse_version
from oncometry.io.clinical.columns import Column, Role
from oncometry.io.clinical.result import ClinicalValue
from oncometry.io.clinical.rows import Contradicted, Draft, Layout
from oncometry.io.clinical.states import state_column

__all__ = ["DAYS_PER", "SEXES", "row_values", "with_age_units"]

DAYS_PER = {"days": 1.0, "weeks": 7.0, "months": 30.4375, "years": 365.25}
"""Days in a unit of time: a Julian year has 365.25 days, and a month is its twelfth."""
OLDEST_YEARS = 120.0
SEXES = {"m": "M", "male": "M", "f": "F", "female": "F"}
NOT_A_VALUE = frozenset({Role.PATIENT, Role.DATE, Role.DAY, Role.IGNORED})


@dataclass(frozen=True)
class _Read:
    name: str
    text: str | None
    number: float | None
    unit: str | None


def row_values(
    draft: Draft, layout: Layout, dialect: Dialect, contradicted: Contradicted
) -> list[ClinicalValue]:
    """Every filled cell of a matched row, apart from whose and when, under its column's name."""
    values = []
    for column in _speaking(draft, layout):
        text = draft.get(column)
        if not text or column.role in NOT_A_VALUE or draft.patient_id is None:
            continue
        if (draft.patient_id, column.role, column.endpoint) in contradicted:
            continue
        read = _read(draft, column, text, dialect)
        _remark_state(draft, column, read)
        patient, day, row = draft.patient_id, draft.day, draft.row
        values.append(ClinicalValue(patient, read.name, read.text, read.number, read.unit, day, row))
    return values


def _speaking(draft: Draft, layout: Layout) -> Iterator[Column]:
    """The columns without what is said again; what cannot be compared is a value under its own name."""
    for column in layout.columns:
        if column.again is None:
            yield column
        elif column.role is not Role.PATIENT and column.index not in draft.repeated:
            beside = draft.get(layout.columns[column.again])
            yield replace(column, role=Role.VALUE, name=column.header) if beside else column


def with_age_units(layout: Layout, dialect: Dialect) -> Layout:
    """Years for ages without a unit whose numbers all can be; else as it is, no guess."""
    ages = [c for c in layout.columns if c.role is Role.AGE and c.unit is None]
    columns = list(layout.columns)
    for age in ages:
        cells = layout.cells(c for c in ages if c.lead == age.lead)
        numbers = [n for cell in cells if (n := parse_number(cell, dialect)) is not None]
        if numbers and all(0 <= n <= OLDEST_YEARS for n in numbers):
            columns[age.index] = replace(age, unit="years")
    return replace(layout, columns=tuple(columns))


def _read(draft: Draft, column: Column, text: str, dialect: Dialect) -> _Read:
    if column.role is Role.SEX:
        return _Read("sex", _sex(draft, text), None, None)
    if column.role is Role.RESPONSE:
        return _Read("response", parse_response(text) or text, None, None)
    if column.role is Role.CTCAE_VERSION:
        return _Read(column.name, parse_version(text) or text, None, None)
    if column.role is Role.VISIT:
        return _Read(column.name, text, None, None)
    number = parse_number(text, dialect)
    if column.role is Role.STEROID and column.unit:
        suffix = "mg_per_day" if column.unit == "mg/day" else "mg"
        substance = "dexamethasone" if column.name.startswith("dex") else "steroid"
        unknown = number is None
        return _Read(
            f"{substance}_{suffix}", text if unknown else None, number, None if unknown else column.unit
        )
    if number is None:
        return _Read(column.name, text, None, None)
    if column.role is Role.AGE:
        return _age(draft, column, number)
    if column.role in (Role.SURVIVAL, Role.RADIATION_DOSE, Role.TREATMENT_START, Role.TREATMENT_END):
        unit = f"_{column.unit.casefold()}" if column.unit else ""
        return _Read(f"{column.name}{unit}", None, number, column.unit)
    return _Read(column.name, None, number, column.unit)


def _remark_state(draft: Draft, column: Column, read: _Read) -> None:
    """Say that response cannot use what a cell says of the patient at the visit."""
    state = state_column(read.name)
    if state is not None and state.read(read.text, read.number) is None:
        said = read.text if read.number is None else f"{read.number:g}"
        what = f"{column.header} {said!r} is not {state.wanted}: kept as it stands, not used for response."
        draft.remark(Code.COLUMN_GUESSED, what)


def _sex(draft: Draft, text: str) -> str:
    known = SEXES.get(text.casefold())
    if known is None:
        what = f"sex {text!r} is kept as it stands; state what it means, 'sex: 1=M, 2=F' say."
        draft.remark(Code.COLUMN_GUESSED, what)
    return known or text


def _age(draft: Draft, column: Column, number: float) -> _Read:
    unit = column.unit
    if unit is None:
        draft.remark(Code.UNIT_UNKNOWN, f"{column.header} {number:g} has no unit that the column tells.")
        return _Read(column.name, None, number, None)
    years = number * DAYS_PER[unit] / DAYS_PER["years"]
    if not 0 <= years <= OLDEST_YEARS:
        draft.remark(Code.UNIT_UNKNOWN, f"{column.header} {number:g} {unit} is no age of a person: not used.")
        return _Read(column.name, f"{number:g}", None, None)
    return _Read(f"{column.name}_years", None, number if unit == "years" else round(years, 3), "years")
