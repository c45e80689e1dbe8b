"""Neighborhood gray tone differences: how far voxels of a level are from the mean of their neighbors.

Source: IBSI reference manual (arXiv 1612.07003), section 3.10, after Amadasun and King,
doi:10.1109/21.44046; PyRadiomics 3.0.1 for its own names.
"""

from __future__ import annotations

from oncometry.core.geometry import FloatArray
from oncometry.features.feature import Aggregation, Feature
from oncometry.features.neighborhoods import neighborhood_features, neighborhood_map
from oncometry.features.region import Levels
from oncometry.features.slicing import Slicing, as_planes, slicing_of
from oncometry.features.windows import Windows

__all__ = ["TABLE", "TABLE_PYRADIOMICS", "ngtdm", "ngtdm_map", "ngtdm_map_pyradiomics", "ngtdm_pyradiomics"]

TABLE: tuple[Feature, ...] = (
    Feature("coarseness", "QCDE", "ngt_coarseness"),
    Feature("contrast", "65HE", "ngt_contrast"),
    Feature("busyness", "NQ30", "ngt_busyness"),
    Feature("complexity", "HDEZ", "ngt_complexity"),
    Feature("strength", "1X9X", "ngt_strength"),
)

TABLE_PYRADIOMICS: tuple[Feature, ...] = tuple(
    Feature(feature.name.capitalize(), feature.ibsi_id, feature.name.capitalize()) for feature in TABLE
)


def ngtdm(levels: Levels, aggregation: Aggregation, distance: int = 1, threads: int = 1) -> FloatArray:
    """Features of a region in the order of `TABLE`.

    Where no voxel differs from its neighbors coarseness is 1e6 (manual 3.10.1) and strength 0 (3.10.5); with one
    level contrast (3.10.2) and busyness (3.10.3) are 0. Busyness is also 0 where its denominator is, which the
    manual leaves open: PyRadiomics and MIRP give that. `neighborhoods.neighborhood_features` gives NGLDM's from the
    same pass.

    Args:
        distance: Chebyshev, in voxels; all voxels as near are neighbors.

    Returns:
        (5,); NaN if no voxel has a neighbor. Slices without do not count in a mean over slices.

    Raises:
        SettingsError: the aggregation joins directions.
    """
    distances = tuple(range(1, distance + 1))
    return neighborhood_features(levels, distances, 0, slicing_of(aggregation), threads=threads)[1]


def ngtdm_pyradiomics(
    levels: Levels, distances: tuple[int, ...] = (1,), flat_axis: int | None = None, threads: int = 1
) -> FloatArray:
    """PyRadiomics' features in the order of `TABLE_PYRADIOMICS`.

    Unlike IBSI, and unlike its own documentation, it also counts voxels without a neighbor, with no difference.

    Args:
        distances: Chebyshev, in voxels; only voxels at exactly these are neighbors.
        flat_axis: of k, j, i, the array axis that neighbors do not lie along (force2Ddimension); None is 3-D.

    Returns:
        (5,); NaN if the region is empty.
    """
    slicing = Slicing(in_plane=flat_axis is not None, by_slice=False)
    planes = as_planes(levels, flat_axis)
    return neighborhood_features(planes, distances, 0, slicing, lone=True, threads=threads)[1]


def ngtdm_map(windows: Windows) -> FloatArray:
    """Features of every window in the order of `TABLE`, of neighbors that touch.

    Returns:
        (5, bk, bj, bi); NaN also where no voxel of a window has a neighbor.
    """
    return neighborhood_map(windows, (1,), 0, tones=True)


def ngtdm_map_pyradiomics(windows: Windows, distances: tuple[int, ...] = (1,)) -> FloatArray:
    """PyRadiomics' features of every window in the order of `TABLE_PYRADIOMICS`: (5, bk, bj, bi).

    Args:
        distances: Chebyshev, in voxels; neighbors lie within the window.
    """
    return neighborhood_map(windows, distances, 0, tones=True, lone=True)
