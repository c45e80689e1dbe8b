"""Whether a patient is like those that a model learned from; where not, nothing it says is shown as valid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Code, Notice
from oncometry.prediction.declaration import Endpoint, Experiment
from oncometry.prediction.final.card import CardColumn, KnownColumn, ModelCard
from oncometry.prediction.final.distance import Center
from oncometry.prediction.final.new_rows import NewRows
from oncometry.prediction.sheet import PatientSheet, as_text

__all__ = ["Verdict", "judge_envelope"]


@dataclass(frozen=True)
class Verdict:
    """Of one row.

    Attributes:
        reasons: why the model abstains; empty where it does not.
        cautions: what is unusual and was met in training too, or judged.
        distance: from the training rows, as a part of its limit; None without one.
    """

    reasons: tuple[str, ...]
    cautions: tuple[str, ...]
    distance: float | None

    @property
    def is_inside(self) -> bool:
        """Whether the model may speak."""
        return not self.reasons

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Coded."""
        return tuple(Notice(Code.OUTSIDE_TRAINING, why) for why in self.reasons)


def judge_envelope(
    rows: NewRows, given: NDArray[np.float64], card: ModelCard, center: Center, experiment: Experiment
) -> tuple[Verdict, ...]:
    """A verdict of each row. What is wrong with a cell is said once, and not again by what follows from it.

    Args:
        given: (n, q) what the model of all patients is given.
    """
    limit = card.limits.distance
    part = None if limit is None else center.distances(given) / limit
    return tuple(
        _verdict(rows, i, card, experiment, None if part is None else float(part[i]))
        for i in range(len(rows.patients))
    )


def _verdict(rows: NewRows, i: int, card: ModelCard, experiment: Experiment, part: float | None) -> Verdict:
    of_cell = {**rows.strange[i], **_ranges(rows.values[i], card.columns)}
    missing, cautions = _missing(rows.values[i], card, frozenset(rows.strange[i]))
    reasons = [*of_cell.values(), *missing]
    site, is_sure = _site(rows, i, card)
    if site:
        (reasons if is_sure else cautions).append(site)
    for name, told, sure in _acquisition(rows.sheet, i, card.limits.acquisition):
        if name not in of_cell:
            (reasons if sure else cautions).append(told)
    reasons += [told for name, told in _where(rows.sheet, i, experiment).items() if name not in of_cell]
    reasons += _had_it_before(rows.sheet, i, experiment.endpoint)
    if part is not None and part > 1 and not of_cell:
        reasons.append(
            f"all features together lie {part:.2f} times as far from the training patients as is accepted"
        )
    return Verdict(tuple(reasons), tuple(cautions), part)


def _ranges(values: NDArray[np.float64], columns: tuple[CardColumn, ...]) -> dict[str, str]:
    """Column -> that its number is beyond what was seen."""
    return {
        c.source: f"{c.source} is {_shown(v, c)}, outside of {_shown(c.low, c)} to {_shown(c.high, c)}"
        for v, c in zip(values, columns, strict=True)
        if c.used and c.level is None and np.isfinite(v) and not c.low <= v <= c.high
    }


def _shown(value: float, column: CardColumn) -> str:
    return f"{np.expm1(value):.4g}" if column.transform == "log" else f"{value:.4g}"


def _missing(
    values: NDArray[np.float64], card: ModelCard, strange: frozenset[str]
) -> tuple[list[str], list[str]]:
    """Of the features of the model: too many at once, or some; but for what is strange and said already."""
    gone = [
        c
        for v, c in zip(values, card.columns, strict=True)
        if c.used and c.source not in strange and not np.isfinite(v)
    ]
    sources = list(dict.fromkeys(c.source for c in gone))
    if not gone:
        return [], []
    shown = ", ".join(sources[:4]) + (" ..." if len(sources) > 4 else "")
    if len(gone) > card.limits.missing:
        used = sum(c.used for c in card.columns)
        seen = card.limits.missing
        return [
            f"{len(gone)} of {used} features are missing ({shown}); of training patients at most {seen}"
        ], []
    return [], [f"missing, filled with the training median: {shown}"]


def _site(rows: NewRows, i: int, card: ModelCard) -> tuple[str, bool]:
    """What is to be said of a new site, and whether the model abstains for it."""
    if rows.sites is None or rows.sites[i] in card.limits.sites:
        return "", False
    name = repr(str(rows.sites[i])) if rows.sites[i] else "that is not stated"
    limits = card.limits
    if limits.site_refused or not limits.site_judged:
        why = "cannot be harmonized" if limits.site_refused else "was not judged"
        return f"a site {name} is none of the {len(limits.sites)} of training, and {why}", True
    return f"a new site {name}: see the metrics of held-out sites", False


def _acquisition(sheet: PatientSheet, i: int, known: tuple[KnownColumn, ...]) -> list[tuple[str, str, bool]]:
    """(column, what is to be said, whether the model abstains for it)."""
    found: list[tuple[str, str, bool]] = []
    for column in known:
        cell = as_text(sheet.column(column.name)[i : i + 1])[0] if column.name in sheet.columns else None
        if cell is None:
            found.append((column.name, f"{column.name} is not known", False))
        elif column.low is not None and column.high is not None:
            number = _number(cell)
            if number is None or not column.low <= number <= column.high:
                told = f"{column.name} is {cell}, outside of {column.low:g} to {column.high:g}"
                found.append((column.name, told, True))
        elif cell not in column.seen:
            seen = ", ".join(list(column.seen)[:4])
            found.append((column.name, f"{column.name} is {cell!r}, which training never saw ({seen})", True))
    return found


def _number(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None


def _where(sheet: PatientSheet, i: int, experiment: Experiment) -> dict[str, str]:
    found = {}
    for name, cells in experiment.where.items():
        cell = as_text(sheet.column(name)[i : i + 1])[0] if name in sheet.columns else None
        if cell is not None and cell not in cells:
            found[name] = f"{name} is {cell!r}; the model is for {' or '.join(cells)}"
    return found


def _had_it_before(sheet: PatientSheet, i: int, endpoint: Endpoint) -> list[str]:
    """Of a toxicity: who has the grade before treatment was left out of training."""
    name = endpoint.baseline_column
    if name is None or name not in sheet.columns or endpoint.grade is None:
        return []
    cell = as_text(sheet.columns[name][i : i + 1])[0]
    grade = None if cell is None else _number(cell)
    if grade is None or grade < endpoint.grade:
        return []
    return [f"{name} is {cell}: the model is for patients without grade {endpoint.grade} before treatment"]
