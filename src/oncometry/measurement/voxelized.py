"""A region as voxels (or as a probability): its outlines, slice by slice, and its surface."""

from __future__ import annotations

from functools import cached_property
from itertools import groupby, pairwise

import numpy as np
from numpy.typing import NDArray

from oncometry import _native
from oncometry.core import Geometry, Segment
from oncometry.core.geometry import FloatArray, Index, Point
from oncometry.core.segmentation import bounding_box
from oncometry.measurement.occupancy import filled_voxels
from oncometry.measurement.plane import TOLERANCE, in_plane_metric, slice_normal
from oncometry.measurement.result import Diameter
from oncometry.measurement.section import Section, section_of
from oncometry.measurement.settings import MeasurementSettings
from oncometry.measurement.slices import SliceDiameters, slice_table

__all__ = ["Voxelized"]

SURFACE_SIGMA = 1.0
"""Gaussian of the surface, voxels."""


class Voxelized:
    """A region cut out of its grid, with one voxel around it as far as the grid goes.

    Args:
        segment: the region.
        field: None, or the probability (ni, nj, nk) crop of `box`, crossed at 0.5.
        geometry: of the whole grid.
        settings: smoothing and policy.
    """

    def __init__(self, segment: Segment, geometry: Geometry, settings: MeasurementSettings) -> None:
        low, tight = bounding_box(segment.array)
        inside = segment.array[tight]
        first = np.add(segment.start, low)
        before = np.minimum(first, 1)
        after = np.minimum(np.asarray(geometry.shape) - first - inside.shape, 1)
        self.geometry = geometry
        self.settings = settings
        self.start: Index = tuple(int(n) for n in first - before)  # type: ignore[assignment]
        padded = np.pad(inside, [(int(b), int(a)) for b, a in zip(before, after, strict=True)])
        self.on_border = bool((before == 0).any() or (after == 0).any())
        self.mask: NDArray[np.uint8] = np.ascontiguousarray(padded.T).view(np.uint8)
        self.field = self._field(segment)
        self._first, self._shape = first, inside.shape

    def _field(self, segment: Segment) -> NDArray[np.float32] | None:
        if segment.probability is None:
            return None
        field = np.zeros(self.mask.shape[::-1], dtype=np.float32, order="F")
        low = np.maximum(self.start, segment.start)
        high = np.minimum(np.add(self.start, field.shape), np.add(segment.start, segment.array.shape))
        to = tuple(slice(a - s, b - s) for a, b, s in zip(low, high, self.start, strict=True))
        of = tuple(slice(a - s, b - s) for a, b, s in zip(low, high, segment.start, strict=True))
        field[to] = segment.probability[of]
        return np.ascontiguousarray(field.T)

    @property
    def voxels(self) -> int:
        return int(np.count_nonzero(self.mask))

    @cached_property
    def table(self) -> SliceDiameters:
        """Both lines and the area on every slice; slices count from the crop's first."""
        metric = in_plane_metric(self.geometry)
        arrays = _native.region_slices(
            self.mask,
            self.field,
            metric,
            self.settings.smoothing_voxels,
            self.settings.diameter == "inside",
            TOLERANCE * min(self.geometry.spacing_mm[:2]),
        )
        return slice_table(arrays, metric)

    @property
    def lines(self) -> FloatArray:
        """(slices, 2) longest and perpendicular of every slice, mm."""
        return np.column_stack([self.table.longest_mm, self.table.perpendicular_mm])

    @property
    def volume_mm3(self) -> float:
        """Voxels times their volume; of a field, as far as they are filled, or areas times the slice distance."""
        if self.field is None:
            return self.voxels * self.geometry.voxel_volume_mm3
        filled = filled_voxels(self.mask != 0, self.field)
        if filled is not None:
            return filled * self.geometry.voxel_volume_mm3
        return float(self.table.area_mm2.sum()) * float(np.linalg.norm(slice_normal(self.geometry)))

    @property
    def centroid_lps_mm(self) -> Point:
        """Mean of the voxel centers."""
        k, j, i = (float(axis.mean()) for axis in np.nonzero(self.mask))
        return self._world((i, j, k))

    @property
    def box_lps_mm(self) -> tuple[Point, Point]:
        """Lowest and highest LPS coordinate of the region's outer voxel faces."""
        ends = [(f - 0.5, f + n - 0.5) for f, n in zip(self._first, self._shape, strict=True)]
        corners = self.geometry.to_world([[i, j, k] for i in ends[0] for j in ends[1] for k in ends[2]])
        low, high = corners.min(axis=0).tolist(), corners.max(axis=0).tolist()
        return (low[0], low[1], low[2]), (high[0], high[1], high[2])

    def section(self) -> Section:
        """The slice with the longest line; the first of equals."""
        row = int(np.argmax(self.table.longest_mm))
        k = int(self.table.slice[row])

        def to_world(point: FloatArray) -> FloatArray:
            return np.asarray(self._world((point[0], point[1], k)))

        outline = next(polygons for s, polygons in self._traced if s == k)
        return section_of(self.table, row, to_world, self.start[2] + k, outline)

    @property
    def outlines(self) -> tuple[tuple[FloatArray, ...], ...]:
        """Of each slice, polygons (n, 3) LPS mm."""
        return tuple(polygons for _, polygons in self._traced)

    @cached_property
    def _traced(self) -> tuple[tuple[int, tuple[FloatArray, ...]], ...]:
        """Slice of the crop and its polygons."""
        points, starts, slices = _native.outlines(self.mask, self.field, self.settings.smoothing_voxels)
        heights = np.repeat(slices, np.diff(starts))
        space = self.geometry.to_world(np.column_stack([points, heights]) + self.start)
        polygons = zip(slices, pairwise(starts), strict=True)
        return tuple(
            (k, tuple(space[a:b] for _, (a, b) in group)) for k, group in groupby(polygons, lambda p: p[0])
        )

    @property
    def surface_mm2(self) -> float:
        """Of the closed surface (marching tetrahedra on the smoothed, volume-preserving region)."""
        columns = self.geometry.affine[:3, :3].T.tolist()
        return _native.surface(self.mask, self.field, columns, (SURFACE_SIGMA,) * 3)[0]

    def line(self, start: Point, end: Point, length_mm: float) -> Diameter:
        """A line in space; it leaves the region if more than a voxel of it runs through others."""
        widest = max(self.geometry.spacing_mm)
        count = max(2, int(np.ceil(4 * length_mm / min(self.geometry.spacing_mm))))
        t = (np.arange(count) + 0.5) / count
        points = np.asarray(start) + t[:, None] * np.subtract(end, start)
        index = np.rint(self.geometry.to_index(points)).astype(int) - self.start
        index = np.clip(index, 0, np.subtract(self.mask.shape[::-1], 1))
        inside = self.mask[index[:, 2], index[:, 1], index[:, 0]] != 0
        inside |= np.minimum(t, 1 - t) * length_mm < widest
        leaves = bool((~inside).sum() * length_mm / count > widest)
        return Diameter(start, end, length_mm, leaves)

    def _world(self, index: tuple[float, float, float]) -> Point:
        x, y, z = self.geometry.to_world(np.add(index, self.start)).tolist()
        return x, y, z
