"""Why a lesion has no measurement at a time point."""

from __future__ import annotations

import numpy as np

from oncometry.core import LesionStatus
from oncometry.core.geometry import FloatArray
from oncometry.measurement.observation import Observation
from oncometry.measurement.settings import MeasurementSettings
from oncometry.measurement.visit import Visit, VisitMask

__all__ = ["State", "state_without"]

IMAGED_PART = 0.5
"""A lesion's place counts as imaged if this part of it lies in the imaged volume."""

State = tuple[LesionStatus, str]


def state_without(
    reference: Observation, visit: Visit, settings: MeasurementSettings, *, before: bool
) -> State:
    """The state of a lesion at a visit that does not show it.

    Args:
        reference: the lesion where it was seen nearest in time.
        visit: where it is not seen.
        settings: how near a small part counts as at its place.
        before: whether the visit comes before the lesion's first observation.
    """
    if not visit.masks:
        return LesionStatus.NOT_EVALUABLE, "nothing was segmented at this time point"
    believed = [m for m in visit.masks if m.trusted]
    if not believed or not reference.trusted:
        return LesionStatus.NOT_EVALUABLE, "no registration that can be trusted: places cannot be compared"
    points = reference.members[0].place.points
    imaged = [m for m in believed if _part_imaged(m, points) >= IMAGED_PART]
    if not imaged:
        return LesionStatus.NOT_IMAGED, "its place lies outside the volume imaged"
    small = sum(_small_parts_at(m, points, settings.join_mm) for m in imaged)
    if small:
        count = f"{small} part{'s' if small > 1 else ''}"
        return (
            LesionStatus.TOO_SMALL,
            f"{count} at its place under the smallest volume of {settings.minimum_volume_ml:g} ml",
        )
    return LesionStatus.ABSENT, "not yet there" if before else "no longer seen"


def _part_imaged(mask: VisitMask, points: FloatArray) -> float:
    grid = mask.imaged or mask.segmentation.geometry
    index = grid.to_index(mask.from_common(points))
    within = (index >= -0.5) & (index <= np.asarray(grid.shape) - 0.5)
    return float(within.all(axis=1).mean())


def _small_parts_at(mask: VisitMask, points: FloatArray, near_mm: float) -> int:
    """Small parts whose center is in the lesion or less than a voxel and `near_mm` from it."""
    if not mask.measured.small_parts:
        return 0
    reach = near_mm + max(mask.segmentation.geometry.spacing_mm)
    centers = np.array([p.centroid_lps_mm for p in mask.measured.small_parts])
    count = 0
    for center in mask.to_common(centers):
        count += bool(np.min(np.linalg.norm(points - center, axis=1)) <= reach)
    return count
