"""From cells of a sheet to the features of an experiment: numbers as they are, categories as indicators."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Code, Notice, SettingsError
from oncometry.prediction.declaration import Endpoint, Experiment, Features
from oncometry.prediction.sheet import (
    Cells,
    PatientSheet,
    as_numbers,
    as_text,
    is_written_with_commas,
    not_numbers,
)
from oncometry.prediction.table import Block, Column, FeatureTable, Matrix

__all__ = ["feature_table", "used_for_outcome"]

MOST_LEVELS = 12
LATER = ("event.", "outcome.", "toxicity.", "response.", "visits.count", "visits.sized")
"""How columns of a cohort begin that tell of its follow-up, whatever their day."""
SPARSE = 0.4
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
            cells = _transformed(name, sheet, declared)
            day = declared.day if declared.day is not None else sheet.days.get(name)
            for column, numbers in _columns(name, cells, declared, day):
                columns.append(column)
                values.append(numbers)
    sites = _sites(sheet, experiment.validation.site)
    table = FeatureTable(sheet.patients, tuple(columns), np.column_stack(values), sites)
    return table.told([*_content(table), *_after(table, experiment.endpoint, sheet.days)])


def used_for_outcome(endpoint: Endpoint) -> frozenset[str]:
    """Columns that say the outcome."""
    return frozenset(c for c in (endpoint.column, endpoint.time, endpoint.event) if c is not None)


def _names(sheet: PatientSheet, declared: Features) -> list[str]:
    left_out = {name for pattern in declared.but for name in sheet.matching(pattern)}
    found = dict.fromkeys(name for pattern in declared.columns for name in sheet.matching(pattern))
    return [name for name in found if name not in left_out]


def _transformed(name: str, sheet: PatientSheet, declared: Features) -> Cells:
    """The cells as they are, or whether they are above 0, or log(1 + x)."""
    cells = sheet.column(name)
    is_log = any(name in sheet.matching(pattern) for pattern in declared.log)
    if name not in declared.present and not is_log:
        return cells
    numbers = as_numbers(cells)
    if numbers is None:
        why, advice = not_numbers(cells)
        raise SettingsError(
            Code.SETTINGS, f"column {name!r} {why}: it has no logarithm and is not above 0.", advice=advice
        )
    if not is_log:
        return np.where(np.isnan(numbers), np.nan, numbers > 0)
    if (numbers < 0).any():
        raise SettingsError(
            Code.SETTINGS, f"column {name!r} has {np.nanmin(numbers):g}: `log` takes numbers from 0 on."
        )
    return np.log1p(numbers)


def _columns(
    name: str, cells: Cells, declared: Features, day: float | None
) -> list[tuple[Column, NDArray[np.float64]]]:
    numbers = as_numbers(cells)
    if numbers is not None and name not in declared.categories:
        return [(Column(name, declared.block, name, None, day), numbers)]
    words = as_text(cells)
    levels = sorted({w for w in words if w is not None})
    if name not in declared.categories and is_written_with_commas(cells):
        why, advice = not_numbers(cells)
        raise SettingsError(Code.SETTINGS, f"column {name!r} {why}.", advice=advice)
    if not levels or len(levels) > MOST_LEVELS:
        raise SettingsError(
            Code.SETTINGS,
            f"column {name!r} holds {len(levels)} different texts ({', '.join(levels[:3])}): it is no feature.",
            advice="Leave it away with `but`, or write numbers.",
        )
    shown = levels[1:] if len(levels) == 2 else levels
    found = []
    for level in shown:
        is_it = np.array([np.nan if w is None else float(w == level) for w in words])
        found.append((Column(f"{name}={level}", declared.block, name, level, day), is_it))
    return found


def _is_missing(cell: object) -> bool:
    return cell is None or (isinstance(cell, float) and np.isnan(cell))


def _sites(sheet: PatientSheet, name: str | None) -> NDArray[np.str_] | None:
    if name is None:
        return None
    cells = sheet.column(name)
    unknown = [str(p) for p, c in zip(sheet.patients, cells, strict=True) if _is_missing(c)]
    if unknown:
        raise SettingsError(
            Code.VALUE_MISSING,
            f"{len(unknown)} patients have no site in {name!r} ({', '.join(unknown[:3])}).",
        )
    return np.array([f"{c:g}" if isinstance(c, float) else str(c) for c in cells])


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


def _twice(filled: Matrix, known: NDArray[np.bool_]) -> NDArray[np.bool_]:
    seen: set[bytes] = set()
    again = np.zeros(filled.shape[1], dtype=bool)
    for i in range(filled.shape[1]):
        content = np.ascontiguousarray(filled[:, i]).tobytes() + known[:, i].tobytes()
        again[i] = content in seen
        seen.add(content)
    return again


def _after(table: FeatureTable, endpoint: Endpoint, days: Mapping[str, float]) -> list[Notice]:
    """Columns known only after the outcome, or after the day that time counts from."""
    later = [c.name for c in table.columns if c.source.startswith(LATER)]
    told = _told(Code.FEATURE_AFTER_OUTCOME, "say what happened later", later)
    limit = endpoint.landmark_day if endpoint.kind == "survival" else endpoint.known_day
    if limit is None:
        limit = days.get(endpoint.column or "")
    if limit is None:
        return told
    late = [c.name for c in table.columns if c.day is not None and c.day > limit]
    what = "the day that time counts from" if endpoint.kind == "survival" else "the outcome"
    return [*told, *_told(Code.FEATURE_AFTER_OUTCOME, f"are known only after {what} (day {limit:g})", late)]


def _at(table: FeatureTable, which: NDArray[np.bool_]) -> list[str]:
    return [table.columns[i].name for i in np.flatnonzero(which)]


def _told(code: Code, what: str, names: Sequence[str] | Iterable[str]) -> list[Notice]:
    every = list(names)
    if not every:
        return []
    shown = ", ".join(every[:SHOWN]) + (" ..." if len(every) > SHOWN else "")
    return [Notice(code, f"{len(every)} columns {what}: {shown}.")]
