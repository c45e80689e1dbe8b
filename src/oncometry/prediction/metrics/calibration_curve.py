"""How observed risk follows predicted risk: in bins of equally many rows, and as a smooth curve."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from oncometry.core.errors import Code, Notice, SettingsError
from oncometry.core.geometry import FloatArray
from oncometry.prediction.metrics.admit import (
    admit_groups,
    admit_labels,
    admit_outcome,
    admit_probabilities,
    admit_rising,
)
from oncometry.prediction.metrics.censoring import SurvivalRows
from oncometry.prediction.metrics.follow_up import EVENT, follow_up
from oncometry.prediction.metrics.horizon import observed_risk
from oncometry.prediction.metrics.smooth_calibration import smooth_fit
from oncometry.prediction.metrics.weights import equal_weights
from oncometry.prediction.outcome import SurvivalOutcome

__all__ = ["CalibrationBin", "CalibrationCurve", "calibration_curve", "calibration_curve_at"]

NORMAL_95 = 1.959963984540054
GRID = 101
SMOOTH = "restricted cubic spline of the log odds, sandwich limits by patient"


@dataclass(frozen=True)
class CalibrationBin:
    """Rows of like prediction.

    Attributes:
        predicted: their mean.
        observed, low, high: risk that was observed and its 95 % limits; None if nobody is followed to the day.
        n, events: rows, and how many had the event (by the day).
    """

    predicted: float
    observed: float | None
    low: float | None
    high: float | None
    n: int
    events: int


@dataclass(frozen=True)
class CalibrationCurve:
    """Both forms, and how far the smooth one is from the diagonal over the rows' predictions.

    Attributes:
        bins: by rising prediction.
        predicted, observed, low, high: of the smooth curve from the lowest to the highest prediction; empty without one.
        ici, e50, e90, e_max: mean, median, 90th percentile and maximum of |smooth - predicted| (Austin and Steyerberg
            2019, doi:10.1002/sim.8281); None without a smooth curve.
        method: of limits and curve.
        notices: why there is no curve.
    """

    bins: tuple[CalibrationBin, ...]
    predicted: tuple[float, ...]
    observed: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    ici: float | None
    e50: float | None
    e90: float | None
    e_max: float | None
    method: str
    notices: tuple[Notice, ...] = ()


def calibration_curve(
    y: ArrayLike, probability: ArrayLike, groups: ArrayLike | None = None, bins: int = 10
) -> CalibrationCurve:
    """Of (n,) labels 0/1 and (n,) probabilities; limits of bins are Wilson's, doi:10.1080/01621459.1927.10502953.

    Args:
        y: (n,).
        probability: (n,).
        groups: (n,) patient of each row, for the limits of the smooth curve; None: every row is one.
        bins: at most; equal predictions are never parted.

    Raises:
        SettingsError: `SETTINGS`, an argument is not that.
    """
    labels = admit_labels(y)
    p = admit_probabilities(probability, (len(labels),), "probabilities")
    patient = admit_groups(groups, len(labels))
    truth = labels.astype(np.float64)
    found = [_counted(truth[part], p[part]) for part in _parts(p, bins)]
    return _curve(found, truth, p, np.ones(len(p)), patient, f"bins: 95 % Wilson; curve: {SMOOTH}")


def calibration_curve_at(
    outcome: SurvivalOutcome, risk: ArrayLike, day: float, groups: ArrayLike | None = None, bins: int = 5
) -> CalibrationCurve:
    """Of (n,) predicted risks of event 1 by a day.

    Observed in bins: Aalen-Johansen (1 - Kaplan-Meier where nothing competes), limits Wilson's for as many rows as
    give the variance that leaving out each row once gives. The smooth curve takes rows whose state that day is known,
    weighed against censoring.

    Args:
        outcome: (n,).
        risk: (n,).
        day: days from the origin.
        groups: (n,) patient of each row; None: every row is one.
        bins: at most.

    Raises:
        SettingsError: `SETTINGS`, an argument is not that.
    """
    known = admit_outcome(outcome)
    p = admit_probabilities(risk, (len(known),), "risks")
    when = admit_rising([day], "the day")[0]
    patient = admit_groups(groups, len(p))
    found = [_estimated(known[part], p[part], when) for part in _parts(p, bins)]
    weighed = SurvivalRows(follow_up(known)).weighed(equal_weights(len(p)))
    had = ((known["event"] == EVENT) & (known["time_days"] <= when)).astype(np.float64)
    used = weighed.by(when)[0] if weighed.defined(when)[0] else np.zeros(len(p))
    method = f"bins: Aalen-Johansen, 95 % Wilson of the jackknife's size; curve: {SMOOTH}, weighed against censoring"
    return _curve(found, had, p, used, patient, method)


def _parts(p: FloatArray, bins: int) -> list[NDArray[np.intp]]:
    """Rows of each bin, by quantiles of the prediction."""
    if bins < 1:
        raise SettingsError(Code.SETTINGS, f"bins are one or more, not {bins}.")
    edges = np.unique(np.quantile(p, np.arange(1, bins) / bins))
    place = np.searchsorted(edges, p, side="left")
    return [np.flatnonzero(place == k) for k in np.unique(place)]


def _counted(y: FloatArray, p: FloatArray) -> CalibrationBin:
    n, events = len(y), int(y.sum())
    return CalibrationBin(float(p.mean()), events / n, *_wilson(events / n, n), n, events)


def _estimated(outcome: SurvivalOutcome, p: FloatArray, day: float) -> CalibrationBin:
    """By Aalen-Johansen."""
    n = len(p)
    rows = SurvivalRows(follow_up(outcome))
    events = int(((outcome["event"] == EVENT) & (outcome["time_days"] <= day)).sum())
    value = float(observed_risk(rows, day, equal_weights(n))[0])
    if not np.isfinite(value):
        return CalibrationBin(float(p.mean()), None, None, None, n, events)
    without = observed_risk(rows, day, 1.0 - np.eye(n)) if n > 1 else np.array([value])
    without = without[np.isfinite(without)]
    variance = (n - 1) / n * float(((without - without.mean()) ** 2).sum())
    followed = float((outcome["time_days"] >= day).sum())
    size = value * (1 - value) / variance if variance > 0 and 0 < value < 1 else followed
    return CalibrationBin(float(p.mean()), value, *_wilson(value, max(size, 1.0)), n, events)


def _wilson(part: float, n: float) -> tuple[float, float]:
    """95 % limits of a proportion of n."""
    z2 = NORMAL_95**2
    middle = (part + z2 / (2 * n)) / (1 + z2 / n)
    half = NORMAL_95 / (1 + z2 / n) * np.sqrt(part * (1 - part) / n + z2 / (4 * n * n))
    return float(max(middle - half, 0.0)), float(min(middle + half, 1.0))


def _curve(
    bins: list[CalibrationBin],
    y: FloatArray,
    p: FloatArray,
    weights: FloatArray,
    patient: NDArray[np.intp],
    method: str,
) -> CalibrationCurve:
    fit = smooth_fit(y, p, weights, patient)
    if fit is None:
        why = Notice(
            Code.UNDEFINED,
            "no smooth calibration curve: one class, one prediction, or classes that separate.",
        )
        return CalibrationCurve(tuple(bins), (), (), (), (), None, None, None, None, method, (why,))
    grid = np.linspace(p.min(), p.max(), GRID)
    observed, low, high = (tuple(line.tolist()) for line in fit.observed(grid))
    apart = np.abs(fit.observed(p)[0] - p)
    e50, e90 = np.quantile(apart, [0.5, 0.9])
    said = method if len(fit.knots) else method.replace("restricted cubic spline", "straight line")
    return CalibrationCurve(
        bins=tuple(bins),
        predicted=tuple(grid.tolist()),
        observed=observed,
        low=low,
        high=high,
        ici=float(apart.mean()),
        e50=float(e50),
        e90=float(e90),
        e_max=float(apart.max()),
        method=said,
    )
