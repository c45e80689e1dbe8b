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
from oncometry.measurement.slices import slice_table
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

    def section(self) -> Section:
        """The slab with the longest line; the first of equals."""
        metric = in_plane_metric(self.geometry)
        to_mm = np.array([[metric[0], metric[1]], [metric[2], metric[3]]])
        back = np.linalg.inv(to_mm)
        tolerance = TOLERANCE * min(self.geometry.spacing_mm[:2])
        best: Section | None = None
        for slab, outline in zip(self.stack, self.outlines, strict=True):
            starts = np.cumsum([0, *(len(p) for p in slab.polygons)]).tolist()
            flat = np.concatenate(slab.polygons) @ to_mm
            table = slice_table(_native.polygon_diameters(flat, starts, self.within, tolerance), _IDENTITY)
            if best is None or table.longest_mm[0] > best.longest.length_mm:

                def to_world(point: FloatArray, slab: Slab = slab) -> FloatArray:
                    return np.asarray(self._world(slab, (point @ back)[None])[0])

                best = section_of(table, 0, to_world, round(slab.level), outline)
        if best is None:
            raise ValueError("a drawn region has no polygon.")
        return best

    def _world(self, slab: Slab, points: FloatArray) -> FloatArray:
        return self.geometry.to_world(np.column_stack([points, np.full(len(points), slab.level)]))
