"""Parts of a label map of which a network is nowhere sure: left out of the labels, and said."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from oncometry.core import Code, Notice
from oncometry.core.segmentation import bounding_box

__all__ = ["without_faint_parts"]

ALL_AROUND = np.ones((3, 3, 3))


def without_faint_parts(
    labels: NDArray[np.uint8], likely: Sequence[NDArray[np.float32]], peak: float, voxel_ml: float
) -> tuple[NDArray[np.uint8], tuple[Notice, ...]]:
    """Labels without the parts in which no region's probability reaches `peak`; the probabilities stay as they are.

    Hysteresis: what is tumor at the regions' own thresholds counts where it holds a voxel above a higher one.

    Args:
        labels: (ni, nj, nk), 0 where nothing was found.
        likely: of each region, on that grid.
    """
    if not labels.any():
        return labels, ()
    _, box = bounding_box(labels > 0)
    found = labels[box] > 0
    parts, count = ndimage.label(found, ALL_AROUND)
    surest = np.zeros(count + 1, np.float32)
    for region in likely:
        np.maximum.at(surest, parts[found], region[box][found])
    faint = surest < peak
    faint[0] = False
    if not faint.any():
        return labels, ()
    gone = faint[parts]
    kept = labels.copy(order="K")
    kept[box][gone] = 0
    number, whole = int(np.count_nonzero(faint)), np.count_nonzero(gone) * voxel_ml
    largest = np.bincount(parts[gone]).max() * voxel_ml
    what = (
        f"left out of the labels: {number} part{'s' if number > 1 else ''}, {whole:.3g} ml in all, the largest {largest:.3g} ml, "
        f"in which the probability nowhere reaches {peak:g}. The probabilities hold what was left out."
    )
    return kept, (Notice(Code.PARTS_LEFT_OUT, what),)
