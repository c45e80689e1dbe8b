"""Neighboring gray level dependence: how many neighbors of a voxel have nearly its level.

Source: IBSI reference manual (arXiv 1612.07003), section 3.11; PyRadiomics 3.0.1, whose GLDM it is, for its own
names.
"""

from __future__ import annotations

from oncometry.core.geometry import FloatArray
from oncometry.features.feature import Aggregation, Feature
from oncometry.features.neighborhoods import neighborhood_features, neighborhood_map
from oncometry.features.region import Levels
from oncometry.features.slicing import Slicing, as_planes, slicing_of
from oncometry.features.windows import Windows

__all__ = ["TABLE", "TABLE_PYRADIOMICS", "gldm_map_pyradiomics", "gldm_pyradiomics", "ngldm", "ngldm_map"]

TABLE: tuple[Feature, ...] = (
    Feature("low_dependence_emphasis", "SODN", "ngl_lde"),
    Feature("high_dependence_emphasis", "IMOQ", "ngl_hde"),
    Feature("low_gray_level_count_emphasis", "TL9H", "ngl_lgce"),
    Feature("high_gray_level_count_emphasis", "OAE7", "ngl_hgce"),
    Feature("low_dependence_low_gray_level_emphasis", "EQ3F", "ngl_ldlge"),
    Feature("low_dependence_high_gray_level_emphasis", "JA6D", "ngl_ldhge"),
    Feature("high_dependence_low_gray_level_emphasis", "NBZI", "ngl_hdlge"),
    Feature("high_dependence_high_gray_level_emphasis", "9QMG", "ngl_hdhge"),
    Feature("gray_level_non_uniformity", "FP8K", "ngl_glnu"),
    Feature("normalized_gray_level_non_uniformity", "5SPA", "ngl_glnu_norm"),
    Feature("dependence_count_non_uniformity", "Z87G", "ngl_dcnu"),
    Feature("normalized_dependence_count_non_uniformity", "OKJI", "ngl_dcnu_norm"),
    Feature("dependence_count_percentage", "6XV8", "ngl_dc_perc"),
    Feature("gray_level_variance", "1PFV", "ngl_gl_var"),
    Feature("dependence_count_variance", "DNX2", "ngl_dc_var"),
    Feature("dependence_count_entropy", "FCBV", "ngl_dc_entr"),
    Feature("dependence_count_energy", "CAS9", "ngl_dc_energy"),
)

_PYRADIOMICS_NAMES = {
    "SmallDependenceEmphasis": "SODN",
    "LargeDependenceEmphasis": "IMOQ",
    "GrayLevelNonUniformity": "FP8K",
    "DependenceNonUniformity": "Z87G",
    "DependenceNonUniformityNormalized": "OKJI",
    "GrayLevelVariance": "1PFV",
    "DependenceVariance": "DNX2",
    "DependenceEntropy": "FCBV",
    "LowGrayLevelEmphasis": "TL9H",
    "HighGrayLevelEmphasis": "OAE7",
    "SmallDependenceLowGrayLevelEmphasis": "EQ3F",
    "SmallDependenceHighGrayLevelEmphasis": "JA6D",
    "LargeDependenceLowGrayLevelEmphasis": "NBZI",
    "LargeDependenceHighGrayLevelEmphasis": "9QMG",
}

TABLE_PYRADIOMICS: tuple[Feature, ...] = tuple(
    Feature(name, ibsi_id, name) for name, ibsi_id in _PYRADIOMICS_NAMES.items()
)

_KERNEL_ORDER = [feature.ibsi_id for feature in TABLE]
_PYRADIOMICS_ORDER = [_KERNEL_ORDER.index(feature.ibsi_id) for feature in TABLE_PYRADIOMICS]


def ngldm(
    levels: Levels, aggregation: Aggregation, alpha: int = 0, distance: int = 1, threads: int = 1
) -> FloatArray:
    """Features of a region in the order of `TABLE`.

    `neighborhoods.neighborhood_features` gives NGTDM's from the same pass.

    Args:
        alpha: coarseness; a neighbor whose level differs by no more is dependent.
        distance: Chebyshev, in voxels; all voxels as near are neighbors.

    Returns:
        (17,); NaN if the region is empty.

    Raises:
        SettingsError: the aggregation joins directions.
    """
    distances = tuple(range(1, distance + 1))
    return neighborhood_features(levels, distances, alpha, slicing_of(aggregation), threads=threads)[0]


def gldm_pyradiomics(
    levels: Levels,
    distances: tuple[int, ...] = (1,),
    alpha: float = 0.0,
    flat_axis: int | None = None,
    threads: int = 1,
) -> FloatArray:
    """PyRadiomics' features of its GLDM, in the order of `TABLE_PYRADIOMICS`.

    Args:
        distances: Chebyshev, in voxels; only voxels at exactly these are neighbors.
        alpha: its gldm_a.
        flat_axis: of k, j, i, the array axis that neighbors do not lie along (force2Ddimension); None is 3-D.

    Returns:
        (14,); NaN if the region is empty.
    """
    slicing = Slicing(in_plane=flat_axis is not None, by_slice=False)
    planes = as_planes(levels, flat_axis)
    return neighborhood_features(planes, distances, alpha, slicing, threads=threads)[0][_PYRADIOMICS_ORDER]


def ngldm_map(windows: Windows) -> FloatArray:
    """Features of every window in the order of `TABLE`, of neighbors that touch, alike in level: (17, bk, bj, bi)."""
    return neighborhood_map(windows, (1,), 0, tones=False)


def gldm_map_pyradiomics(
    windows: Windows, distances: tuple[int, ...] = (1,), alpha: float = 0.0
) -> FloatArray:
    """PyRadiomics' features of every window in the order of `TABLE_PYRADIOMICS`.

    Args:
        distances, alpha: as of `gldm_pyradiomics`; neighbors lie within the window.

    Returns:
        (14, bk, bj, bi).
    """
    return neighborhood_map(windows, distances, alpha, tones=False)[_PYRADIOMICS_ORDER]
