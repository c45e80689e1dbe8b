"""Morphology: 29 features of a region's shape, and of how its intensities lie in it.

Source: IBSI reference manual, section 3.1 (arXiv 1612.07003).
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import product
from math import pi

import numpy as np

from oncometry import _native
from oncometry.core.geometry import FloatArray, Point
from oncometry.features.ellipsoid import ellipsoid_area, ellipsoid_volume
from oncometry.features.enclosing import convex_hull, enclosing_ellipsoid, oriented_box
from oncometry.features.feature import Feature
from oncometry.features.principal_axes import axis_lengths_mm
from oncometry.features.region import Box, Region
from oncometry.features.spatial_autocorrelation import moran_geary

__all__ = ["TABLE", "morphology"]

TABLE: tuple[Feature, ...] = (
    Feature("volume", "RNU0", "morph_volume", "mm3"),
    Feature("approximate_volume", "YEKZ", "morph_vol_approx", "mm3"),
    Feature("surface_area", "C0JK", "morph_area_mesh", "mm2"),
    Feature("surface_to_volume_ratio", "2PR5", "morph_av", "1/mm"),
    Feature("compactness_1", "SKGS", "morph_comp_1"),
    Feature("compactness_2", "BQWJ", "morph_comp_2"),
    Feature("spherical_disproportion", "KRCK", "morph_sph_dispr"),
    Feature("sphericity", "QCFX", "morph_sphericity"),
    Feature("asphericity", "25C7", "morph_asphericity"),
    Feature("center_of_mass_shift", "KLMA", "morph_com", "mm"),
    Feature("maximum_3d_diameter", "L0JK", "morph_diam", "mm"),
    Feature("major_axis_length", "TDIC", "morph_pca_maj_axis", "mm"),
    Feature("minor_axis_length", "P9VJ", "morph_pca_min_axis", "mm"),
    Feature("least_axis_length", "7J51", "morph_pca_least_axis", "mm"),
    Feature("elongation", "Q3CK", "morph_pca_elongation"),
    Feature("flatness", "N17B", "morph_pca_flatness"),
    Feature("volume_density_axis_aligned_bounding_box", "PBX1", "morph_vol_dens_aabb"),
    Feature("area_density_axis_aligned_bounding_box", "R59B", "morph_area_dens_aabb"),
    Feature("volume_density_oriented_minimum_bounding_box", "ZH1A", "morph_vol_dens_ombb"),
    Feature("area_density_oriented_minimum_bounding_box", "IQYR", "morph_area_dens_ombb"),
    Feature("volume_density_approximate_enclosing_ellipsoid", "6BDE", "morph_vol_dens_aee"),
    Feature("area_density_approximate_enclosing_ellipsoid", "RDD2", "morph_area_dens_aee"),
    Feature("volume_density_minimum_volume_enclosing_ellipsoid", "SWZ1", "morph_vol_dens_mvee"),
    Feature("area_density_minimum_volume_enclosing_ellipsoid", "BRI8", "morph_area_dens_mvee"),
    Feature("volume_density_convex_hull", "R3ER", "morph_vol_dens_conv_hull"),
    Feature("area_density_convex_hull", "7T7F", "morph_area_dens_conv_hull"),
    Feature("integrated_intensity", "99N0", "morph_integ_int", "{u} mm3"),
    Feature("morans_i_index", "N365", "morph_moran_i"),
    Feature("gearys_c_measure", "NPT7", "morph_geary_c"),
)

_ALL = frozenset(feature.tag for feature in TABLE)


def morphology(region: Region, tags: Collection[str] = _ALL) -> FloatArray:
    """(29,) in the order of TABLE; NaN where not defined or not asked for.

    The oriented box and the enclosing ellipsoid of least volume have no consensus in the standard.

    Args:
        region: see Region.
        tags: of the features that are wanted; what costs much is done only for them.
    """
    found = dict.fromkeys((feature.tag for feature in TABLE), np.nan)
    if region.morphological.any():
        found |= _surface(region.morphological, region.spacing_mm)
        area, volume = found["morph_area_mesh"], found["morph_volume"]
        found |= _axes(region.morphological, region.spacing_mm, area, volume)
        found |= _aligned_box(region.morphological, region.spacing_mm, area, volume)
        found |= _enclosing(region.morphological, region.spacing_mm, area, volume, tags)
        found |= _intensities(region, volume, tags)
    return np.array([found[feature.tag] if feature.tag in tags else np.nan for feature in TABLE])


def _densities(
    name: str, area: float, volume: float, other_area: float, other_volume: float
) -> dict[str, float]:
    return {f"morph_vol_dens_{name}": volume / other_volume, f"morph_area_dens_{name}": area / other_area}


def _surface(mask: Box, spacing_mm: Point) -> dict[str, float]:
    """Sections 3.1.1 to 3.1.9 and 3.1.11."""
    area, volume = _native.marching_cubes(mask, spacing_mm, closed=True)
    sphericity = (36 * pi * volume**2) ** (1 / 3) / area
    return {
        "morph_volume": volume,
        "morph_vol_approx": float(np.count_nonzero(mask) * np.prod(spacing_mm)),
        "morph_area_mesh": area,
        "morph_av": area / volume,
        "morph_comp_1": volume / (pi**0.5 * area**1.5),
        "morph_comp_2": sphericity**3,
        "morph_sph_dispr": 1 / sphericity,
        "morph_sphericity": sphericity,
        "morph_asphericity": 1 / sphericity - 1,
        "morph_diam": _native.largest_diameter(mask, spacing_mm),
    }


def _axes(mask: Box, spacing_mm: Point, area: float, volume: float) -> dict[str, float]:
    """Sections 3.1.12 to 3.1.16, 3.1.21 and 3.1.22; there is no ellipsoid of voxels in a plane."""
    major, minor, least = axis_lengths_mm(_native.voxel_moments(mask), spacing_mm, sample=True)
    axes = {"morph_pca_maj_axis": major, "morph_pca_min_axis": minor, "morph_pca_least_axis": least}
    if major > 0:
        axes |= {"morph_pca_elongation": minor / major, "morph_pca_flatness": least / major}
    if least > 0:
        semi_axes = (major / 2, minor / 2, least / 2)
        axes |= _densities("aee", area, volume, ellipsoid_area(*semi_axes), ellipsoid_volume(*semi_axes))
    return axes


def _box_area(a: float, b: float, c: float) -> float:
    return 2 * (a * b + b * c + c * a)


def _aligned_box(mask: Box, spacing_mm: Point, area: float, volume: float) -> dict[str, float]:
    """Sections 3.1.17 and 3.1.18; the surface ends half a voxel beyond voxel centers, where the voxels end."""
    sizes = [np.flatnonzero(mask.any(axis=axes)) for axes in ((0, 1), (0, 2), (1, 2))]
    a, b, c = (float(at[-1] - at[0] + 1) * step for at, step in zip(sizes, spacing_mm, strict=True))
    return _densities("aabb", area, volume, _box_area(a, b, c), a * b * c)


def _vertices_mm(mask: Box, spacing_mm: Point) -> FloatArray:
    """(n, 3) points with the convex hull of the surface's vertices, along i, j, k."""
    halves = np.array([sign * 0.5 * row for row, sign in product(np.eye(3), (-1, 1))])
    voxels = _native.hull_candidates(mask)
    points: FloatArray = (voxels[:, None, :] + halves).reshape(-1, 3) * np.asarray(spacing_mm)
    return points


