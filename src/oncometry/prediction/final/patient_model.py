"""A stored model, ready to be asked about new patients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Notice
from oncometry.prediction.declaration import Experiment
from oncometry.prediction.explanation import Players
from oncometry.prediction.final.card import ModelCard
from oncometry.prediction.final.conformal import class_set
from oncometry.prediction.final.contributions import Contribution, contributions
from oncometry.prediction.final.distance import Center
from oncometry.prediction.final.envelope import Verdict, judge_envelope
from oncometry.prediction.final.frozen_fit import FrozenFit
from oncometry.prediction.final.new_rows import NewRows, new_rows
from oncometry.prediction.outcome import Task
from oncometry.prediction.predicted import Predicted
from oncometry.prediction.sheet import PatientSheet

__all__ = ["PatientModel", "PatientPrediction", "Predictions"]

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class PatientPrediction:
    """What a model says of one row; whether it may be shown, `verdict` tells.

    Attributes:
        value: chance of the event (by the horizon), the expected number, or the mean category.
        low, high: of the bootstrap: how far `value` would move had other patients been learned from; None without refits.
        chances: (k,) of classes; empty of others. chance_low, chance_high: of the bootstrap.
        may_be: conformal set: places of classes; empty where there is none.
        from_number, to_number: conformal interval of a number; None where there is none.
        third: 'low', 'middle' or 'high' among the patients of the validation; '' where they are not told.
        free: (t,) survival: chance to be free of the event at the card's times; free_low, free_high: of the bootstrap.
        typical: what the model says of a typical patient; contributions add up from it to `value`.
    """

    patient: str
    value: float
    low: float | None
    high: float | None
    chances: tuple[float, ...]
    chance_low: tuple[float, ...]
    chance_high: tuple[float, ...]
    may_be: tuple[int, ...]
    from_number: float | None
    to_number: float | None
    third: str
    free: tuple[float, ...]
    free_low: tuple[float, ...]
    free_high: tuple[float, ...]
    verdict: Verdict
    typical: float
    contributions: tuple[Contribution, ...]


@dataclass(frozen=True, eq=False)
class Predictions:
    """Of all rows, in their order, and what is worth saying of all; `said` is the same as arrays."""

    rows: NewRows
    said: Predicted
    patients: tuple[PatientPrediction, ...]
    notices: tuple[Notice, ...]


@dataclass(frozen=True, eq=False)
class PatientModel:
    """A card and the weights it is of.

    Attributes:
        fit: of all patients; refits: on patients drawn anew.
        center: of what `fit` was given in training.
    """

    card: ModelCard
    fit: FrozenFit
    refits: tuple[FrozenFit, ...]
    center: Center

    @property
    def experiment(self) -> Experiment:
        """As it was declared."""
        return Experiment.model_validate(self.card.declaration)

    def predict(self, sheet: PatientSheet) -> Predictions:
        """Of each row of a sheet.

        Raises:
            SettingsError: `COLUMN_MISSING`, the sheet has none of the model's columns.
        """
        experiment = self.experiment
        rows = new_rows(sheet, self.card, experiment)
        said = self.said(self.fit, rows.values, rows.sites)
        given = self.fit.transform(rows.values, rows.sites)
        verdicts = judge_envelope(rows, given, self.card, self.center, experiment)
        others = [self.said(refit, rows.values, rows.sites) for refit in self.refits]
        found = tuple(self._patient(rows, i, said, others, verdicts[i]) for i in range(len(rows.patients)))
        return Predictions(rows, said, found, rows.notices)

    def said(self, fit: FrozenFit, values: Numbers, sites: NDArray[np.str_] | None) -> Predicted:
        """What one of its fits says of rows (n, p)."""
        card = self.card
        return fit.predict(values, sites, card.task, np.array(card.times_days), card.horizon_days)

    def value_of(self, said: Predicted) -> Numbers:
        """(n,) the number that is shown: a chance, or what is expected."""
        if self.card.task in (Task.BINARY, Task.SURVIVAL) and said.probability is not None:
            return said.probability
        return said.score

    def _patient(
        self, rows: NewRows, i: int, said: Predicted, others: Sequence[Predicted], verdict: Verdict
    ) -> PatientPrediction:
        value = float(self.value_of(said)[i])
        low, high = self._spread([self.value_of(o)[i] for o in others], np.array(value))
        chances = _chances(said, i, self.card.task)
        chance_low, chance_high = self._spread([_chances(o, i, self.card.task) for o in others], chances)
        free = np.empty(0) if said.free is None else said.free[i]
        free_low, free_high = self._spread([o.free[i] for o in others if o.free is not None], free)
        typical, parts = self._contributions(rows, i)
        number = self._number_interval(value)
        return PatientPrediction(
            str(rows.patients[i]), value, _one(low), _one(high), _all(chances), _all(chance_low), _all(chance_high),
            self._set(chances), *number, self._third(value), _all(free), _all(free_low), _all(free_high),
            verdict, typical, parts,
        )  # fmt: skip

    def _spread(self, refits: Sequence[Numbers], value: Numbers) -> tuple[Numbers, Numbers]:
        """Percentiles over the refits, widened to hold the value itself; empty without refits."""
        if not refits or not np.size(value):
            return np.empty(0), np.empty(0)
        tail = (1 - self.card.level) / 2
        low, high = np.quantile(np.array(refits), [tail, 1 - tail], axis=0)
        return np.minimum(low, value), np.maximum(high, value)

    def _set(self, chances: Numbers) -> tuple[int, ...]:
        if self.card.conformal is None or not self.card.conformal.least:
            return ()
        return class_set(
            [float(c) for c in chances], self.card.conformal.least, ordered=self.card.task is Task.ORDINAL
        )

    def _number_interval(self, value: float) -> tuple[float | None, float | None]:
        width = None if self.card.conformal is None else self.card.conformal.half_width
        return (None, None) if width is None else (value - width, value + width)

    def _third(self, value: float) -> str:
        reached = [third.name for third in self.card.thirds if value >= third.above]
        return reached[-1] if reached else ""

    def _contributions(self, rows: NewRows, i: int) -> tuple[float, tuple[Contribution, ...]]:
        """What each cell added, the most first; those of the patient's site are not told apart."""
        columns = self.card.columns
        used = self.fit.used()
        sources = dict.fromkeys(columns[p].source for p in sorted(used))
        places = [
            np.array([p for p in sorted(used) if columns[p].source == s], dtype=np.intp) for s in sources
        ]
        typical = np.array([c.reference for c in columns])
        row = self.fit.filled(rows.values[i], typical)
        says = partial(self._says, site=None if rows.sites is None else str(rows.sites[i]))
        rng = np.random.default_rng((self.card.seed, crc32(row.tobytes())))
        amounts = contributions(row, typical, Players(tuple(sources), tuple(places)), says, rng)
        found = [
            Contribution(source, _shown(rows.sheet, source, i), float(amount))
            for source, amount in zip(sources, amounts, strict=True)
        ]
        ordered = tuple(sorted(found, key=lambda c: -abs(c.amount)))
        return float(says(typical[None])[0]), ordered

    def _says(self, values: Numbers, site: str | None) -> Numbers:
        sites = None if site is None else np.full(len(values), site)
        return self.value_of(self.said(self.fit, values, sites))


def _chances(said: Predicted, i: int, task: Task) -> Numbers:
    if said.probability is None or task in (Task.SURVIVAL, Task.CONTINUOUS):
        return np.empty(0)
    chance = said.probability[i]
    return np.array([1 - chance, chance]) if task is Task.BINARY else np.asarray(chance)


def _shown(sheet: PatientSheet, source: str, i: int) -> str:
    cell = sheet.columns[source][i] if source in sheet.columns else None
    if cell is None or (isinstance(cell, float) and np.isnan(cell)):
        return "missing"
    return f"{cell:.4g}" if isinstance(cell, float) else str(cell)


def _one(found: Numbers) -> float | None:
    return float(found) if np.size(found) else None


def _all(found: Numbers) -> tuple[float, ...]:
    return tuple(float(x) for x in found)
