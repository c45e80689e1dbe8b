"""The metrics of ordinal and of continuous outcomes, bound to rows."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from oncometry.core.errors import Code, SettingsError
from oncometry.prediction.metrics.admit import admit_labels, admit_numbers, admit_probabilities
from oncometry.prediction.metrics.continuous import (
    mean_absolute_error,
    r_squared,
    regression_slope,
    root_mean_squared_error,
    spearman,
)
from oncometry.prediction.metrics.grades import macro_accuracy, quadratic_kappa
from oncometry.prediction.metrics.ranking import ordinal_concordance
from oncometry.prediction.metrics.score import Score

__all__ = ["continuous_scores", "ordinal_scores"]

SUM_TO_ONE = 1e-6


def ordinal_scores(grade: ArrayLike, probabilities: ArrayLike) -> tuple[Score, ...]:
    """`quadratic_kappa`, `ordinal_c` and `macro_accuracy`.

    Called is the category of the highest probability (the lower of equals); concordance is that of the expected category.

    Args:
        grade: (n,) categories 0 ... k - 1.
        probabilities: (n, k), rows sum to 1.

    Raises:
        SettingsError: `SETTINGS`, categories or probabilities are not that.
    """
    given = np.asarray(probabilities, dtype=np.float64)
    count = given.shape[1] if given.ndim == 2 else 0
    if count < 2:
        raise SettingsError(
            Code.SETTINGS, f"probabilities have a column a category, not shape {given.shape}."
        )
    labels = admit_labels(grade, count)
    p = admit_probabilities(given, (len(labels), count), "probabilities")
    if (np.abs(p.sum(axis=1) - 1) > SUM_TO_ONE).any():
        furthest = float(p.sum(axis=1)[np.argmax(np.abs(p.sum(axis=1) - 1))])
        raise SettingsError(Code.SETTINGS, f"probabilities of a row sum to 1, not {furthest:g}.")
    called = p.argmax(axis=1).astype(np.int64)
    expected = np.round(p @ np.arange(count), 12)
    n = len(labels)
    return (
        Score("quadratic_kappa", n, None, partial(quadratic_kappa, labels, called, count)),
        Score("ordinal_c", n, None, partial(ordinal_concordance, labels, expected)),
        Score("macro_accuracy", n, None, partial(macro_accuracy, labels, called, count)),
    )


def continuous_scores(y: ArrayLike, predicted: ArrayLike) -> tuple[Score, ...]:
    """`r2 mae rmse calibration_slope spearman` of (n,) numbers and (n,) predictions.

    Raises:
        SettingsError: `SETTINGS`, either is not that.
    """
    n = np.asarray(y).size
    truth, guess = admit_numbers(y, n, "outcomes"), admit_numbers(predicted, n, "predictions")
    kernels = {
        "r2": r_squared,
        "mae": mean_absolute_error,
        "rmse": root_mean_squared_error,
        "calibration_slope": regression_slope,
        "spearman": spearman,
    }
    return tuple(Score(name, n, None, partial(kernel, truth, guess)) for name, kernel in kernels.items())
