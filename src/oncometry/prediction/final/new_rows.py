"""Rows of new patients as the numbers that a stored model takes; what does not fit is said, row by row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Code, Notice, SettingsError
from oncometry.prediction.declaration import Experiment
from oncometry.prediction.derive import with_derived
from oncometry.prediction.final.card import CardColumn, ModelCard
from oncometry.prediction.sheet import Cells, PatientSheet, as_text
from oncometry.prediction.table import NO_CATEGORY, Matrix
from oncometry.prediction.unlike_rows import unlike_cells, unlike_columns

__all__ = ["NewRows", "new_rows"]

SHOWN = 5
OF_THE_GONE = re.compile(r"\.vanished@\d+$")
"""Columns that a cohort has only where a lesion of somebody is gone; where there is none, nobody's is."""


@dataclass(frozen=True, eq=False)
class NewRows:
    """Rows that a model is asked about.

    Attributes:
        patients: (n,).
        values: (n, p) in the order of the card's columns, NaN where nothing that can be used is known.
        sites: (n,), '' where not known; None where the model knows no sites.
        strange: of each row, column -> what was written there that the model does not know.
        absent: columns of the card that the sheet does not have.
        sheet: with derived columns.
        notices: what is worth saying of all rows.
    """

    patients: NDArray[np.str_]
    values: Matrix
    sites: NDArray[np.str_] | None
    strange: tuple[Mapping[str, str], ...]
    absent: tuple[str, ...]
    sheet: PatientSheet
    notices: tuple[Notice, ...]


def new_rows(sheet: PatientSheet, card: ModelCard, experiment: Experiment) -> NewRows:
    """The rows of a sheet with the columns that the model was fitted on; those that it lacks are missing and said.

    Raises:
        SettingsError: `COLUMN_MISSING`, the sheet has none of the model's columns.
    """
    derivable = {
        name: how
        for name, how in experiment.derive.items()
        if name not in sheet.columns and {*how.product, *how.over} <= set(sheet.columns)
    }
    sheet = with_derived(sheet, derivable)
    sources = dict.fromkeys(c.source for c in card.columns)
    whole = frozenset(s for s in sources if s not in sheet.columns and OF_THE_GONE.search(s))
    absent = tuple(s for s in sources if s not in sheet.columns and s not in whole)
    if len(absent) == len(sources):
        raise SettingsError(
            Code.COLUMN_MISSING,
            f"there is none of the {len(sources)} columns of the model {card.name} ({', '.join(absent[:SHOWN])} ...).",
            advice=f"There are: {', '.join(list(sheet.columns)[:8])}.",
        )
    values = np.full((len(sheet.patients), len(card.columns)), np.nan)
    strange: list[dict[str, str]] = [{} for _ in sheet.patients]
    for i, column in enumerate(card.columns):
        if column.source in absent:
            continue
        if column.source in whole:
            values[:, i] = 0.0
            continue
        cells = sheet.column(column.source)
        for row, number, odd in _numbers(cells, column):
            values[row, i] = number
            if odd is not None:
                strange[row].setdefault(column.source, odd)
    told = [
        *sheet.notices,
        *_absent(absent, card),
        *_several(sheet, [s for s in sources if s in sheet.columns]),
    ]
    sites = _sites(sheet, card, experiment)
    return NewRows(sheet.patients, values, sites, tuple(strange), absent, sheet, tuple(told))


def _numbers(cells: Cells, column: CardColumn) -> Iterator[tuple[int, float, str | None]]:
    """Of each row that has one: its place, the number that the model takes, and what is not known to it."""
    for row, word in enumerate(
        as_text(cells) if column.level is not None or cells.dtype.kind != "f" else cells
    ):
        if word is None and NO_CATEGORY in column.levels:
            word = NO_CATEGORY
        if word is None or (isinstance(word, float) and not np.isfinite(word)):
            continue
        if column.level is not None:
            known = word in column.levels
            odd = None if known else f"{column.source} is {word!r}, not {' or '.join(column.levels)}"
            yield row, float(word == column.level) if known else np.nan, odd
            continue
        try:
            number = float(word)
        except ValueError:
            yield row, np.nan, f"{column.source} is {word!r}, no number"
            continue
        yield row, *_transformed(number, column)


def _transformed(number: float, column: CardColumn) -> tuple[float, str | None]:
    if column.transform == "present":
        return float(number > 0), None
    if column.transform == "log":
        if number < 0:
            return np.nan, f"{column.source} is {number:g}, below 0"
        return float(np.log1p(number)), None
    return (number, None) if np.isfinite(number) else (np.nan, None)


def _several(sheet: PatientSheet, sources: Sequence[str]) -> list[Notice]:
    """A patient with several rows is told a number for each."""
    names, counts = np.unique(sheet.patients, return_counts=True)
    several = names[counts > 1]
    if not len(several):
        return []
    columns = {name: sheet.column(name) for name in sources}
    unlike = unlike_cells(unlike_columns(columns, np.flatnonzero(sheet.patients == several[0])))
    told = f"{len(several)} patients have several rows, and a prediction of each; those of '{several[0]}' differ in {unlike}."
    return [Notice(Code.ROW_CONFLICTING, told)]


def _absent(absent: tuple[str, ...], card: ModelCard) -> list[Notice]:
    if not absent:
        return []
    used = {c.source for c in card.columns if c.used}
    needed = [a for a in absent if a in used]
    shown = ", ".join((needed or list(absent))[:SHOWN])
    told = f"{card.name}: {len(absent)} columns are not there, {len(needed)} of them used by the model ({shown})."
    return [Notice(Code.COLUMN_MISSING, told)]


def _sites(sheet: PatientSheet, card: ModelCard, experiment: Experiment) -> NDArray[np.str_] | None:
    if not card.limits.sites:
        return None
    name = experiment.validation.site
    if name is None or name not in sheet.columns:
        return np.full(len(sheet.patients), "", dtype=np.str_)
    return np.array([w or "" for w in as_text(sheet.column(name))], dtype=np.str_)
