"""The corrected resampled t interval: how a metric varies over the splits of a repeated cross-validation.

Values of splits are not independent, as their training sets overlap: their variance divided by their number is far
too small. C. Nadeau and Y. Bengio, Machine Learning 2003, doi:10.1023/A:1024068626366, add the ratio of test to
training size to 1 / number. Unlike `bootstrap`, it takes in that the model is learned anew from other patients.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from oncometry.core.errors import Code, SettingsError
from oncometry.prediction.metrics.admit import admit_numbers
from oncometry.prediction.metrics.estimate import Estimate

__all__ = ["corrected_resampled_t"]


def corrected_resampled_t(
    metric: str,
    values: ArrayLike,
    train_size: float,
    test_size: float,
    n: int,
    events: int | None = None,
    level: float = 0.95,
) -> Estimate:
    """The mean over splits with its interval, and the p-value of a mean of 0, as of a difference of two models.

    Args:
        metric: name of what the values are.
        values: (k,) of each split.
        train_size, test_size: patients of a split, on average.
        n, events: of all rows, for the result.
        level: of the interval.

    Raises:
        SettingsError: `SETTINGS`, values are no row of numbers, or a size is not above 0.
    """
    if not (train_size > 0 and test_size > 0):
        raise SettingsError(Code.SETTINGS, f"sizes are above 0, not {train_size:g} and {test_size:g}.")
    known = admit_numbers(values, np.asarray(values).size, "values of splits")
    k = len(known)
    method = f"{100 * level:g}% corrected resampled t, {k} splits"
    if k == 0:
        return Estimate(metric, None, None, None, method, n, events, Code.UNDEFINED)
    mean = float(known.mean())
    if k == 1:
        return Estimate(metric, mean, None, None, method, n, events)
    error = float(np.sqrt((1 / k + test_size / train_size) * known.var(ddof=1)))
    half = float(special.stdtrit(k - 1, (1 + level) / 2)) * error
    p_value = float(2 * special.stdtr(k - 1, -abs(mean) / error)) if error > 0 else float(mean == 0)
    return Estimate(metric, mean, mean - half, mean + half, method, n, events, p_value=p_value)
