"""In-plane diameters of every component on every slice: the low-level door to the native core."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oncometry import _native
from oncometry.core import Geometry
from oncometry.core.geometry import FloatArray
from oncometry.core.segmentation import Mask
from oncometry.measurement.plane import TOLERANCE, in_plane_metric
from oncometry.measurement.settings import MeasurementSettings

__all__ = ["SliceDiameters", "slice_diameters", "slice_table"]


@dataclass(frozen=True, eq=False)
class SliceDiameters:
    """One row per component and slice.

    Attributes:
        component: (n,) number of the component, 0 first, in order of its first voxel.
        slice: (n,) index along k.
        area_mm2: (n,) of the outline.
        longest_mm, perpendicular_mm: (n,).
        ends: (n, 2, 2, 2): longest or perpendicular, start or end, index along i and j.
        leaves: (n, 2) whether the longest and the perpendicular leave the region.
    """

    component: NDArray[np.int32]
    slice: NDArray[np.int32]
    area_mm2: FloatArray
    longest_mm: FloatArray
    perpendicular_mm: FloatArray
    ends: FloatArray
    leaves: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.component)


def slice_diameters(
    mask: Mask,
    geometry: Geometry,
    settings: MeasurementSettings | None = None,
    *,
    minimum_voxels: int = 10,
) -> SliceDiameters:
    """Both diameters of every 26-connected component of at least `minimum_voxels`, on every slice.

    Args:
        mask: (ni, nj, nk) bool, on the grid (or a crop of it: its ends count as the grid's).
        geometry: gives the spacing.
        settings: smoothing and policy of the diameters.
        minimum_voxels: smaller components are left out.
    """
    chosen = settings or MeasurementSettings()
    metric = in_plane_metric(geometry)
    arrays = _native.component_slices(
        np.ascontiguousarray(mask.T).view(np.uint8),
        metric,
        chosen.smoothing_voxels,
        chosen.diameter == "inside",
        TOLERANCE * min(geometry.spacing_mm[:2]),
        minimum_voxels,
    )
    return slice_table(arrays, metric)


def slice_table(arrays: _native.SliceArrays, metric: tuple[float, float, float, float]) -> SliceDiameters:
    """Names the arrays of a native kernel; areas become mm2."""
    where, areas, lengths, ends, leaves = arrays
    pixel_mm2 = abs(metric[0] * metric[3] - metric[1] * metric[2])
    return SliceDiameters(
        component=where[:, 0],
        slice=where[:, 1],
        area_mm2=areas * pixel_mm2,
        longest_mm=lengths[:, 0],
        perpendicular_mm=lengths[:, 1],
        ends=ends,
        leaves=leaves.astype(bool),
    )
