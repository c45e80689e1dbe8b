"""Neighboring gray level dependence: how many neighbors of a voxel have nearly its level.

Source: IBSI reference manual (arXiv 1612.07003), section 3.11; PyRadiomics 3.0.1, whose GLDM it is, for its own
names.
"""

from __future__ import annotations

from oncometry.core.geometry import FloatArray
from oncometry.features.feature import Feature, places_of_ids, table_of_names
from oncometry.features.neighborhoods import neighborhood_map
from oncometry.features.windows import Windows

__all__ = ["PYRADIOMICS_PLACES", "TABLE", "TABLE_PYRADIOMICS", "gldm_map_pyradiomics", "ngldm_map"]

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

TABLE_PYRADIOMICS = table_of_names(
    {
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
)

PYRADIOMICS_PLACES = places_of_ids(TABLE_PYRADIOMICS, [feature.ibsi_id for feature in TABLE])
"""Of its features among those of `TABLE`."""


def ngldm_map(windows: Windows) -> FloatArray:
    """Features of every window in the order of `TABLE`, of neighbors that touch, alike in level: (17, bk, bj, bi)."""
    return neighborhood_map(windows, (1,), 0, tones=False)


def gldm_map_pyradiomics(
    windows: Windows, distances: tuple[int, ...] = (1,), alpha: float = 0.0
) -> FloatArray:
    """PyRadiomics' features of every window in the order of `TABLE_PYRADIOMICS`.

    Args:
        distances, alpha: as of `neighborhoods.neighborhoods_pyradiomics`; neighbors lie within the window.

    Returns:
        (14, bk, bj, bi).
    """
    return neighborhood_map(windows, distances, alpha, tones=False)[PYRADIOMICS_PLACES]
