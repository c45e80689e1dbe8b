"""What looks wrong in the images of a brain: sequences under another's name, a head that lies otherwise than stated."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Code, Contrast, Image, Notice
from oncometry.segmentation.head_direction import turned_notices
from oncometry.segmentation.sequence_order import swapped_notices

__all__ = ["doubts"]


def doubts(
    values: Callable[[], Mapping[Contrast, NDArray[np.float32]]], brain: Image, found: tuple[Notice, ...]
) -> tuple[Notice, ...]:
    """`HEAD_TURNED`, `SEQUENCES_SWAPPED`; asked where the brain is known, as skull and fat look otherwise.

    Args:
        values: gives sequence -> (n,) standardized values inside the brain, voxel by voxel the same place in each.
        brain: above 0 inside; axes of any order.
        found: what was said of how the brain was found.
    """
    if any(notice.code is Code.BRAIN_NOT_EXTRACTED for notice in found):
        return ()
    turned = turned_notices(np.asarray(brain.array > 0), brain.geometry)
    return (*turned, *swapped_notices(values()))
