"""A site's shift and scale of each feature, drawn towards what the site's other features show.

Source: Johnson, Li and Rabinovic, doi:10.1093/biostatistics/kxj037 (sections 3.2 and 3.3). Where the paper leaves a choice, it is
that of the published code (`sva`, neuroCombat): variances of a site over n - 1, the iteration ends by `_ends`.
"""

from __future__ import annotations

import numpy as np

from oncometry.core.geometry import FloatArray

__all__ = ["parametric_effects", "plain_effects", "posterior_weighted_effects"]

TOLERANCE = 1e-4
_MOST_ROUNDS = 1000

Effects = tuple[FloatArray, FloatArray]
"""(p,) shift and (p,) variance of one site, in units of the feature's pooled standard deviation."""


def plain_effects(rows: FloatArray) -> Effects:
    """What the site's own rows say, drawn towards nothing; for a single feature there is nothing else.

    Args:
        rows: (n, p) of one site, standardized over all sites, n >= 2.
    """
    return rows.mean(axis=0), rows.var(axis=0, ddof=1)


def parametric_effects(rows: FloatArray) -> Effects:
    """Normal prior of the shifts, inverse gamma prior of the variances, both from the site's own features.

    Args:
        rows: (n, p) as in `plain_effects`, p >= 2, no column constant.
    """
    shift, variance = plain_effects(rows)
    center, spread = float(shift.mean()), float(shift.var(ddof=1))
    mean, doubt = float(variance.mean()), float(variance.var(ddof=1))
    if doubt <= 1e-24 * mean**2:  # the features are copies: the prior leaves no choice
        return _posterior_shift(len(rows), shift, np.full_like(variance, mean), center, spread), np.full_like(
            variance, mean
        )
    shape, rate = (2 * doubt + mean**2) / doubt, (mean * doubt + mean**3) / doubt
    old = shift, variance
    for _ in range(_MOST_ROUNDS):
        new_shift = _posterior_shift(len(rows), shift, old[1], center, spread)
        squares = ((rows - new_shift) ** 2).sum(axis=0)
        new = new_shift, (0.5 * squares + rate) / (len(rows) / 2 + shape - 1)
        if _ends(old, new):
            return new
        old = new
    return old


def _posterior_shift(
    count: int, shift: FloatArray, variance: FloatArray, center: float, spread: float
) -> FloatArray:
    found: FloatArray = (spread * count * shift + variance * center) / (spread * count + variance)
    return found


def _ends(old: Effects, new: Effects) -> bool:
    """Whether no feature's shift or variance changes by more than the tolerance of what it was.

    As published, the change is divided by the shift with its sign: falling below zero never keeps the iteration going.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        changes = [np.abs(b - a) / a for a, b in zip(old, new, strict=True)]
    return bool(max(float(np.nan_to_num(change, nan=0.0).max()) for change in changes) <= TOLERANCE)


def posterior_weighted_effects(rows: FloatArray) -> Effects:
    """Without a form of the prior: the other features' effects, weighted by how well they explain this one's rows.

    Args:
        rows: (n, p) as in `parametric_effects`. Weights are taken in logarithms, so that they never all vanish,
            which they do in the published code from about a hundred rows.
    """
    shift, variance = plain_effects(rows)
    count = len(rows)
    sums, squares = rows.sum(axis=0), (rows**2).sum(axis=0)
    distance = squares[:, None] - 2 * sums[:, None] * shift + count * shift**2  # (feature, whose effects)
    weights = -0.5 * count * np.log(2 * np.pi * variance) - distance / (2 * variance)
    np.fill_diagonal(weights, -np.inf)
    weights = np.exp(weights - weights.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    return weights @ shift, weights @ variance
