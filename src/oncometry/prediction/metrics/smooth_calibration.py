"""A smooth calibration curve: observed log odds as a restricted cubic spline of predicted ones.

F. E. Harrell, "Regression Modeling Strategies" (2015), section 2.4.5 (basis, and knots at quantiles), as P. C. Austin
and E. W. Steyerberg 2019, doi:10.1002/sim.8281, use it for ICI, E50, E90 and Emax. Three knots below 100 rows of the
rarer class, else five; a straight line where too few distinct predictions, or no maximum of the likelihood, leave no
spline. Limits are of the sandwich covariance, by patient.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from oncometry.core.geometry import FloatArray
from oncometry.prediction.metrics.recalibration import logit

__all__ = ["SmoothFit", "smooth_fit"]

MANY_EVENTS = 100
FEW_KNOTS = (0.10, 0.50, 0.90)
MANY_KNOTS = (0.05, 0.275, 0.50, 0.725, 0.95)
ROUNDS = 100
STEEPEST = 1e3
NORMAL_95 = 1.959963984540054


@dataclass(frozen=True, eq=False)
class SmoothFit:
    """A fitted curve.

    Attributes:
        knots: of the log odds; empty for a straight line.
        coefficients: (c,).
        covariance: (c, c).
    """

    knots: FloatArray
    coefficients: FloatArray
    covariance: FloatArray

    def observed(self, probability: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Observed risk at predicted ones, with its lower and upper 95 % limits."""
        design = _basis(logit(probability), self.knots)
        line = design @ self.coefficients
        half = NORMAL_95 * np.sqrt(np.einsum("ic,cd,id->i", design, self.covariance, design))
        return special.expit(line), special.expit(line - half), special.expit(line + half)


def smooth_fit(
    y: FloatArray, probability: FloatArray, weights: FloatArray, patient: NDArray[np.intp]
) -> SmoothFit | None:
    """Fit the curve; None where even a line has no maximum of the likelihood.

    Args:
        y: (n,) 0 or 1.
        probability: (n,) predicted.
        weights: (n,) >= 0; rows of 0 do not count.
        patient: (n,) numbers from 0.
    """
    used = weights > 0
    x, y, weights, patient = logit(probability[used]), y[used], weights[used], patient[used]
    events = float(min(y.sum(), (1 - y).sum()))
    if events == 0 or len(np.unique(x)) < 2:
        return None
    at = np.unique(np.quantile(x, MANY_KNOTS if events >= MANY_EVENTS else FEW_KNOTS))
    choices = [at, np.empty(0)] if len(at) > 2 and len(np.unique(x)) > len(at) else [np.empty(0)]
    for knots in choices:
        design = _basis(x, knots)
        found = _maximum(design, y, weights)
        if found is not None:
            return SmoothFit(knots, found, _sandwich(design, y, weights, found, patient))
    return None


def _basis(x: FloatArray, knots: FloatArray) -> FloatArray:
    """(n, c): 1, x, and for k knots the k - 2 cubic terms that are linear beyond the outer ones."""
    columns = [np.ones_like(x), x]
    if len(knots):
        last, before = knots[-1], knots[-2]
        for knot in knots[:-2]:
            cubic = (
                _cubed(x - knot)
                - _cubed(x - before) * (last - knot) / (last - before)
                + _cubed(x - last) * (before - knot) / (last - before)
            )
            columns.append(cubic / (last - knots[0]) ** 2)
    return np.stack(columns, axis=1)


def _cubed(x: FloatArray) -> FloatArray:
    return np.asarray(np.maximum(x, 0.0) ** 3, dtype=np.float64)


def _maximum(design: FloatArray, y: FloatArray, weights: FloatArray) -> FloatArray | None:
    """Newton's method; None where it does not settle."""
    found = np.zeros(design.shape[1])
    for _ in range(ROUNDS):
        expected = special.expit(design @ found)
        curve = (design * (weights * expected * (1 - expected))[:, None]).T @ design
        if np.linalg.cond(curve) > 1e14:
            return None
        step = np.linalg.solve(curve, design.T @ (weights * (y - expected)))
        size = float(np.abs(step).max())
        found = found + step * min(1.0, 5.0 / max(size, 1e-300))
        if np.abs(found).max() > STEEPEST:
            return None
        if size < 1e-9:
            return found
    return None


def _sandwich(
    design: FloatArray, y: FloatArray, weights: FloatArray, found: FloatArray, patient: NDArray[np.intp]
) -> FloatArray:
    """(c, c) covariance that rows of one patient may share what is left."""
    expected = special.expit(design @ found)
    inverse = np.linalg.inv((design * (weights * expected * (1 - expected))[:, None]).T @ design)
    scores = np.zeros((int(patient.max()) + 1, design.shape[1]))
    np.add.at(scores, patient, design * (weights * (y - expected))[:, None])
    return np.asarray(inverse @ (scores.T @ scores) @ inverse, dtype=np.float64)
