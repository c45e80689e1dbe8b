"""Re-segmentation: which voxels of a region count.

Source: IBSI reference manual (arXiv 1612.07003), section 2.5. Outliers are told from all voxels "assigned to
the ROI" (7ACA), those out of range included, as its authors' own MIRP 2.7 does; what both methods keep is kept.
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
    if settings.outlier_sigma is not None:
        values = image[mask.view(np.bool_)].astype(np.float64)
        center, reach = float(values.mean()), settings.outlier_sigma * float(values.std())
        low = center - reach if low is None else max(low, center - reach)
        high = center + reach if high is None else min(high, center + reach)
    kept = mask
    if low is not None:
        kept = kept & (image >= low)
    if high is not None:
        kept = kept & (image <= high)
    return kept
