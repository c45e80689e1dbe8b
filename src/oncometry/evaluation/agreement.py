"""Limits of agreement: J. M. Bland and D. G. Altman, Lancet 1986, doi:10.1016/S0140-6736(86)90837-8."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

__all__ = ["Agreement", "agreement_of"]

NORMAL_95 = 1.96


@dataclass(frozen=True)
class Agreement:
    """Differences, prediction minus truth, over n cases.

    Attributes:
        bias: their mean.
        sd: their standard deviation (n - 1); None, like the limits, for fewer than two cases.
        low, high: bias - 1.96 sd, bias + 1.96 sd.
    """

    n: int
    bias: float | None
    sd: float | None
    low: float | None
    high: float | None


def agreement_of(predicted: Sequence[float], truth: Sequence[float]) -> Agreement:
    """Bias and limits of agreement of paired sizes in one unit."""
    differences = np.subtract(predicted, truth, dtype=np.float64)
    n = len(differences)
    if n == 0:
        return Agreement(0, None, None, None, None)
    bias = float(differences.mean())
    if n == 1:
        return Agreement(1, bias, None, None, None)
    sd = float(differences.std(ddof=1))
    return Agreement(n, bias, sd, bias - NORMAL_95 * sd, bias + NORMAL_95 * sd)
