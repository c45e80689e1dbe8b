"""An experiment's result as its page asks for it: which models are in focus, their metrics, what they said out of fold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from oncometry.prediction.explained import Explained
from oncometry.prediction.feature_sets import NOTHING, FeatureSet, headline_pair
from oncometry.prediction.imaging import Imaging
from oncometry.prediction.judging import CONCORDANCE, Judge
from oncometry.prediction.material import BEST, Material
from oncometry.prediction.metrics import Metric
from oncometry.prediction.nested import BASELINES
from oncometry.prediction.outcome import Task
from oncometry.prediction.predicted import Predicted
from oncometry.prediction.result import ExperimentResult

__all__ = ["SITE", "ExperimentView", "Focus", "Said"]

SITE = "site_held_out_"
"""Before a metric: of sites that were held out."""


@dataclass(frozen=True)
class Focus:
    """One model on one set of features that plots show, with its letter, color and dashes."""

    model: str
    features: str
    letter: str
    css: str
    dash: str

    @property
    def name(self) -> str:
        """As legends have it."""
        return (
            f"{self.model} on {self.features}" if self.features != NOTHING else f"{self.model} (no feature)"
        )


@dataclass(frozen=True, eq=False)
class Said:
    """What was said of rows in one repeat, rising by row."""

    repeat: int
    rows: NDArray[np.intp]
    predicted: Predicted


@dataclass(frozen=True, eq=False)
class ExperimentView:
    """A result, asked; its explanation, where one was computed, and what is known of the images behind it."""

    result: ExperimentResult
    explained: Explained | None = None
    imaging: Imaging | None = None

    @property
    def material(self) -> Material:
        """What was learned from."""
        return self.result.material

    @property
    def task(self) -> Task:
        """What was learned."""
        return self.material.outcome.task

    @property
    def heading(self) -> str:
        """The metric that heads: 'auc', 'c_harrell', 'ordinal_c'; of numbers 'mae'."""
        return "mae" if self.task is Task.CONTINUOUS else CONCORDANCE[self.task]

    @property
    def percent(self) -> str:
        """The declared confidence of intervals: '95'."""
        return f"{100 * self.material.experiment.validation.confidence:g}"

    @cached_property
    def judge(self) -> Judge:
        """Predictions of all repeats."""
        return Judge(self.material, self.result.validated.splits, self.result.validated.results)

    @cached_property
    def pair(self) -> tuple[FeatureSet, FeatureSet] | None:
        """The larger set of the headline and the one it is held against."""
        return headline_pair(self.material.sets)

    @property
    def largest(self) -> str:
        """The set that plots are of: the headline's larger one, else the one with most blocks."""
        return self.pair[0].name if self.pair else max(self.material.sets, key=lambda s: len(s.blocks)).name

    @property
    def smaller(self) -> str | None:
        """The set that it is held against."""
        return self.pair[1].name if self.pair else None

    @cached_property
    def focus(self) -> tuple[Focus, ...]:
        """The best model on the larger set, A, and on the one it is held against, B."""
        found = [Focus(self.model_on(self.largest), self.largest, "A", "c0", "")]
        if self.smaller is not None:
            found.append(Focus(self.model_on(self.smaller), self.smaller, "B", "c1", "7 4"))
        return tuple(found)

    def model_on(self, features: str) -> str:
        """The best one; where it is given nothing, the one that looks at nothing."""
        return BASELINES[self.task] if features == NOTHING else BEST

    def find(self, model: str, features: str, metric: str) -> Metric | None:
        """A row of the metrics; None where there is none."""
        return self._rows.get((model, features, metric))

    def said(self, focus: Focus) -> Iterator[Said]:
        """Out of fold, repeat by repeat."""
        for repeat in self.judge.repeats:
            yield Said(repeat, *self.judge.predictions(repeat, focus.model, focus.features))

    def mean_said(self, focus: Focus) -> Predicted:
        """(n,) the mean over repeats; every row was tested once in each."""
        every = [s.predicted for s in self.said(focus)]
        score = np.mean([p.score for p in every], axis=0)
        chances = [p.probability for p in every if p.probability is not None]
        return Predicted(score, np.mean(chances, axis=0) if len(chances) == len(every) else None)

    def set_named(self, name: str) -> FeatureSet:
        """The set of that name."""
        return next(s for s in self.material.sets if s.name == name)

    @cached_property
    def _rows(self) -> dict[tuple[str, str, str], Metric]:
        """The first row of each name: the bootstrap's, before the one over splits."""
        found: dict[tuple[str, str, str], Metric] = {}
        for m in self.result.metrics:
            found.setdefault((m.model, m.features, m.metric), m)
        return found
