"""Gray level run lengths: how many voxels of one level follow each other along a direction.

Source: IBSI reference manual (arXiv 1612.07003), section 3.7; PyRadiomics 3.0.1 for its own names and conventions.
"""

from __future__ import annotations

from oncometry import _native
from oncometry.core.geometry import FloatArray, Point
from oncometry.features.device import map_kernels
from oncometry.features.direction import AngleSettings, Direction, directions, plan_of, weights_of
from oncometry.features.feature import Aggregation, Feature, places_of_ids, table_of_names
from oncometry.features.region import Levels
from oncometry.features.windows import Windows

__all__ = ["TABLE", "TABLE_PYRADIOMICS", "glrlm", "glrlm_map", "glrlm_map_pyradiomics", "glrlm_pyradiomics"]

TABLE: tuple[Feature, ...] = (
    Feature("short_runs_emphasis", "22OV", "rlm_sre"),
    Feature("long_runs_emphasis", "W4KF", "rlm_lre"),
    Feature("low_gray_level_run_emphasis", "V3SW", "rlm_lgre"),
    Feature("high_gray_level_run_emphasis", "G3QZ", "rlm_hgre"),
    Feature("short_run_low_gray_level_emphasis", "HTZT", "rlm_srlge"),
    Feature("short_run_high_gray_level_emphasis", "GD3A", "rlm_srhge"),
    Feature("long_run_low_gray_level_emphasis", "IVPO", "rlm_lrlge"),
    Feature("long_run_high_gray_level_emphasis", "3KUM", "rlm_lrhge"),
    Feature("gray_level_non_uniformity", "R5YN", "rlm_glnu"),
    Feature("normalized_gray_level_non_uniformity", "OVBL", "rlm_glnu_norm"),
    Feature("run_length_non_uniformity", "W92Y", "rlm_rlnu"),
    Feature("normalized_run_length_non_uniformity", "IC23", "rlm_rlnu_norm"),
    Feature("run_percentage", "9ZK5", "rlm_r_perc"),
    Feature("gray_level_variance", "8CE5", "rlm_gl_var"),
    Feature("run_length_variance", "SXLW", "rlm_rl_var"),
    Feature("run_entropy", "HJ9O", "rlm_rl_entr"),
)

TABLE_PYRADIOMICS = table_of_names(
    {
        "ShortRunEmphasis": "22OV",
        "LongRunEmphasis": "W4KF",
        "GrayLevelNonUniformity": "R5YN",
        "GrayLevelNonUniformityNormalized": "OVBL",
        "RunLengthNonUniformity": "W92Y",
        "RunLengthNonUniformityNormalized": "IC23",
        "RunPercentage": "9ZK5",
        "GrayLevelVariance": "8CE5",
        "RunVariance": "SXLW",
        "RunEntropy": "HJ9O",
        "LowGrayLevelRunEmphasis": "V3SW",
        "HighGrayLevelRunEmphasis": "G3QZ",
        "ShortRunLowGrayLevelEmphasis": "HTZT",
        "ShortRunHighGrayLevelEmphasis": "GD3A",
        "LongRunLowGrayLevelEmphasis": "IVPO",
        "LongRunHighGrayLevelEmphasis": "3KUM",
    }
)

_PYRADIOMICS_PLACES = places_of_ids(TABLE_PYRADIOMICS, [feature.ibsi_id for feature in TABLE])


def glrlm(levels: Levels, aggregation: Aggregation, threads: int = 1) -> FloatArray:
    """Features of a region in the order of `TABLE`.

    The voxels that run percentage divides by count once for every direction merged (manual 3.7.13).

    Returns:
        (16,); NaN if the region is empty.
    """
    plan = plan_of(aggregation)
    return _native.glrlm(
        levels.array,
        levels.count,
        plan.directions,
        [1.0] * len(plan.directions),
        plan.by_slice,
        plan.merge,
        pyradiomics=False,
        threads=threads,
    )


def glrlm_pyradiomics(
    levels: Levels,
    settings: AngleSettings,
    spacing_mm: Point = (1.0, 1.0, 1.0),
    threads: int = 1,
) -> FloatArray:
    """PyRadiomics' features in the order of `TABLE_PYRADIOMICS`.

    As there, a direction along which no line holds two voxels of the region is left out: in a region of one slice, all
    that cross slices.

    Args:
        settings: its distances and its symmetry are GLCM's alone.
        spacing_mm: along i, j, k; for a weighting, here the length of the angle itself.

    Returns:
        (16,); NaN where every direction is left out.
    """
    angles = directions(flat_axis=settings.flat_axis)
    features = _native.glrlm(
        levels.array,
        levels.count,
        angles,
        weights_of(angles, spacing_mm, settings.weighting, float),
        by_slice=False,
        merge=settings.weighting is not None,
        pyradiomics=True,
        threads=threads,
    )
    return features[_PYRADIOMICS_PLACES]


def glrlm_map(windows: Windows, aggregation: Aggregation) -> FloatArray:
    """Features of every window in the order of `TABLE`.

    Args:
        windows: flat along k for an aggregation within slices, of which a window then has one.

    Returns:
        (16, bk, bj, bi).
    """
    plan = plan_of(aggregation)
    weights = [1.0] * len(plan.directions)
    return _of_windows(windows, plan.directions, weights, merge=plan.merge, pyradiomics=False)


def glrlm_map_pyradiomics(
    windows: Windows, settings: AngleSettings, spacing_mm: Point = (1.0, 1.0, 1.0)
) -> FloatArray:
    """PyRadiomics' features of every window in the order of `TABLE_PYRADIOMICS`.

    Args:
        spacing_mm: along i, j, k; for a weighting.

    Returns:
        (16, bk, bj, bi).
    """
    angles = directions(flat_axis=settings.flat_axis)
    weights = weights_of(angles, spacing_mm, settings.weighting, float)
    merge = settings.weighting is not None
    return _of_windows(windows, angles, weights, merge=merge, pyradiomics=True)[_PYRADIOMICS_PLACES]


def _of_windows(
    windows: Windows, angles: tuple[Direction, ...], weights: list[float], *, merge: bool, pyradiomics: bool
) -> FloatArray:
    with map_kernels(windows.device) as kernels:
        return kernels.glrlm_map(
            windows.levels.array,
            windows.levels.count,
            angles,
            weights,
            merge=merge,
            pyradiomics=pyradiomics,
            radii=windows.radii,
            centers=windows.centers,
            threads=windows.threads,
        )
