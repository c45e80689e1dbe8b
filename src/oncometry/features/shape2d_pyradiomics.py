"""PyRadiomics' class shape2D: 10 features of a region's outline in its one slice.

Source: https://pyradiomics.readthedocs.io/en/latest/features.html
"""

from __future__ import annotations

from math import pi

import numpy as np

from oncometry import _native
from oncometry.core.geometry import FloatArray, Point
from oncometry.features.feature import Feature
from oncometry.features.principal_axes import axis_lengths_mm
from oncometry.features.region import Box

__all__ = ["OPT_IN_PYRADIOMICS", "TABLE_PYRADIOMICS", "shape2d_pyradiomics"]

TABLE_PYRADIOMICS: tuple[Feature, ...] = (
    Feature("MeshSurface", "", "shape2D_MeshSurface", "mm2"),
    Feature("PixelSurface", "", "shape2D_PixelSurface", "mm2"),
    Feature("Perimeter", "", "shape2D_Perimeter", "mm"),
    Feature("PerimeterSurfaceRatio", "", "shape2D_PerimeterSurfaceRatio", "1/mm"),
    Feature("Sphericity", "", "shape2D_Sphericity"),
    Feature("SphericalDisproportion", "", "shape2D_SphericalDisproportion"),
    Feature("MaximumDiameter", "", "shape2D_MaximumDiameter", "mm"),
    Feature("MajorAxisLength", "", "shape2D_MajorAxisLength", "mm"),
    Feature("MinorAxisLength", "", "shape2D_MinorAxisLength", "mm"),
    Feature("Elongation", "", "shape2D_Elongation"),
)

OPT_IN_PYRADIOMICS = frozenset({"SphericalDisproportion"})
"""Computed by PyRadiomics only where a parameter file names it."""


def shape2d_pyradiomics(mask: Box, spacing_mm: Point, dimension: int = 0) -> FloatArray:
    """(10,) in the order of TABLE_PYRADIOMICS; NaN where not defined, all NaN where the mask is empty.

    Args:
        mask: (bk, bj, bi), the box of the region, one voxel wide along `dimension`.
        spacing_mm: along i, j, k.
        dimension: PyRadiomics' force2Ddimension: 0 for slices normal to k, 1 to j, 2 to i.

    Raises:
        ValueError: the region has more than one slice.
    """
    if mask.shape[dimension] != 1:
        raise ValueError(f"the mask has {mask.shape[dimension]} slices along dimension {dimension}, not 1")
    if not mask.any():
        return np.full(len(TABLE_PYRADIOMICS), np.nan)
    slice_mask = np.ascontiguousarray(np.moveaxis(mask, dimension, 0))
    across, dj, di = (
        spacing_mm[::-1][axis] for axis in (dimension, *(a for a in range(3) if a != dimension))
    )
    perimeter, surface = _native.marching_squares(slice_mask, (di, dj))
    diameter = _native.plane_diameters(slice_mask, (di, dj, across))[0]
    moments = _native.voxel_moments(slice_mask)
    major, minor, _ = axis_lengths_mm(moments, (di, dj, across), sample=False)
    circle = 2 * (pi * surface) ** 0.5  # perimeter of the circle of that area
    outline = (perimeter / surface, circle / perimeter, perimeter / circle)
    elongation = minor / major if major > 0 else np.nan
    return np.array((surface, moments[0] * di * dj, perimeter, *outline, diameter, major, minor, elongation))
