"""From cells of a sheet to the features of an experiment: numbers as they are, categories as indicators."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Code, Notice, SettingsError
from oncometry.prediction.declaration import Endpoint, Experiment, Features, Preprocessing
from oncometry.prediction.late_features import late_features
from oncometry.prediction.sheet import (
    Cells,
    PatientSheet,
    as_numbers,
    as_text,
    has_decimal_comma,
    is_written_with_commas,
    not_numbers,
    without_number,
)
from oncometry.prediction.table import NO_CATEGORY, Block, Column, FeatureTable, Matrix

__all__ = ["feature_table", "used_for_outcome"]

MOST_LEVELS = 12
SPARSE = 0.4
FILLED = 0.05
"""Share of cells without a category up to which they are filled."""
SHOWN = 4


def feature_table(sheet: PatientSheet, experiment: Experiment) -> FeatureTable:
    """The declared features of all rows of a sheet.

    Raises:
        SettingsError: `COLUMN_MISSING`; `SETTINGS`, a column is taken twice, is text of too many kinds, or says the outcome.
    """
    columns: list[Column] = []
    values: list[NDArray[np.float64]] = []
    taken: dict[str, Block] = {}
    outcome = used_for_outcome(experiment.endpoint)
    for declared in experiment.features:
        for name in _names(sheet, declared):
            if name in outcome:
                raise SettingsError(Code.SETTINGS, f"column {name!r} says the outcome: it is no feature.")
            if name in taken:
                raise SettingsError(
                    Code.SETTINGS,
                    f"column {name!r} is in {taken[name]} and in {declared.block}: name it once.",
                )
            taken[name] = declared.block
            shown, cells = _transformed(name, sheet, declared)
            day = declared.day if declared.day is not None else sheet.days.get(name)
            for column, numbers in _columns(
                name, cells, declared, day, experiment.preprocessing, sheet.patients
            ):
                columns.append(column if shown == name else replace(column, name=shown))
                values.append(numbers)
    sites = _sites(sheet, experiment.validation.site)
    table = FeatureTable(sheet.patients, tuple(columns), np.column_stack(values), sites)
    late = late_features(table, sheet, experiment.endpoint)
    return table.told([*_content(table), *_uncategorized(table), *late])


def used_for_outcome(endpoint: Endpoint) -> frozenset[str]:
    """Columns that say the outcome."""
    return frozenset(c for c in (endpoint.column, endpoint.time, endpoint.event) if c is not None)


def _names(sheet: PatientSheet, declared: Features) -> list[str]:
    left_out = {name for pattern in declared.but for name in sheet.matching(pattern)}
    found = dict.fromkeys(name for pattern in declared.columns for name in sheet.matching(pattern))
    return [name for name in found if name not in left_out]


def _transformed(name: str, sheet: PatientSheet, declared: Features) -> tuple[str, Cells]:
    """The cells as they are, or whether they are above 0, or log(1 + x), and what to call that."""
    cells = sheet.column(name)
    is_log = any(name in sheet.matching(pattern) for pattern in declared.log)
    if name not in declared.present and not is_log:
        return name, cells
    numbers = as_numbers(cells)
    if numbers is None:
        why, advice = not_numbers(cells, sheet.patients)
        raise SettingsError(
            Code.SETTINGS, f"column {name!r} {why}: it has no logarithm and is not above 0.", advice=advice
        )
    if not is_log:
        return f"{name} > 0", np.where(np.isnan(numbers), np.nan, numbers > 0)
    if (numbers < 0).any():
        raise SettingsError(
            Code.SETTINGS, f"column {name!r} has {np.nanmin(numbers):g}: `log` takes numbers from 0 on."
        )
    return f"log(1 + {name})", np.log1p(numbers)


def _columns(
    name: str,
    cells: Cells,
    declared: Features,
    day: float | None,
    settings: Preprocessing,
    patients: NDArray[np.str_],
) -> list[tuple[Column, NDArray[np.float64]]]:
    """A column of numbers, or an indicator a category; of two categories, of the second.

    Where more than `FILLED` of the cells say no category, and no more than leaves the column out, that is a category of its
    own (Sperrin 2020, doi:10.1016/j.jclinepi.2020.03.028); where fewer do, they get the most frequent of the training rows.
    """
    numbers = as_numbers(cells)
    if numbers is not None and name not in declared.categories:
        return [(Column(name, declared.block, name, None, day), numbers)]
    words = as_text(cells)
    levels = sorted({w for w in words if w is not None})
    is_text = bool(levels) and len(levels) <= MOST_LEVELS
    if name not in declared.categories and (
        is_written_with_commas(cells) or (not is_text and _are_mostly_numbers(cells))
    ):
        why, advice = not_numbers(cells, patients)
        raise SettingsError(Code.SETTINGS, f"column {name!r} {why}.", advice=advice)
    if not is_text:
        raise SettingsError(
            Code.SETTINGS,
            f"column {name!r} holds {len(levels)} different texts ({', '.join(levels[:3])}): it is no feature.",
            advice="Leave it away with `but`, or write numbers.",
        )
    shown = levels[1:] if len(levels) == 2 else levels
    share = sum(w is None for w in words) / max(len(words), 1)
    if FILLED < share <= settings.maximum_missing:
        words = [NO_CATEGORY if w is None else w for w in words]
        shown = [*shown, NO_CATEGORY]
    found = []
    for level in shown:
        is_it = np.array([np.nan if w is None else float(w == level) for w in words])
        found.append((Column(f"{name}={level}", declared.block, name, level, day), is_it))
    return found


def _are_mostly_numbers(cells: Cells) -> bool:
    """Whether fewer than half of the filled cells are no numbers: slips among numbers, no categories."""
    slips = sum(not has_decimal_comma(cells[i]) for i in without_number(cells))
    return 2 * slips < sum(c is not None for c in cells)


def _sites(sheet: PatientSheet, name: str | None) -> NDArray[np.str_] | None:
    if name is None:
        return None
    cells = sheet.column(name)
    words = as_text(cells)
    unknown = [str(p) for p, word in zip(sheet.patients, words, strict=True) if word is None]
    if unknown:
        raise SettingsError(
            Code.VALUE_MISSING,
            f"{len(unknown)} patients have no site in {name!r} ({', '.join(unknown[:3])}).",
        )
    return np.array(words, dtype=np.str_)


def _content(table: FeatureTable) -> list[Notice]:
    """Columns that are constant, twice there, or mostly empty."""
    known = np.isfinite(table.values)
    filled = np.where(known, table.values, 0.0)
    spread = np.where(known, table.values, np.inf).min(0) < np.where(known, table.values, -np.inf).max(0)
    found = [
        *_told(Code.CONSTANT, "are the same in all patients", _at(table, ~spread)),
        *_told(Code.VALUE_MISSING, f"are missing in {SPARSE:.0%} of the patients or more",
               _at(table, known.mean(0) <= 1 - SPARSE)),
        *_told(Code.COLUMN_DUPLICATE, "say the same as another", _at(table, _twice(filled, known) & spread)),
    ]  # fmt: skip
    infinite = int(np.isinf(table.values).sum())
    if infinite:
        found.append(Notice(Code.UNDEFINED, f"{infinite} values are infinite: taken as missing."))
    return found


def _uncategorized(table: FeatureTable) -> list[Notice]:
    """Columns of categories with cells that say none: filled, or a category of their own."""
    found: list[tuple[str, str]] = []
    for i, column in enumerate(table.columns):
        if column.level == NO_CATEGORY:
            count, what = int(table.values[:, i].sum()), "that is a category of its own"
        else:
            count = int(np.isnan(table.values[:, i]).sum())
            what = "they get the most frequent category of the training rows"
        if column.level is not None and count and all(column.source != source for source, _ in found):
            found.append(
                (
                    column.source,
                    f"{column.source}: {count} of {len(table.patients)} rows say no category: {what}.",
                )
            )
    return [Notice(Code.VALUE_MISSING, told) for _, told in found]


def _twice(filled: Matrix, known: NDArray[np.bool_]) -> NDArray[np.bool_]:
    seen: set[bytes] = set()
    again = np.zeros(filled.shape[1], dtype=bool)
    for i in range(filled.shape[1]):
        content = np.ascontiguousarray(filled[:, i]).tobytes() + known[:, i].tobytes()
        again[i] = content in seen
        seen.add(content)
    return again


def _at(table: FeatureTable, which: NDArray[np.bool_]) -> list[str]:
    return [table.columns[i].name for i in np.flatnonzero(which)]


def _told(code: Code, what: str, names: Sequence[str] | Iterable[str]) -> list[Notice]:
    every = list(names)
    if not every:
        return []
    shown = ", ".join(every[:SHOWN]) + (" ..." if len(every) > SHOWN else "")
    return [Notice(code, f"{len(every)} columns {what}: {shown}.")]
