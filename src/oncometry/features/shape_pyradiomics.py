"""PyRadiomics' class shape: 17 features of a region's surface and of where its voxels lie.

Source: https://pyradiomics.readthedocs.io/en/latest/features.html; its surface is that of release 3 and later.
"""

from __future__ import annotations

from math import pi

import numpy as np

from oncometry import _native
from oncometry.core.geometry import FloatArray, Point
from oncometry.features.feature import Feature
from oncometry.features.principal_axes import axis_lengths_mm
from oncometry.features.region import Box

__all__ = ["OPT_IN_PYRADIOMICS", "TABLE_PYRADIOMICS", "shape_pyradiomics"]

TABLE_PYRADIOMICS: tuple[Feature, ...] = (
    Feature("MeshVolume", "RNU0", "shape_MeshVolume", "mm3"),
    Feature("VoxelVolume", "YEKZ", "shape_VoxelVolume", "mm3"),
    Feature("SurfaceArea", "C0JK", "shape_SurfaceArea", "mm2"),
    Feature("SurfaceVolumeRatio", "2PR5", "shape_SurfaceVolumeRatio", "1/mm"),
    Feature("Sphericity", "QCFX", "shape_Sphericity"),
    Feature("Compactness1", "SKGS", "shape_Compactness1"),
    Feature("Compactness2", "BQWJ", "shape_Compactness2"),
    Feature("SphericalDisproportion", "KRCK", "shape_SphericalDisproportion"),
    Feature("Maximum3DDiameter", "L0JK", "shape_Maximum3DDiameter", "mm"),
    Feature("Maximum2DDiameterSlice", "", "shape_Maximum2DDiameterSlice", "mm"),
    Feature("Maximum2DDiameterColumn", "", "shape_Maximum2DDiameterColumn", "mm"),
    Feature("Maximum2DDiameterRow", "", "shape_Maximum2DDiameterRow", "mm"),
    Feature("MajorAxisLength", "TDIC", "shape_MajorAxisLength", "mm"),
    Feature("MinorAxisLength", "P9VJ", "shape_MinorAxisLength", "mm"),
    Feature("LeastAxisLength", "7J51", "shape_LeastAxisLength", "mm"),
    Feature("Elongation", "Q3CK", "shape_Elongation"),
    Feature("Flatness", "N17B", "shape_Flatness"),
)

OPT_IN_PYRADIOMICS = frozenset({"Compactness1", "Compactness2", "SphericalDisproportion"})
"""Computed by PyRadiomics only where a parameter file names them."""


def shape_pyradiomics(mask: Box, spacing_mm: Point) -> FloatArray:
    """(17,) in the order of TABLE_PYRADIOMICS; NaN where not defined, all NaN where the mask is empty.

    Args:
        mask: (bk, bj, bi), the box of the region: its mesh volume depends on where the box begins where the surface
            is open (see native/include/marching_cubes_table.hpp).
        spacing_mm: along i, j, k.
    """
    if not mask.any():
        return np.full(len(TABLE_PYRADIOMICS), np.nan)
    area, volume = _native.marching_cubes(mask, spacing_mm, closed=False)
    moments = _native.voxel_moments(mask)
    axes = axis_lengths_mm(moments, spacing_mm, sample=False)
    sphere = (36 * pi * volume**2) ** (1 / 3)  # area of the sphere of that volume
    surface = (
        area / volume,
        sphere / area,
        volume / (pi * area**3) ** 0.5,
        (sphere / area) ** 3,
        area / sphere,
    )
    diameters = (_native.largest_diameter(mask, spacing_mm), *_native.plane_diameters(mask, spacing_mm))
    ratios = (axes[1] / axes[0], axes[2] / axes[0]) if axes[0] > 0 else (np.nan, np.nan)
    return np.array((volume, moments[0] * np.prod(spacing_mm), area, *surface, *diameters, *axes, *ratios))
