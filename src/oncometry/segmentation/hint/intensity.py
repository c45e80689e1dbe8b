"""How much more often an intensity is met in the lesion than around it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from oncometry.segmentation.hint.working_grid import Values

__all__ = ["Bins", "apart", "bins_of", "log_ratio"]

COUNT = 64
REACH = 6.0
"""Standard deviations of the seeds on each side that the bins cover; what lies beyond is in the last one."""
LEAST_SPREAD = 0.01
"""Of the range in the crop: a few seeds may be alike by chance."""
SMOOTH = 2.0
MOST = 4.0
FLOOR = 1e-3


@dataclass(frozen=True, eq=False)
class Bins:
    """The bin of every voxel, (ni, nj, nk), 0..COUNT-1."""

    of: NDArray[np.intp]


def bins_of(values: Values, seeds: Values) -> Bins:
    """Bins about the seeds' intensities (n,), so that low contrast is seen beside air and bone."""
    middle = float(np.median(seeds))
    spread = 1.4826 * float(np.median(np.abs(seeds - middle)))
    whole = float(np.ptp(values))
    spread = max(spread, whole * LEAST_SPREAD, 1e-9)
    scaled = (values - middle) / (2 * REACH * spread) + 0.5
    return Bins(np.clip((scaled * COUNT).astype(np.intp), 0, COUNT - 1))


def frequencies(bins: Bins, weights: Values) -> NDArray[np.float64]:
    """(COUNT,) smoothed share of the weight in each bin."""
    count = np.bincount(bins.of.ravel(), weights=weights.ravel(), minlength=COUNT)
    smooth = ndimage.gaussian_filter1d(count.astype(float), SMOOTH, mode="nearest")
    return np.asarray(smooth / max(smooth.sum(), 1e-12))


def log_ratio(bins: Bins, inside: Values, outside: Values) -> Values:
    """Log of the two frequencies' ratio at every voxel, within +-4.

    Args:
        inside, outside: weight of each voxel in the two regions.
    """
    ratio = np.log((frequencies(bins, inside) + FLOOR) / (frequencies(bins, outside) + FLOOR))
    return np.clip(ratio, -MOST, MOST).astype(np.float32)[bins.of]


def apart(bins: Bins, inside: Values, outside: Values) -> float:
    """Total variation distance of the two regions' intensities: 0 alike, 1 nothing in common."""
    return float(np.abs(frequencies(bins, inside) - frequencies(bins, outside)).sum() / 2)
