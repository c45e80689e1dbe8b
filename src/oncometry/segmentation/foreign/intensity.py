"""Values of an image to what a network of another make takes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Code, Contrast, CorruptInputError
from oncometry.core.segmentation import Mask
from oncometry.preprocessing import BRAIN_DEVIATIONS
from oncometry.segmentation.foreign_rules import ForeignRules
from oncometry.segmentation.standardized import standardized

__all__ = ["scaled"]

TOP = 99
"""Percentile of the grid that becomes 1."""


def scaled(
    values: NDArray[np.floating], mask: Mask, rules: ForeignRules, contrast: Contrast
) -> NDArray[np.floating]:
    """(i, j, k) values as `rules.intensity` has them.

    Args:
        mask: (i, j, k) where the network looks.

    Raises:
        CorruptInputError: `CONSTANT`.
    """
    if rules.intensity == "none":
        return values
    if rules.intensity == "percentile":
        return _to_one(values, contrast)
    chosen = mask if rules.intensity == "brain" else values != 0
    scaled = np.zeros(values.shape, np.float32)
    scaled[chosen] = standardized(values[chosen], contrast)
    return np.clip(scaled, *BRAIN_DEVIATIONS) if rules.intensity == "brain" else scaled


def _to_one(values: NDArray[np.floating], contrast: Contrast) -> NDArray[np.floating]:
    """0 at the least value, 1 at the 99th percentile and above."""
    risen = values - values.min()
    top = float(np.percentile(risen, TOP))
    if top <= 0:
        raise CorruptInputError(
            Code.CONSTANT,
            f"{contrast} is of one value but for less than a hundredth of the grid: there is no head to see.",
            advice="Leave this sequence out, or give the right file.",
        )
    return np.asarray(np.clip(risen / np.float32(top), 0, 1))
