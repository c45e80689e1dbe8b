"""All that one part of a validation needs, and what it gives: plain data that goes to another process and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Notice
from oncometry.prediction.candidates import Candidate
from oncometry.prediction.declaration import Experiment
from oncometry.prediction.endpoint import Outcome
from oncometry.prediction.feature_sets import FeatureSet
from oncometry.prediction.fold.reliability import Reliabilities
from oncometry.prediction.ledger import LedgerRow
from oncometry.prediction.predicted import Predicted
from oncometry.prediction.table import FeatureTable

__all__ = ["BEST", "Judged", "Material", "SplitResult"]

BEST = "best"
"""The model that the inner loop of a fold preferred: choosing a model is a setting like any other."""


@dataclass(frozen=True, eq=False)
class Material:
    """Examples whose outcome is known, and how models of them are made.

    Attributes:
        models: name -> settings to try.
        times_days: (t,) survival: when curves are judged.
        reliability: of features; None where nothing is filtered by it.
        shuffled: the table with the radiomics of shuffled voxels in the place of the real ones; None without images.
    """

    experiment: Experiment
    table: FeatureTable
    outcome: Outcome
    sets: tuple[FeatureSet, ...]
    models: Mapping[str, tuple[Candidate, ...]]
    times_days: NDArray[np.float64]
    reliability: Reliabilities | None = None
    shuffled: FeatureTable | None = None


@dataclass(frozen=True, eq=False)
class Judged:
    """One model on one set of features, on the test rows of a split.

    Attributes:
        model: name, or `BEST`.
        features: name of the set.
        chosen: the settings that the inner loop preferred.
        inner_score: its concordance there.
        predicted: of the test rows.
        columns: names of the features that it was given.
    """

    model: str
    features: str
    chosen: Candidate
    inner_score: float
    predicted: Predicted
    columns: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class SplitResult:
    """All models on all sets of one split, whom each fit saw, and what is worth saying."""

    repeat: int
    fold: int
    judged: tuple[Judged, ...]
    ledger: tuple[LedgerRow, ...]
    notices: tuple[Notice, ...]
