"""The sizes of a region as drawn."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from oncometry import _native
from oncometry.core import Geometry
from oncometry.core.geometry import FloatArray, Point
from oncometry.core.segmentation import Contour
from oncometry.measurement.plane import TOLERANCE, in_plane_metric
from oncometry.measurement.section import Section, section_of
from oncometry.measurement.slices import SliceDiameters, slice_table
from oncometry.measurement.stack import Slab, Stack, centroid_lps_mm, volume_mm3

__all__ = ["DrawnRegion"]

_IDENTITY = (1.0, 0.0, 0.0, 1.0)


@dataclass(frozen=True, eq=False)
class DrawnRegion:
    """A stack on its grid; `within`: lines stay within the polygons."""

    stack: Stack
    geometry: Geometry
    within: bool

    @property
    def volume_mm3(self) -> float:
        """Areas times the height that each stands for."""
        return volume_mm3(self.stack, self.geometry)

    @property
    def centroid_lps_mm(self) -> Point:
        return centroid_lps_mm(self.stack, self.geometry)

    @cached_property
    def outlines(self) -> tuple[tuple[Contour, ...], ...]:
        """Of each slab, polygons (n, 3) LPS mm."""
        return tuple(tuple(self._world(slab, p) for p in slab.polygons) for slab in self.stack)

    @property
    def lines(self) -> FloatArray:
        """(slabs, 2) longest and perpendicular of every slab, mm."""
        return np.array([(t.longest_mm[0], t.perpendicular_mm[0]) for t in self._tables])

    def section(self) -> Section:
        """The slab with the longest line; the first of equals.

        Raises:
            ValueError: nothing is drawn.
        """
        if not self.stack:
            raise ValueError("a drawn region has no polygon.")
        back = np.linalg.inv(self._to_mm)
        at = int(np.argmax(self.lines[:, 0]))
        slab = self.stack[at]

        def to_world(point: FloatArray) -> FloatArray:
            return np.asarray(self._world(slab, (point @ back)[None])[0])

        return section_of(self._tables[at], 0, to_world, round(slab.level), self.outlines[at])

    @property
    def _to_mm(self) -> FloatArray:
        metric = in_plane_metric(self.geometry)
        return np.array([[metric[0], metric[1]], [metric[2], metric[3]]])

    @cached_property
    def _tables(self) -> tuple[SliceDiameters, ...]:
        """Of each slab."""
        tolerance, to_mm = TOLERANCE * min(self.geometry.spacing_mm[:2]), self._to_mm
        tables = []
        for slab in self.stack:
            starts = np.cumsum([0, *(len(p) for p in slab.polygons)]).tolist()
            flat = np.concatenate(slab.polygons) @ to_mm
            arrays = _native.polygon_diameters(flat, starts, self.within, tolerance)
            tables.append(slice_table(arrays, _IDENTITY))
        return tuple(tables)

    def _world(self, slab: Slab, points: FloatArray) -> FloatArray:
        return self.geometry.to_world(np.column_stack([points, np.full(len(points), slab.level)]))
