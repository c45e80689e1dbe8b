"""The clinical sheet with pseudonyms and moved dates: columns that are understood stay, free text goes."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from oncometry.core import Code, SettingsError
from oncometry.io.clinical.cells import (
    Dialect,
    dialect_of,
    is_missing,
    parse_date,
    parse_number,
    parse_response,
    parse_truth,
)
from oncometry.io.clinical.columns import Column, Role
from oncometry.io.clinical.courses import UNTREATED, treatment_kind
from oncometry.io.clinical.patients import match_ids
from oncometry.io.clinical.rows import Layout, find_layout
from oncometry.io.deidentify.dates import shifted
from oncometry.io.deidentify.key import Key
from oncometry.io.deidentify.planned import plain_visit
from oncometry.io.deidentify.settings import DeidentifySettings, ProfileOption
from oncometry.io.deidentify.words import looks_identifying
from oncometry.io.sheet import read_sheet

__all__ = ["clean_sheet"]

OLDEST, CAPPED = 89, "90"
_DATES = frozenset({Role.DATE, Role.EVENT_DATE, Role.LAST_CONTACT})
_COURSE_DATES = frozenset({Role.TREATMENT_START, Role.TREATMENT_END})
_COURSES = frozenset({Role.TREATMENT, Role.AGENT, Role.TREATMENT_KIND})
_IDENTIFIES = re.compile(
    r"\b(?:id|ids|no|nr|num|number|code|mrn|ssn|nhs|phone|tel|fax|zip|post|plz|postal|account|insurance|policy|case"
    r"|accession|record|house|street|address|birth|dob|year|date)\b"
)
_MOST = 10_000
"""A whole number from here on may be one of an account, a phone or a place."""
_YEARS = range(1900, 2101)
_CHECKS: Mapping[Role, Callable[[str], object]] = MappingProxyType(
    {
        Role.SEX: re.compile(r"[a-z]{1,10}|\d", re.IGNORECASE).fullmatch,
        Role.VISIT: plain_visit,
        Role.RESPONSE: parse_response,
        Role.OBSERVED: lambda text: parse_truth(text) is not None,
        Role.CENSORING: lambda text: parse_truth(text) is not None,
        Role.TOXICITY_GRADE: re.compile(r"(?:g|gr|grade)?\s*\d(?:\.0)?", re.IGNORECASE).fullmatch,
        Role.CTCAE_VERSION: re.compile(r"(?:ctcae)?\s*v?\.?\s*\d(?:\.\d)?", re.IGNORECASE).fullmatch,
    }
)
"""Cells of few kinds: they stay as they are where they are one of those."""

Rule = Callable[[str, str, str], str]
"""(cell, what it stands for, patient) -> what stays of it."""


@dataclass(frozen=True)
class _Cleaner:
    """Whose rows they are, and what may stay.

    Attributes:
        patients: id in the sheet -> id as the images have it.
        named: headers, as letters and digits, of columns that the user wants kept.
    """

    key: Key
    options: frozenset[ProfileOption]
    dialect: Dialect
    patients: Mapping[str, str]
    named: frozenset[str]

    def table(self, layout: Layout) -> str:
        """The table as CSV; a column that is named but may not stay is blank."""
        rows = [row.cells for row in layout.table.rows if row.number > layout.header.number]
        cells = {
            c.index: [row[c.index] if c.index < len(row) else "" for row in rows] for c in layout.columns
        }
        ids = cells[layout.patient.index]
        kept: list[tuple[str, list[str]]] = []
        for column in layout.columns:
            if column is layout.patient:
                header = "patient_id" if layout.guessed else column.header
                kept.append((header, [self._pseudonym(text) for text in ids]))
                continue
            cleaned = self._column(column, layout, cells[column.index], ids)
            if any(cleaned) or _squashed(column.header) in self.named:
                kept.append((column.header, cleaned))
        text = io.StringIO()
        table = csv.writer(text, lineterminator="\n")
        table.writerow([header for header, _ in kept])
        table.writerows(zip(*(values for _, values in kept), strict=True))
        return text.getvalue()

    def _column(self, column: Column, layout: Layout, cells: list[str], ids: list[str]) -> list[str]:
        rule = self._rule(column, layout, cells)
        if rule is None:
            return [""] * len(cells)
        told = [column.values.get(text.casefold(), text) for text in cells]
        return [
            "" if is_missing(meant) else rule(text, meant, who)
            for text, meant, who in zip(cells, told, ids, strict=True)
        ]

    def _rule(self, column: Column, layout: Layout, cells: list[str]) -> Rule | None:
        """None where nothing of the column stays."""
        role, named = column.role, _squashed(column.header) in self.named
        if role in (Role.AGE, Role.SEX) and ProfileOption.RETAIN_PATIENT_CHARACTERISTICS not in self.options:
            return None
        if role in (Role.PATIENT, Role.IGNORED):
            return None
        if role is Role.TOXICITY_TERM or role is Role.VALUE:
            if named:
                return lambda text, _, who: self._text(text, who)
            return (lambda text, _, __: self._number(text)) if self._measures(column, cells) else None
        return self._recognized(column, layout.date_orders.get(column.index))

    def _recognized(self, column: Column, order: str | None) -> Rule:
        role = column.role
        if role in _DATES:
            return lambda text, _, who: self._date(text, order, who)
        if role in _COURSE_DATES:
            return lambda text, _, who: self._date(text, order, who) or self._number(text)
        if role is Role.AGE:
            return lambda text, _, __: self._age(text, column.unit)
        if role in _COURSES:
            return lambda text, _, __: _courses(text)
        if role in _CHECKS:
            return lambda text, meant, _: text if _CHECKS[role](meant) else ""
        return lambda text, _, __: self._number(text)

    def _pseudonym(self, text: str) -> str:
        return "" if is_missing(text) else self.key.pseudonym(self.patients.get(text, text))

    def _date(self, text: str, order: str | None, who: str) -> str:
        found = parse_date(text, order)
        if found is None or ProfileOption.RETAIN_LONGITUDINAL_MODIFIED_DATES not in self.options:
            return ""
        moved = shifted(found.isoformat(), self.key.day_shift(self.patients.get(who, who)))
        return f"{moved[:4]}-{moved[4:6]}-{moved[6:]}" if moved else ""

    def _number(self, text: str) -> str:
        number = parse_number(text, self.dialect)
        if number is None:
            return ""
        return str(int(number)) if number.is_integer() else repr(number)

    def _age(self, text: str, unit: str | None) -> str:
        number = parse_number(text, self.dialect)
        if number is None:
            return ""
        years = number * {"days": 1 / 365.25, "weeks": 7 / 365.25, "months": 1 / 12}.get(unit or "", 1.0)
        return self._number(text) if years <= OLDEST else CAPPED if unit in (None, "years") else ""

    def _text(self, text: str, who: str) -> str:
        return "" if looks_identifying(text) or (who and who.casefold() in text.casefold()) else text

    def _measures(self, column: Column, cells: list[str]) -> bool:
        """Whether a column that is not recognized holds small numbers, and its name tells of no id, date or place."""
        numbers = [parse_number(text, self.dialect) for text in cells if not is_missing(text)]
        name = re.sub(r"[^a-z]+", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column.header).casefold())
        if not numbers or _IDENTIFIES.search(name):
            return False
        plain = [n for n in numbers if n is not None and abs(n) < _MOST]
        return len(plain) == len(numbers) and not all(n in _YEARS for n in plain)


def clean_sheet(
    path: Path, known: Collection[str], key: Key, settings: DeidentifySettings, columns: Mapping[str, str]
) -> list[str]:
    """Each table that has a column of patients, as CSV.

    Args:
        known: ids as the images have them.
        columns: header -> what to read it as; what is named here and not recognized keeps its text.

    Raises:
        SettingsError: `COLUMN_MISSING`, no table has a column of patients.
        NothingFoundError, UnsupportedError, CorruptInputError: as `read_sheet`.
    """
    file = read_sheet(path)
    layouts = [find_layout(table, known, columns) for table in file.tables]
    there = [layout for layout in layouts if layout is not None]
    if not there:
        raise SettingsError(
            Code.COLUMN_MISSING, "no column of the sheet holds the patient.", advice="Name it 'patient_id'."
        )
    dialect = dialect_of((c for t in file.tables for row in t.rows for c in row.cells), file.delimiter)
    ids = {
        row.cells[x.patient.index] for x in there for row in x.table.rows if x.patient.index < len(row.cells)
    }
    matches = match_ids(ids, known)
    patients = {text: match.patient_id for text, match in matches.items() if match.patient_id is not None}
    cleaner = _Cleaner(key, settings.options, dialect, patients, frozenset(map(_squashed, columns)))
    return [cleaner.table(layout) for layout in there]


def _courses(text: str) -> str:
    """The words of a treatment that are kinds of it or substances by their stems ('temozolomide', '-mab')."""
    if text.casefold() in UNTREATED:
        return text
    return " ".join(word for word in re.findall(r"[A-Za-z]+", text) if treatment_kind(word) != "other")


def _squashed(header: str) -> str:
    return re.sub(r"[^0-9a-z]+", "", header.casefold())
