"""Which columns of a clinical sheet may stay, told by their headers: standard names, common measures, those named."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from pathlib import Path

from oncometry.core import Code, SettingsError
from oncometry.io.clinical.columns import Column, Role, recognize
from oncometry.io.clinical.rows import find_layout
from oncometry.io.deidentify.words import looks_identifying
from oncometry.io.sheet import SheetTable, read_sheet

__all__ = ["check_columns", "is_measure", "letters_of", "plain_header", "squashed"]

_MEASURES_TEXT = """
    albumin bmi calcium cea creatinine crp diameter ecog eortc hb height hematocrit hemoglobin karnofsky kps ldh
    leukocytes lymphocytes mmse moca nano neutrophils performance platelets psa psma score sld suv suvmax suvmean
    thickness volume wbc weight zubrod
    """
_WITH_MEASURES_TEXT = """
    at baseline body cc cm count edema enhancing g gy kg l largest lesion lesions longest m maximum mean mg ml mm
    necrosis of percent performance score short status sum total tumor tumour visit
    """
_CENSORING_TEXT = """
    alive censor censored censoring day days death dfs disease event flag free indicator is month months
    observed of os overall patient pfs progression recurrence rfs status survival time was
    """
_MEASURES, _WITH_MEASURES, _CENSORING = (
    frozenset(text.split()) for text in (_MEASURES_TEXT, _WITH_MEASURES_TEXT, _CENSORING_TEXT)
)
_SHORTEST = 3


def squashed(header: str) -> str:
    """Letters and digits alone, of any script, in lower case: as columns are named by a user."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFC", header).casefold())


def check_columns(sheet: Path, named: Iterable[str]) -> None:
    """Refuse a name by which no column can stay: what was meant would be left out.

    Raises:
        SettingsError: `COLUMN_MISSING`, no column has it; `NAME_UNSAFE`, the header may identify.
        OncometryError: as `read_sheet`.
    """
    there = [header for table in read_sheet(sheet).tables for header in _headers(table)]
    known = {squashed(header): header for header in there}
    for name in named:
        header = known.get(squashed(name))
        if header is None:
            raise SettingsError(
                Code.COLUMN_MISSING,
                f"no column of the sheet is called {name!r}.",
                path=sheet,
                advice=f"There are {', '.join(map(repr, there))}.",
            )
        if looks_identifying(header):
            raise SettingsError(
                Code.NAME_UNSAFE,
                f"the header {header!r} may identify, so the column cannot stay.",
                path=sheet,
                advice="Rename it in the sheet: ASCII letters, no name, no date, no long number.",
            )


def is_measure(column: Column) -> bool:
    """Whether a header that is no standard name is made of words of common measures alone ('tumor volume (ml)')."""
    if column.role is not Role.VALUE or not re.fullmatch(r"[A-Za-z _()\[\]/%.-]+", column.header):
        return False
    words = set(_words(column.header))
    return bool(words & _MEASURES) and words <= _MEASURES | _WITH_MEASURES


def plain_header(column: Column, ids: Iterable[str], named: Collection[str]) -> bool:
    """Whether a header may be written.

    Args:
        ids: of the sheet's patients.
        named: headers, squashed, of columns that the user wants kept.
    """
    if squashed(column.header) in named:
        people = {squashed(text) for text in ids if len(text) >= _SHORTEST}
        return not looks_identifying(column.header) and not people & {
            squashed(column.header),
            *_words(column.header),
        }
    if column.role is Role.CENSORING:  # recognized by one word of several
        return set(_words(column.header)) <= _CENSORING
    return column.role is not Role.VALUE or is_measure(column)


def letters_of(index: int) -> str:
    """A column as spreadsheets name it: 'A' the first, 'AA' after 'Z'."""
    letters, rest = "", index + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        letters = chr(65 + digit) + letters
    return letters


def _headers(table: SheetTable) -> list[str]:
    """Of the row that is read as the header."""
    layout = find_layout(table, (), {})
    if layout is not None:
        return [column.header for column in layout.columns]
    return [column.header for column in recognize(table.rows[0].cells, {})] if table.rows else []


def _words(header: str) -> list[str]:
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header)
    return re.findall(r"[0-9a-z]+", apart.casefold())
