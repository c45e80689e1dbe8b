"""What looks wrong in the images of a brain: sequences under another's name, a head that lies otherwise than stated."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Code, Contrast, Image, Notice
from oncometry.preprocessing import orient
from oncometry.segmentation.head_direction import turned_notices
from oncometry.segmentation.sequence_order import swapped_notices

__all__ = ["doubts"]

USUAL_AXES = "LPS"


def doubts(
    values: Mapping[Contrast, NDArray[np.float32]], brain: Image, found: tuple[Notice, ...]
) -> tuple[Notice, ...]:
    """`HEAD_TURNED`, `SEQUENCES_SWAPPED`; asked where the brain is known, as skull and fat look otherwise.

    Args:
        values: sequence -> (n,) standardized values inside the brain, voxel by voxel the same place in each.
        brain: above 0 inside; axes of any order.
        found: what was said of how the brain was found.
    """
    if any(notice.code is Code.BRAIN_NOT_EXTRACTED for notice in found):
        return ()
    usual = orient(brain, USUAL_AXES)
    return (*turned_notices(np.asarray(usual.array > 0), usual.geometry), *swapped_notices(values))
