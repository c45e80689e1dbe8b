"""Gray level distance zones: how far from the region's border zones of one level lie.

Source: IBSI reference manual (arXiv 1612.07003), section 3.9.
"""

from __future__ import annotations

from oncometry.features.feature import Feature

__all__ = ["TABLE"]

TABLE: tuple[Feature, ...] = (
    Feature("small_distance_emphasis", "0GBI", "dzm_sde"),
    Feature("large_distance_emphasis", "MB4I", "dzm_lde"),
    Feature("low_gray_level_zone_emphasis", "S1RA", "dzm_lgze"),
    Feature("high_gray_level_zone_emphasis", "K26C", "dzm_hgze"),
    Feature("small_distance_low_gray_level_emphasis", "RUVG", "dzm_sdlge"),
    Feature("small_distance_high_gray_level_emphasis", "DKNJ", "dzm_sdhge"),
    Feature("large_distance_low_gray_level_emphasis", "A7WM", "dzm_ldlge"),
    Feature("large_distance_high_gray_level_emphasis", "KLTH", "dzm_ldhge"),
    Feature("gray_level_non_uniformity", "VFT7", "dzm_glnu"),
    Feature("normalized_gray_level_non_uniformity", "7HP3", "dzm_glnu_norm"),
    Feature("zone_distance_non_uniformity", "V294", "dzm_zdnu"),
    Feature("normalized_zone_distance_non_uniformity", "IATH", "dzm_zdnu_norm"),
    Feature("zone_percentage", "VIWW", "dzm_z_perc"),
    Feature("gray_level_variance", "QK93", "dzm_gl_var"),
    Feature("zone_distance_variance", "7WT1", "dzm_zd_var"),
    Feature("zone_distance_entropy", "GBDU", "dzm_zd_entr"),
)
