"""Gray level size zones: how many voxels of one level lie together.

Source: IBSI reference manual (arXiv 1612.07003), section 3.8; PyRadiomics 3.0.1 for its own names.
"""

from __future__ import annotations

from oncometry.core.geometry import FloatArray
from oncometry.features.feature import Feature, places_of_ids, table_of_names
from oncometry.features.region import Levels
from oncometry.features.slicing import Slicing, as_planes
from oncometry.features.windows import Windows
from oncometry.features.zones import size_map, zone_features

__all__ = ["TABLE", "TABLE_PYRADIOMICS", "glszm_map", "glszm_map_pyradiomics", "glszm_pyradiomics"]

TABLE: tuple[Feature, ...] = (
    Feature("small_zone_emphasis", "5QRC", "szm_sze"),
    Feature("large_zone_emphasis", "48P8", "szm_lze"),
    Feature("low_gray_level_zone_emphasis", "XMSY", "szm_lgze"),
    Feature("high_gray_level_zone_emphasis", "5GN9", "szm_hgze"),
    Feature("small_zone_low_gray_level_emphasis", "5RAI", "szm_szlge"),
    Feature("small_zone_high_gray_level_emphasis", "HW1V", "szm_szhge"),
    Feature("large_zone_low_gray_level_emphasis", "YH51", "szm_lzlge"),
    Feature("large_zone_high_gray_level_emphasis", "J17V", "szm_lzhge"),
    Feature("gray_level_non_uniformity", "JNSA", "szm_glnu"),
    Feature("normalized_gray_level_non_uniformity", "Y1RO", "szm_glnu_norm"),
    Feature("zone_size_non_uniformity", "4JP3", "szm_zsnu"),
    Feature("normalized_zone_size_non_uniformity", "VB3A", "szm_zsnu_norm"),
    Feature("zone_percentage", "P30P", "szm_z_perc"),
    Feature("gray_level_variance", "BYLV", "szm_gl_var"),
    Feature("zone_size_variance", "3NSA", "szm_zs_var"),
    Feature("zone_size_entropy", "GU8N", "szm_zs_entr"),
)

TABLE_PYRADIOMICS = table_of_names(
    {
        "SmallAreaEmphasis": "5QRC",
        "LargeAreaEmphasis": "48P8",
        "GrayLevelNonUniformity": "JNSA",
        "GrayLevelNonUniformityNormalized": "Y1RO",
        "SizeZoneNonUniformity": "4JP3",
        "SizeZoneNonUniformityNormalized": "VB3A",
        "ZonePercentage": "P30P",
        "GrayLevelVariance": "BYLV",
        "ZoneVariance": "3NSA",
        "ZoneEntropy": "GU8N",
        "LowGrayLevelZoneEmphasis": "XMSY",
        "HighGrayLevelZoneEmphasis": "5GN9",
        "SmallAreaLowGrayLevelEmphasis": "5RAI",
        "SmallAreaHighGrayLevelEmphasis": "HW1V",
        "LargeAreaLowGrayLevelEmphasis": "YH51",
        "LargeAreaHighGrayLevelEmphasis": "J17V",
    }
)

_PYRADIOMICS_PLACES = places_of_ids(TABLE_PYRADIOMICS, [feature.ibsi_id for feature in TABLE])


def glszm_pyradiomics(levels: Levels, flat_axis: int | None = None, threads: int = 1) -> FloatArray:
    """PyRadiomics' features in the order of `TABLE_PYRADIOMICS`.

    Args:
        flat_axis: of k, j, i, the array axis that zones do not extend along (force2Ddimension); None is 3-D.

    Returns:
        (16,); NaN if the region is empty.
    """
    slicing = Slicing(in_plane=flat_axis is not None, by_slice=False)
    return zone_features(as_planes(levels, flat_axis), None, slicing, threads)[0][_PYRADIOMICS_PLACES]


def glszm_map(windows: Windows) -> FloatArray:
    """Features of every window in the order of `TABLE`: (16, bk, bj, bi)."""
    return size_map(windows)


def glszm_map_pyradiomics(windows: Windows) -> FloatArray:
    """PyRadiomics' features of every window in the order of `TABLE_PYRADIOMICS`: (16, bk, bj, bi)."""
    return size_map(windows)[_PYRADIOMICS_PLACES]
