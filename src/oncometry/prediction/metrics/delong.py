"""DeLong's interval of an area under the ROC curve, and of the difference of two.

E. R. DeLong, D. M. DeLong and D. L. Clarke-Pearson, Biometrics 1988, doi:10.2307/2531595; by mean ranks: X. Sun and
W. Xu, IEEE Signal Processing Letters 2014, doi:10.1109/LSP.2014.2337313.

**Only for fixed models on independent data**: one row a patient, none of whom the models were fitted, tuned or
selected on. For predictions out of the folds of a cross-validation, or several rows a patient, use `bootstrap`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import special
from scipy.stats import rankdata

from oncometry.core.errors import Code
from oncometry.core.geometry import FloatArray
from oncometry.prediction.metrics.admit import Labels, admit_labels, admit_numbers
from oncometry.prediction.metrics.estimate import Estimate

__all__ = ["delong", "delong_difference"]

METHOD = "DeLong; for a fixed model on independent data"


def delong(y: ArrayLike, score: ArrayLike, level: float = 0.95) -> Estimate:
    """`auc` of (n,) labels 0/1 and (n,) scores of a fixed model on independent data; limits are kept within 0 and 1.

    Undefined with fewer than two rows of either class.

    Raises:
        SettingsError: `SETTINGS`, labels or scores are not that.
    """
    labels = admit_labels(y)
    areas = _areas(labels, [admit_numbers(score, len(labels), "scores")])
    return _estimate("auc", labels, areas, np.array([1.0]), level)


def delong_difference(y: ArrayLike, first: ArrayLike, second: ArrayLike, level: float = 0.95) -> Estimate:
    """`auc_difference`, first minus second of two fixed models on the same independent rows, with a p-value.

    Raises:
        SettingsError: `SETTINGS`, labels or scores are not that.
    """
    labels = admit_labels(y)
    scores = [admit_numbers(s, len(labels), "scores") for s in (first, second)]
    areas = _areas(labels, scores)
    return _estimate("auc_difference", labels, areas, np.array([1.0, -1.0]), level)


def _areas(labels: Labels, scores: list[FloatArray]) -> tuple[FloatArray, FloatArray] | None:
    """(k,) areas and their (k, k) covariance; None with fewer than two rows of a class."""
    event = labels == 1
    m, n = int(event.sum()), int((~event).sum())
    if min(m, n) < 2:
        return None
    up = np.stack([(rankdata(s)[event] - rankdata(s[event])) / n for s in scores])
    down = np.stack([1 - (rankdata(s)[~event] - rankdata(s[~event])) / m for s in scores])
    covariance = np.atleast_2d(np.cov(up)) / m + np.atleast_2d(np.cov(down)) / n
    return up.mean(axis=1), covariance


def _estimate(
    name: str,
    labels: Labels,
    areas: tuple[FloatArray, FloatArray] | None,
    contrast: FloatArray,
    level: float,
) -> Estimate:
    method = f"{100 * level:g}% {METHOD}"
    n, events = len(labels), int(labels.sum())
    if areas is None:
        return Estimate(name, None, None, None, method, n, events, Code.UNDEFINED)
    value = float(contrast @ areas[0])
    error = max(float(contrast @ areas[1] @ contrast), 0.0) ** 0.5
    bounds = (float(contrast.min()) if len(contrast) > 1 else 0.0, 1.0)
    half = float(special.ndtri((1 + level) / 2)) * error
    low, high = (float(np.clip(value + side * half, *bounds)) for side in (-1, 1))
    p_value = None
    if len(contrast) > 1:
        p_value = 2 * float(special.ndtr(-abs(value) / error)) if error > 0 else float(value == 0)
    return Estimate(name, value, low, high, method, n, events, p_value=p_value)
