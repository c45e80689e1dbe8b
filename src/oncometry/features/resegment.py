"""Re-segmentation: which voxels of a region count.

Source: IBSI reference manual (arXiv 1612.07003), section 2.5: the range first, then outliers of what is left.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from oncometry.features.intensity_settings import IntensitySettings
from oncometry.features.region import Box

__all__ = ["resegment"]


def resegment(image: NDArray[Any], mask: Box, settings: IntensitySettings) -> Box:
    """The intensity mask: the part of a mask whose values are in range and no outliers.

    Args:
        image: (bk, bj, bi) finite values.
        mask: of the same shape.

    Returns:
        Of the same shape; `mask` itself where nothing is asked.
    """
    low, high = settings.range
    kept = mask
    if low is not None:
        kept = kept & (image >= low)
    if high is not None:
        kept = kept & (image <= high)
    if settings.outlier_sigma is None:
        return kept
    values = image[kept.view(np.bool_)].astype(np.float64)
    if values.size == 0:
        return kept
    center, reach = values.mean(), settings.outlier_sigma * values.std()
    without: Box = kept & (image >= center - reach) & (image <= center + reach)
    return without
