"""Features of regions as a matrix: what an experiment reads, without a table of a row a value."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["RegionFeatureMatrix"]


@dataclass(frozen=True, eq=False)
class RegionFeatureMatrix:
    """Values of some regions.

    Attributes:
        families: (f,) of each feature.
        names: (f,) the tag, with the filter's name before it where there is one, as in the table `features_wide`.
        numbers: (f, r) in the order of the regions asked for, NaN where there is no value.
    """

    families: tuple[str, ...]
    names: tuple[str, ...]
    numbers: NDArray[np.float64]
