"""The clinical sheet with pseudonyms and moved dates: columns that are understood or named stay, all else goes."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from oncometry.core import Code, SettingsError
from oncometry.io.clinical.cells import (
    Dialect,
    dialect_of,
    is_missing,
    lacks_value,
    parse_date,
    parse_number,
    parse_response,
    parse_truth,
)
from oncometry.io.clinical.columns import Column, Role
from oncometry.io.clinical.denials import UNTREATED, treatment_given
from oncometry.io.clinical.kinds import OTHER, treatment_kind
from oncometry.io.clinical.meanings import check_one_person
from oncometry.io.clinical.patients import match_ids
from oncometry.io.clinical.rows import Layout, check_rows, find_layout
from oncometry.io.deidentify.dates import shifted
from oncometry.io.deidentify.grammar import OLDEST
from oncometry.io.deidentify.key import Key
from oncometry.io.deidentify.planned import plain_visit
from oncometry.io.deidentify.settings import DeidentifySettings, ProfileOption
from oncometry.io.deidentify.sheet_columns import letters_of, plain_header, squashed
from oncometry.io.deidentify.words import looks_identifying
from oncometry.io.sheet import read_sheet

__all__ = ["CleanSheet", "clean_sheet"]

CAPPED = "90"
UNCLEAR = "unclear"
"""Stands for a date that is none or may be two, so that the import says so as it does of the original."""
DENIED = "declined"
"""Stands for a treatment that was not given, whatever it was."""
_DATES = frozenset({Role.DATE, Role.EVENT_DATE, Role.LAST_CONTACT})
_COURSE_DATES = frozenset({Role.TREATMENT_START, Role.TREATMENT_END})
COURSE_WORDS = re.compile(r"5-?FU|(?:gamma|cyber)[ -]?knife|carbon[ -]?ions?|3d-?crt|[a-z]+", re.IGNORECASE)
_COURSES = frozenset({Role.TREATMENT, Role.AGENT, Role.TREATMENT_KIND})
_MOST = 10_000
"""A number from here on may be one of an account, a phone, a place, or a date."""
_YEARS = range(1900, 2101)
_CHECKS: Mapping[Role, Callable[[str], object]] = MappingProxyType(
    {
        Role.SEX: re.compile(
            r"[mfwxou0-3]|fe?male|man|woman|other|diverse?|unknown|intersex", re.IGNORECASE
        ).fullmatch,
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


@dataclass
class CleanSheet:
    """A sheet as it may leave, and what of it does not.

    Attributes:
        tables: as CSV.
        columns_left_out: 'table 1: column C', by place: a header may identify.
        cells_left_out: (header of a column that stays, why) -> how many of its cells are left out.
    """

    tables: list[str] = field(default_factory=list)
    columns_left_out: list[str] = field(default_factory=list)
    cells_left_out: Counter[tuple[str, Code]] = field(default_factory=Counter)


@dataclass(frozen=True)
class _Cleaner:
    """Whose rows they are, and what may stay.

    Attributes:
        patients: id in the sheet -> id as the images have it.
        named: headers, as letters and digits, of columns that the user wants kept.
        done: what came of it so far.
    """

    key: Key
    options: frozenset[ProfileOption]
    dialect: Dialect
    patients: Mapping[str, str]
    named: frozenset[str]
    done: CleanSheet

    def add(self, layout: Layout) -> None:
        """The table as CSV; a named column of which nothing may stay is blank."""
        rows = [row.cells for row in layout.table.rows if row.number > layout.header.number]
        cells = {
            c.index: [row[c.index] if c.index < len(row) else "" for row in rows] for c in layout.columns
        }
        ids = cells[layout.patient.index]
        number = len(self.done.tables) + 1
        kept: list[tuple[str, list[str]]] = []
        for column in layout.columns:
            plain = plain_header(column, ids, self.named)
            if column is layout.patient:
                header = column.header if plain and not layout.guessed else Role.PATIENT.value
                kept.append((header, [self._pseudonym(text) for text in ids]))
            elif plain and (rule := self._rule(column, layout, cells[column.index])) is not None:
                kept.append(
                    (
                        layout.header.cells[column.index] or column.header,
                        self._cells(column, rule, cells[column.index], ids),
                    )
                )
            elif any(not is_missing(text) for text in cells[column.index]):
                self.done.columns_left_out.append(f"table {number}: column {letters_of(column.index)}")
        text = io.StringIO()
        table = csv.writer(text, lineterminator="\n")
        table.writerow([header for header, _ in kept])
        table.writerows(zip(*(values for _, values in kept), strict=True))
        self.done.tables.append(text.getvalue())

    def _cells(self, column: Column, rule: Rule, cells: list[str], ids: list[str]) -> list[str]:
        kept = []
        for text, who in zip(cells, ids, strict=True):
            meant = column.values.get(text.casefold(), text)
            left = "" if is_missing(meant) else rule(text, meant, who)
            if lacks_value(meant):
                self.done.cells_left_out[column.header, Code.VALUE_MISSING] += 1
            elif not is_missing(meant) and left in ("", UNCLEAR):
                dated = column.role in _DATES | _COURSE_DATES
                self.done.cells_left_out[column.header, Code.DATE_MISSING if dated else Code.NAME_UNSAFE] += 1
            kept.append(left)
        return kept

    def _rule(self, column: Column, layout: Layout, cells: list[str]) -> Rule | None:
        """None where nothing of the column stays."""
        role, named = column.role, squashed(column.header) in self.named
        if role in (Role.AGE, Role.SEX) and ProfileOption.RETAIN_PATIENT_CHARACTERISTICS not in self.options:
            return None
        if role in _DATES and not self._dated:
            return None
        if role in (Role.PATIENT, Role.IGNORED) or (role is Role.TOXICITY_TERM and not named):
            return None
        if role is Role.VALUE or role is Role.TOXICITY_TERM:
            if named:
                return lambda text, _, who: self._text(text, who)
            return (lambda text, _, __: self._number(text)) if self._measures(cells) else None
        return self._recognized(column, layout.date_orders.get(column.index))

    @property
    def _dated(self) -> bool:
        return ProfileOption.RETAIN_LONGITUDINAL_MODIFIED_DATES in self.options

    def _recognized(self, column: Column, order: str | None) -> Rule:
        role = column.role
        if role in _DATES:
            return lambda text, _, who: self._date(text, order, who)
        if role in _COURSE_DATES:
            return lambda text, _, who: self._course_day(text, order, who)
        if role is Role.AGE:
            return lambda text, _, __: self._age(text, column.unit)
        if role in _COURSES:
            return lambda _, meant, __: _courses(meant)
        if role in _CHECKS:
            return lambda text, meant, _: text if _CHECKS[role](meant) else ""
        return lambda text, _, __: self._number(text)

    def _pseudonym(self, text: str) -> str:
        return "" if is_missing(text) else self.key.pseudonym(self.patients.get(text, text))

    def _date(self, text: str, order: str | None, who: str) -> str:
        found = parse_date(text, order)
        if found is None:
            return UNCLEAR
        moved = shifted(found.isoformat(), self.key.day_shift(self.patients.get(who, who)))
        return f"{moved[:4]}-{moved[4:6]}-{moved[6:]}" if moved else ""

    def _course_day(self, text: str, order: str | None, who: str) -> str:
        """A date, which is moved, or else a small number of days from the first scan."""
        if parse_date(text, order) is None and (number := self._number(text)):
            return number
        return self._date(text, order, who) if self._dated else ""

    def _number(self, text: str) -> str:
        number = parse_number(text, self.dialect)
        if number is None or not abs(number) < _MOST:
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

    def _measures(self, cells: list[str]) -> bool:
        """Whether a column holds small numbers alone, which are not all years."""
        numbers = [parse_number(text, self.dialect) for text in cells if not is_missing(text)]
        plain = [n for n in numbers if n is not None and abs(n) < _MOST]
        return bool(numbers) and len(plain) == len(numbers) and not all(n in _YEARS for n in plain)


def clean_sheet(
    path: Path, known: Collection[str], key: Key, settings: DeidentifySettings, columns: Mapping[str, str]
) -> CleanSheet:
    """Each table that has a column of patients, as CSV, and what of it is left out.

    Args:
        known: ids as the images have them.
        columns: header -> what to read it as; what is named here and not recognized keeps its text.

    Raises:
        SettingsError: `COLUMN_MISSING`, no table has a column of patients; `PATIENT_CONFLICT`, a row names two.
        NothingFoundError: there is nothing below the header; as `read_sheet`.
        UnsupportedError, CorruptInputError: as `read_sheet`.
    """
    file = read_sheet(path)
    layouts = [find_layout(table, known, columns) for table in file.tables]
    there = [layout for layout in layouts if layout is not None]
    if not there:
        check_rows(file.tables, column_map=columns)
        raise SettingsError(
            Code.COLUMN_MISSING, "no column of the sheet holds the patient.", advice="Name it 'patient_id'."
        )
    check_one_person(there, known)
    dialect = dialect_of((c for t in file.tables for row in t.rows for c in row.cells), file.delimiter)
    ids = {
        row.cells[x.patient.index] for x in there for row in x.table.rows if x.patient.index < len(row.cells)
    }
    matches = match_ids(ids, known)
    patients = {text: match.patient_id for text, match in matches.items() if match.patient_id is not None}
    named = frozenset(map(squashed, columns))
    cleaner = _Cleaner(key, settings.options, dialect, patients, named, CleanSheet())
    for layout in there:
        cleaner.add(layout)
    return cleaner.done


def _courses(text: str) -> str:
    """The words of a treatment that was given which are kinds of it or substances by their stems ('-mab').

    That something was not is said, not what: a date or dose beside an empty cell would make a course.
    """
    if text.casefold() in UNTREATED:
        return text
    given = treatment_given(text)
    words = " ".join(word for word in COURSE_WORDS.findall(given) if treatment_kind(word) != OTHER)
    if given == text:
        return words
    return f"{words or OTHER}, rest {DENIED}" if given else DENIED