def _enclosing(
    mask: Box, spacing_mm: Point, area: float, volume: float, tags: Collection[str]
) -> dict[str, float]:
    """Sections 3.1.19, 3.1.20 and 3.1.23 to 3.1.26."""
    found: dict[str, float] = {}
    wanted = {name for name in ("ombb", "mvee", "conv_hull") if any(tag.endswith(name) for tag in tags)}
    if not wanted:
        return found
    hull = convex_hull(_vertices_mm(mask, spacing_mm))
    found |= _densities("conv_hull", area, volume, hull.area_mm2, hull.volume_mm3)
    if "ombb" in wanted:
        a, b, c = oriented_box(hull)
        found |= _densities("ombb", area, volume, _box_area(a, b, c), a * b * c)
    if "mvee" in wanted:
        semi_axes = enclosing_ellipsoid(hull.corners)
        found |= _densities("mvee", area, volume, ellipsoid_area(*semi_axes), ellipsoid_volume(*semi_axes))
    return found


def _intensities(region: Region, volume: float, tags: Collection[str]) -> dict[str, float]:
    """Sections 3.1.10 and 3.1.27 to 3.1.29, of the voxels of the intensity mask."""
    mask = region.intensity.astype(bool)
    if not mask.any():
        return {}
    box = tuple(slice(first, first + size) for first, size in zip(region.start, mask.shape, strict=True))
    image = np.asarray(region.image[box], dtype=np.float64)
    values = image[mask]
    found = {"morph_integ_int": float(values.mean()) * volume}
    total = float(values.sum())
    if total != 0:
        weighted = np.array([values @ at for at in np.nonzero(mask)[::-1]]) / total
        shift = (weighted - _native.voxel_moments(region.morphological)[1:4]) * np.asarray(region.spacing_mm)
        found["morph_com"] = float(np.linalg.norm(shift))
    if not {"morph_moran_i", "morph_geary_c"}.isdisjoint(tags):
        found["morph_moran_i"], found["morph_geary_c"] = moran_geary(image, mask, region.spacing_mm)
    return found
