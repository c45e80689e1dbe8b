"""The features that pages show, in a reader's words; the tables hold all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["CHOSEN", "FIRST_FEATURE", "ChosenFeature", "chosen_in", "feature_columns"]

FIRST_FEATURE = "spec_sha256"
"""The column of `features_wide` that those of features come after."""

MOST_OTHERS = 30


@dataclass(frozen=True)
class ChosenFeature:
    """A column of `features_wide`.

    Attributes:
        column: its name.
        about: what it tells of.
        name: as shown.
        in_table: whether the patient's table has it.
    """

    column: str
    about: str
    name: str
    in_table: bool = False


SHAPE, VALUES, TEXTURE = "Size and shape", "Voxel values", "Texture"
TABLED = True

CHOSEN = (
    ChosenFeature("morph_volume", SHAPE, "volume of the mesh (mm³)", TABLED),
    ChosenFeature("morph_area_mesh", SHAPE, "surface area (mm²)"),
    ChosenFeature("morph_diam", SHAPE, "longest 3-D diameter (mm)"),
    ChosenFeature("morph_sphericity", SHAPE, "sphericity", TABLED),
    ChosenFeature("morph_pca_elongation", SHAPE, "elongation", TABLED),
    ChosenFeature("morph_pca_flatness", SHAPE, "flatness"),
    ChosenFeature("morph_vol_dens_conv_hull", SHAPE, "share of its convex hull"),
    ChosenFeature("stat_mean", VALUES, "mean", TABLED),
    ChosenFeature("stat_median", VALUES, "median"),
    ChosenFeature("stat_p10", VALUES, "10th percentile"),
    ChosenFeature("stat_p90", VALUES, "90th percentile"),
    ChosenFeature("stat_iqr", VALUES, "interquartile range"),
    ChosenFeature("stat_skew", VALUES, "skewness"),
    ChosenFeature("stat_kurt", VALUES, "kurtosis"),
    ChosenFeature("loc_peak_loc", VALUES, "local peak"),
    ChosenFeature("ih_entropy", VALUES, "entropy of the histogram", TABLED),
    ChosenFeature("ih_uniformity", VALUES, "uniformity of the histogram"),
    ChosenFeature("cm_contrast_3D_comb", TEXTURE, "contrast of neighbors (GLCM)", TABLED),
    ChosenFeature("cm_inv_diff_mom_3D_comb", TEXTURE, "homogeneity (GLCM)"),
    ChosenFeature("cm_corr_3D_comb", TEXTURE, "correlation of neighbors (GLCM)"),
    ChosenFeature("cm_joint_entr_3D_comb", TEXTURE, "entropy of neighbors (GLCM)", TABLED),
    ChosenFeature("cm_clust_shade_3D_comb", TEXTURE, "cluster shade (GLCM)"),
    ChosenFeature("rlm_sre_3D_comb", TEXTURE, "short runs (GLRLM)"),
    ChosenFeature("rlm_lre_3D_comb", TEXTURE, "long runs (GLRLM)"),
    ChosenFeature("szm_sze_3D", TEXTURE, "small zones (GLSZM)"),
    ChosenFeature("szm_lze_3D", TEXTURE, "large zones (GLSZM)"),
    ChosenFeature("dzm_lde_3D", TEXTURE, "zones far from the border (GLDZM)"),
    ChosenFeature("ngt_coarseness_3D", TEXTURE, "coarseness (NGTDM)", TABLED),
    ChosenFeature("ngt_busyness_3D", TEXTURE, "busyness (NGTDM)"),
    ChosenFeature("ngl_dc_entr_3D", TEXTURE, "entropy of dependence (NGLDM)"),
)
"""By the tags of the default spec."""


def feature_columns(columns: Sequence[str]) -> list[str]:
    """Those of features among the columns of `features_wide`."""
    names = list(columns)
    return names[names.index(FIRST_FEATURE) + 1 :]


def chosen_in(columns: Sequence[str]) -> list[ChosenFeature]:
    """What is shown of the columns of `features_wide`; the first ones, where another profile has other names."""
    there = feature_columns(columns)
    found = [feature for feature in CHOSEN if feature.column in there]
    others = [ChosenFeature(c, "", c, at < 8) for at, c in enumerate(there[:MOST_OTHERS])]
    return found or others
