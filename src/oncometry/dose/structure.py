"""A structure that gets dose: a stack of contour prisms, or the voxels of a mask.

Each contour stands for half the way to its neighbors, and at the ends of an island for half a drawing interval beyond
(the end cap): docs/decisions/041. Which contours are islands, holes, keyholes or repeats is told as everywhere
(`io/contours.py`, `io/contour_overlaps.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from oncometry.core import Code, Geometry, LabelError, Notice, Segment, Segmentation
from oncometry.core.geometry import FloatArray, Index
from oncometry.core.segmentation import Contour, Mask
from oncometry.io.contour_overlaps import without_overlaps
from oncometry.io.contours import ContourPlane, contour_planes, stack_volume_mm3

__all__ = ["PrismStack", "Structure", "VoxelSet", "structure_of", "structure_of_contours"]


@dataclass(frozen=True, eq=False)
class PrismStack:
    """Contour prisms: what a structure is, where it was drawn.

    Attributes:
        geometry: the slices; index coordinates of the planes are its.
        planes: polygons with the slice levels between which they stand.
    """

    name: str
    number: int
    geometry: Geometry
    planes: tuple[ContourPlane, ...]
    notices: tuple[Notice, ...] = ()

    @cached_property
    def volume_cc(self) -> float:
        """Exact: even-odd area times height, over all planes."""
        return stack_volume_mm3(self.planes, self.geometry) / 1000


@dataclass(frozen=True, eq=False)
class VoxelSet:
    """The voxels of a mask, each a box. `start`: voxel index of the first corner of `inside` (bi, bj, bk)."""

    name: str
    number: int
    geometry: Geometry
    start: Index
    inside: Mask
    notices: tuple[Notice, ...] = ()

    @cached_property
    def volume_cc(self) -> float:
        """Number of voxels times their volume."""
        return int(np.count_nonzero(self.inside)) * self.geometry.voxel_volume_mm3 / 1000


Structure = PrismStack | VoxelSet


def structure_of_contours(
    contours: Sequence[Contour],
    geometry: Geometry,
    name: str = "",
    number: int = 0,
    *,
    exclusive: bool = False,
) -> PrismStack:
    """The prisms of a region's contours.

    Args:
        contours: (n, 3) LPS mm each.
        geometry: slices on which they were drawn: those of the image, or of the contours alone (`io.structure_grid.own_grid`).
        exclusive: what lies in two contours is outside (CLOSEDPLANAR_XOR); else what partly overlaps is united.

    Raises:
        LabelError: `MASK_EMPTY`, there are no contours, or they enclose nothing.
        GeometryError: `GEOMETRY_MISMATCH` for contours of another orientation than the slices.
    """
    if not contours:
        raise LabelError(Code.MASK_EMPTY, f"{name or 'the structure'} has no closed contour.")
    kept, notices = without_overlaps(contours, geometry, name, exclusive=exclusive)
    stack = PrismStack(name, number, geometry, tuple(contour_planes(kept, geometry)), notices)
    if stack.volume_cc <= 0:
        raise LabelError(Code.MASK_EMPTY, f"the contours of {name or 'the structure'} enclose no area.")
    return stack


def structure_of(segmentation: Segmentation, number: int) -> Structure:
    """A segment as a structure: of its contours where it has them, else of its voxels.

    Raises:
        LabelError: `LABEL_ABSENT`; `MASK_EMPTY`.
        GeometryError: as `structure_of_contours`.
    """
    segment: Segment = segmentation[number]
    if segment.contours:  # overlaps were settled when they were read
        return structure_of_contours(
            segment.contours, segmentation.geometry, segment.name, number, exclusive=True
        )
    if not segment.voxels:
        raise LabelError(Code.MASK_EMPTY, f"segment {number} ({segment.name}) has no voxels.")
    return VoxelSet(segment.name, number, segmentation.geometry, segment.start, segment.array)


def corners_of(stack: PrismStack) -> FloatArray:
    """(m, 3) indices of all corners of the prisms: of each contour, at both of its faces."""
    found = [
        np.column_stack([polygon, np.full(len(polygon), level)])
        for plane in stack.planes
        for polygon in plane.polygons
        for level in (plane.low, plane.high)
    ]
    return np.concatenate(found)
