"""What sequences of a brain look like, alone and beside each other: two statistics that need no tissue map.

A skewness says to which side the far values lie: fluid is far up on T2 and far down on T1; what takes up contrast agent is
far up in T1c less T1. A rank correlation says how two sequences go together: T1 with T1c, T1 against T2. Both come from
ranks and percentiles, so that gain, window and a few wild voxels change nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from oncometry.core import Contrast

__all__ = ["Look", "Usual", "looks_of", "usual_look"]

Values = NDArray[np.float32]

TAIL_PERCENT, FAR_TAIL_PERCENT = 2.0, 0.2
"""Of one image, and of the difference of two: fluid is much, what takes up contrast agent is little."""
BODY_PERCENT = 10.0
MOST_VOXELS = 40_000
"""Enough for such percentiles."""


@dataclass(frozen=True)
class Usual:
    """What a statistic is as a rule.

    Attributes:
        mean: of it.
        spread: standard deviation between examinations.
    """

    mean: float
    spread: float


@dataclass(frozen=True)
class Look:
    """One statistic of images named by the sequences that they were given as.

    Attributes:
        kind: 'skewness' of one image, or of the second less the first; 'correlation' of two, of ranks.
        of: one or two sequences.
        value: from -1 to 1.
    """

    kind: str
    of: tuple[Contrast, ...]
    value: float


C = Contrast
_SKEWNESS: Mapping[tuple[Contrast, ...], Usual] = {
    (C.T1,): Usual(-0.13, 0.13),
    (C.T1C,): Usual(0.0, 0.24),
    (C.T2,): Usual(0.25, 0.20),
    (C.FLAIR,): Usual(-0.03, 0.24),
    (C.T1, C.T1C): Usual(0.36, 0.18),
    (C.T1, C.T2): Usual(0.20, 0.18),
    (C.T1, C.FLAIR): Usual(0.20, 0.25),
    (C.T1C, C.T2): Usual(0.08, 0.18),
    (C.T1C, C.FLAIR): Usual(0.0, 0.28),
    (C.T2, C.FLAIR): Usual(-0.30, 0.25),
}
_CORRELATION: Mapping[tuple[Contrast, ...], Usual] = {
    (C.T1, C.T1C): Usual(0.65, 0.15),
    (C.T1, C.T2): Usual(-0.60, 0.15),
    (C.T1, C.FLAIR): Usual(0.25, 0.20),
    (C.T1C, C.T2): Usual(-0.60, 0.15),
    (C.T1C, C.FLAIR): Usual(0.35, 0.25),
    (C.T2, C.FLAIR): Usual(-0.15, 0.20),
}
"""Rounded, from three heads drawn by `synthesis.training` with 64 looks, and one real patient (TCGA-FG-6692)."""


def looks_of(values: Mapping[Contrast, Values]) -> list[Look]:
    """The statistics of all images and all pairs of them.

    Args:
        values: sequence as given -> values inside the brain, the same voxels in each.
    """
    step = max(1, next(iter(values.values())).size // MOST_VOXELS)
    seen = {contrast: _scaled(array[::step]) for contrast, array in values.items()}
    ranks = {contrast: _ranks(array) for contrast, array in seen.items()}
    found = [
        Look("skewness", (contrast,), _skewness(array, TAIL_PERCENT)) for contrast, array in seen.items()
    ]
    for one, other in combinations(seen, 2):
        correlation = _correlation(ranks[one], ranks[other])
        found += [
            Look("skewness", (one, other), _skewness(seen[other] - seen[one], FAR_TAIL_PERCENT)),
            Look("correlation", (one, other), correlation),
        ]
    return found


def usual_look(look: Look, named: Sequence[Contrast]) -> Usual:
    """What that statistic is as a rule where its images are of these sequences."""
    table = _SKEWNESS if look.kind == "skewness" else _CORRELATION
    names = tuple(named)
    if names in table:
        return table[names]
    turned = table[names[::-1]]
    return Usual(-turned.mean, turned.spread) if look.kind == "skewness" else turned


def _scaled(array: Values) -> Values:
    """Median 0, and 1 from the 10th percentile to the 90th."""
    low, middle, high = np.percentile(array, [BODY_PERCENT, 50, 100 - BODY_PERCENT])
    return np.asarray((array - middle) / max(high - low, 1e-6), np.float32)


def _ranks(array: Values) -> NDArray[np.float64]:
    """Equal values have one rank: order in memory says nothing."""
    return np.asarray(rankdata(array), float)


def _correlation(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Of ranks; 0 where all are equal."""
    if np.ptp(one) == 0 or np.ptp(other) == 0:
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])


def _skewness(array: Values, percent: float) -> float:
    """How much farther the upper tail lies from the median than the lower one, from -1 to 1 (Bowley's, of the tails)."""
    low, middle, high = np.percentile(array, [percent, 50, 100 - percent])
    return float((high + low - 2 * middle) / max(high - low, 1e-6))
