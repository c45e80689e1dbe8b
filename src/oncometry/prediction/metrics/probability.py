"""How near probabilities are to what happened.

G. W. Brier, "Verification of forecasts expressed in terms of probability", Monthly Weather Review 78 (1950); scaled
by that of the constant prediction of the prevalence among the same rows: E. W. Steyerberg et al. 2010,
doi:10.1097/EDE.0b013e3181c30fb2.
"""

from __future__ import annotations

import numpy as np

from oncometry.core.geometry import FloatArray
from oncometry.prediction.metrics.admit import Labels
from oncometry.prediction.metrics.weights import Weights, over, weighted_mean

__all__ = ["brier", "log_loss", "scaled_brier"]

LEAST = float(np.finfo(np.float64).eps)
"""Probabilities are kept this far from 0 and 1 in logarithms, as scikit-learn has it."""


def brier(y: Labels, probability: FloatArray, weights: Weights) -> FloatArray:
    """(b,) mean squared differences between (n,) probabilities and (n,) labels 0/1."""
    return weighted_mean((probability - y) ** 2, weights)


def scaled_brier(y: Labels, probability: FloatArray, weights: Weights) -> FloatArray:
    """(b,) 1 - Brier / (prevalence (1 - prevalence)): 0 for the prevalence, 1 for the truth; NaN with one class."""
    prevalence = weighted_mean(y.astype(np.float64), weights)
    return 1.0 - over(brier(y, probability, weights), prevalence * (1 - prevalence))


def log_loss(y: Labels, probability: FloatArray, weights: Weights) -> FloatArray:
    """(b,) mean negative log likelihoods, in nats."""
    kept = np.clip(probability, LEAST, 1 - LEAST)
    return weighted_mean(-np.where(y == 1, np.log(kept), np.log1p(-kept)), weights)
