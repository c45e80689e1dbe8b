"""Two or three numbers a patient, to be looked at: clusters are never searched in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oncometry.core.geometry import FloatArray
from oncometry.prediction.clusters.reference import principal_scores

__all__ = ["View", "view"]


@dataclass(frozen=True, eq=False)
class View:
    """(n, d) principal scores, and the part of the variance that each shows."""

    scores: FloatArray
    variance_share: FloatArray


def view(features: FloatArray, dimensions: int = 2) -> View:
    """The first principal components of standardized features, each turned so that its largest loading is positive.

    Args:
        features: (n, p) without missing values; constant columns show nothing.
    """
    centered = features - features.mean(axis=0)
    deviation = centered.std(axis=0)
    scores, directions = principal_scores(centered / np.where(deviation > 0, deviation, 1))
    largest = np.abs(directions).argmax(axis=1)
    sign = np.sign(directions[np.arange(len(directions)), largest])
    variance = scores.var(axis=0)
    return View((scores * sign)[:, :dimensions], (variance / variance.sum())[:dimensions])
