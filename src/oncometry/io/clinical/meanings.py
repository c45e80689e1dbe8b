"""Columns that mean the same: what a row says in one it says in the others, or neither is used."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType

from oncometry.core import Code, SettingsError
from oncometry.io.clinical.cells import (
    Dialect,
    is_missing,
    parse_date,
    parse_grade,
    parse_number,
    parse_response,
    parse_truth,
    parse_version,
)
from oncometry.io.clinical.columns import Column, Role
from oncometry.io.clinical.result import RowStatus
from oncometry.io.clinical.rows import Draft, Layout
from oncometry.io.clinical.survival import seen
from oncometry.io.clinical.values import DAYS_PER, SEXES

__all__ = ["check_one_person", "settle_repeats"]

_SCALES: Mapping[str, float] = MappingProxyType({**DAYS_PER, "Gy": 1.0, "cGy": 0.01})
_DATES = frozenset({Role.DATE, Role.EVENT_DATE, Role.LAST_CONTACT, Role.TREATMENT_START, Role.TREATMENT_END})
_READERS: Mapping[Role, Callable[[str], object]] = MappingProxyType(
    {
        Role.SEX: lambda text: SEXES.get(text.casefold()),
        Role.RESPONSE: parse_response,
        Role.CENSORING: parse_truth,
        Role.TOXICITY_GRADE: parse_grade,
        Role.CTCAE_VERSION: parse_version,
    }
)


def check_one_person(layouts: Iterable[Layout], known: Collection[str], path: Path | None = None) -> None:
    """Refuse a sheet in which a row names two people.

    Columns of one name must say the same. Of others (a hospital's number beside a study's) only what names
    a patient with scans is held against the column that is used.

    Args:
        known: patients with scans.

    Raises:
        SettingsError: `PATIENT_CONFLICT`. It tells the columns and the row, and nothing that identifies.
    """
    there = {patient.casefold() for patient in known}
    for layout in layouts:
        used = layout.patient
        others = [c for c in layout.columns if c.role is Role.PATIENT and c is not used]
        for row in layout.table.rows if others else ():
            if row.number <= layout.header.number or row.cells == layout.header.cells:
                continue
            here = _whose(row.cells, used)
            for other in others:
                named = _whose(row.cells, other)
                comparable = {here, named} <= there or (here and named and used.lead == other.lead)
                if comparable and here != named:
                    raise SettingsError(
                        Code.PATIENT_CONFLICT,
                        f"columns {used.header!r} and {other.header!r} name different patients in row {row.number}.",
                        path=path,
                        advice="Leave the one that names the patient, or give the other a name of its own "
                        "and state it under clinical.columns as 'ignore'.",
                    )


def settle_repeats(draft: Draft, layout: Layout, dialect: Dialect) -> None:
    """Set a row aside where columns that mean the same differ in it; what they say alike counts once."""
    for index, again in layout.repeats.items():
        first = layout.columns[index]
        filled = [c for c in (first, *again) if draft.own(c)]
        filled.sort(key=lambda c: c.unit != first.unit)
        if filled and filled[0] is not first and filled[0].unit == first.unit:
            draft.repeated.add(filled[0].index)  # it fills the first
        for other in filled[1:]:
            same = _say_the_same(draft, layout, filled[0], other, dialect)
            if same:
                draft.repeated.add(other.index)
            elif same is False:
                what = (
                    f"{filled[0].header} is {draft.own(filled[0])!r} here, but {other.header} is "
                    f"{draft.own(other)!r}, and both mean the same. Correct one, or rename it and state under "
                    "clinical.columns what it is."
                )
                draft.close(RowStatus.CONFLICTING, Code.ROW_CONFLICTING, what)


def _say_the_same(
    draft: Draft, layout: Layout, first: Column, other: Column, dialect: Dialect
) -> bool | None:
    """Whether two filled cells of a row do; None where columns of different names cannot be compared.

    Amounts in different units agree within one unit of the last digit that either writes: 61 years are
    22350 days.
    """
    texts = draft.own(first), draft.own(other)
    if first.unit == other.unit and texts[0].casefold() == texts[1].casefold():
        return True
    a, b = (_meant(column, text, layout, dialect) for column, text in zip((first, other), texts, strict=True))
    if a is None or b is None:
        return False if first.name == other.name and first.unit == other.unit else None
    if first.unit == other.unit or not (isinstance(a, float) and isinstance(b, float)):
        return a == b
    if first.unit is None or other.unit is None:
        return True if a == b else None
    scales = _SCALES[first.unit], _SCALES[other.unit]
    finest = max(_last_digit(text) * scale for text, scale in zip(texts, scales, strict=True))
    return abs(a * scales[0] - b * scales[1]) <= finest


def _whose(cells: tuple[str, ...], column: Column) -> str:
    text = cells[column.index] if column.index < len(cells) else ""
    text = column.values.get(text.casefold(), text)
    return "" if is_missing(text) else text.casefold()


def _meant(column: Column, text: str, layout: Layout, dialect: Dialect) -> object:
    """What a cell says in the one form of its role; None where it cannot be read."""
    if column.role in _DATES and column.unit is None:
        return parse_date(text, layout.date_orders[column.index])
    if column.role is Role.OBSERVED:
        return seen(column, text)
    if column.role in _READERS:
        return _READERS[column.role](text)
    return parse_number(text, dialect)


def _last_digit(text: str) -> float:
    exponent = Decimal(text.strip().replace(",", ".")).as_tuple().exponent
    return float(10.0 ** int(exponent))
