"""The sizes at which one lesion alone may change a category: where flips are sought."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from oncometry.response.burden import Burden
from oncometry.response.course import Course, FloatArray
from oncometry.response.rano.component import Thresholds

__all__ = ["critical_sizes"]

Part = tuple[NDArray[np.intp], Burden, NDArray[np.intp], Thresholds]
"""Lesions, their sums, the visits of the nadir, the thresholds: of one component."""


def critical_sizes(course: Course, parts: Sequence[Part]) -> FloatArray:
    """(visits, lesions, 5): the first draw's sizes at which a sum meets PR, MR, PD or 0, or a lesion has grown enough."""
    found = np.full((len(course.timeline.visits), len(course.timeline.lesions), 5), np.nan)
    for lesions, sums, nadirs, thresholds in parts:
        limits = np.stack(
            [
                thresholds.pr * sums.baseline[0],
                (np.nan if thresholds.mr is None else thresholds.mr) * sums.baseline[0],
                thresholds.pd * sums.nadir[0],
                0 * sums.total[0],
            ],
            axis=1,
        )
        found[:, lesions, :4] = sums.met_alone(limits)
        if thresholds.growth_mm is not None:
            sizes = sums.sizes[0]
            smallest = np.where((nadirs[0] >= 0)[:, None], sizes[np.maximum(nadirs[0], 0)], np.nan)
            found[:, lesions, 4] = smallest + thresholds.growth_mm
    return found
