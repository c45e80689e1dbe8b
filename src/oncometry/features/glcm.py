"""Gray level co-occurrence: which levels lie beside which.

Source: IBSI reference manual (arXiv 1612.07003), section 3.6; PyRadiomics 3.0.1 for its own names and conventions.
"""

from __future__ import annotations

import math

from oncometry import _native
from oncometry.core.geometry import FloatArray, Point
from oncometry.features.device import map_kernels
from oncometry.features.direction import AngleSettings, directions, plan_of, weights_of
from oncometry.features.feature import Aggregation, Feature, places_of_ids, table_of_names
from oncometry.features.region import Levels
from oncometry.features.windows import Windows

__all__ = ["TABLE", "TABLE_PYRADIOMICS", "glcm", "glcm_map", "glcm_map_pyradiomics", "glcm_pyradiomics"]

TABLE: tuple[Feature, ...] = (
    Feature("joint_maximum", "GYBY", "cm_joint_max"),
    Feature("joint_average", "60VM", "cm_joint_avg"),
    Feature("joint_variance", "UR99", "cm_joint_var"),
    Feature("joint_entropy", "TU9B", "cm_joint_entr"),
    Feature("difference_average", "TF7R", "cm_diff_avg"),
    Feature("difference_variance", "D3YU", "cm_diff_var"),
    Feature("difference_entropy", "NTRS", "cm_diff_entr"),
    Feature("sum_average", "ZGXS", "cm_sum_avg"),
    Feature("sum_variance", "OEEB", "cm_sum_var"),
    Feature("sum_entropy", "P6QZ", "cm_sum_entr"),
    Feature("angular_second_moment", "8ZQL", "cm_energy"),
    Feature("contrast", "ACUI", "cm_contrast"),
    Feature("dissimilarity", "8S9J", "cm_dissimilarity"),
    Feature("inverse_difference", "IB1Z", "cm_inv_diff"),
    Feature("normalized_inverse_difference", "NDRX", "cm_inv_diff_norm"),
    Feature("inverse_difference_moment", "WF0Z", "cm_inv_diff_mom"),
    Feature("normalized_inverse_difference_moment", "1QCO", "cm_inv_diff_mom_norm"),
    Feature("inverse_variance", "E8JP", "cm_inv_var"),
    Feature("correlation", "NI2N", "cm_corr"),
    Feature("autocorrelation", "QWB0", "cm_auto_corr"),
    Feature("cluster_tendency", "DG8W", "cm_clust_tend"),
    Feature("cluster_shade", "7NFM", "cm_clust_shade"),
    Feature("cluster_prominence", "AE86", "cm_clust_prom"),
    Feature("first_measure_of_information_correlation", "R8DG", "cm_info_corr1"),
    Feature("second_measure_of_information_correlation", "JN9H", "cm_info_corr2"),
)

TABLE_PYRADIOMICS = table_of_names(
    {
        "Autocorrelation": "QWB0",
        "JointAverage": "60VM",
        "ClusterProminence": "AE86",
        "ClusterShade": "7NFM",
        "ClusterTendency": "DG8W",
        "Contrast": "ACUI",
        "Correlation": "NI2N",
        "DifferenceAverage": "TF7R",
        "DifferenceEntropy": "NTRS",
        "DifferenceVariance": "D3YU",
        "JointEnergy": "8ZQL",
        "JointEntropy": "TU9B",
        "Imc1": "R8DG",
        "Imc2": "JN9H",
        "Idm": "WF0Z",
        "MCC": "",
        "Idmn": "1QCO",
        "Id": "IB1Z",
        "Idn": "NDRX",
        "InverseVariance": "E8JP",
        "MaximumProbability": "GYBY",
        "SumAverage": "ZGXS",
        "SumEntropy": "P6QZ",
        "SumSquares": "UR99",
    }
)

_PYRADIOMICS_PLACES = places_of_ids(TABLE_PYRADIOMICS, [*(feature.ibsi_id for feature in TABLE), ""])


def glcm(levels: Levels, aggregation: Aggregation, distance: int = 1, threads: int = 1) -> FloatArray:
    """Features of a region in the order of `TABLE`.

    Matrices without a pair of voxels are left out of averages; a feature that a matrix leaves undefined (correlation
    and first information correlation, where all its levels are equal) is averaged over the others.

    Args:
        distance: Chebyshev length of the steps between paired voxels, along the 13 directions.

    Returns:
        (25,); NaN where no matrix defines a value.
    """
    plan = plan_of(aggregation, distance)
    return _native.glcm(
        levels.array,
        levels.count,
        plan.directions,
        [1.0] * len(plan.directions),
        plan.by_slice,
        plan.merge,
        symmetric=True,
        pyradiomics=False,
        threads=threads,
    )


def glcm_pyradiomics(
    levels: Levels,
    settings: AngleSettings,
    spacing_mm: Point = (1.0, 1.0, 1.0),
    threads: int = 1,
) -> FloatArray:
    """PyRadiomics' features in the order of `TABLE_PYRADIOMICS`.

    As in PyRadiomics, correlation of a matrix of one level is 1, its first information correlation is 0, and the
    maximal correlation coefficient of a region of one level is 1.

    Args:
        spacing_mm: along i, j, k; for a weighting.

    Returns:
        (24,); NaN where no two voxels are paired.
    """
    angles = directions(settings.distances, settings.flat_axis)
    features = _native.glcm(
        levels.array,
        levels.count,
        angles,
        weights_of(angles, spacing_mm, settings.weighting, _fading),
        by_slice=False,
        merge=settings.weighting is not None,
        symmetric=settings.symmetric,
        pyradiomics=True,
        threads=threads,
    )
    return features[_PYRADIOMICS_PLACES]


def glcm_map(windows: Windows, aggregation: Aggregation) -> FloatArray:
    """Features of every window in the order of `TABLE`.

    Args:
        windows: flat along k for an aggregation within slices, of which a window then has one.

    Returns:
        (25, bk, bj, bi).
    """
    plan = plan_of(aggregation)
    with map_kernels(windows.device) as kernels:
        return kernels.glcm_map(
            windows.levels.array,
            windows.levels.count,
            plan.directions,
            [1.0] * len(plan.directions),
            merge=plan.merge,
            symmetric=True,
            pyradiomics=False,
            radii=windows.radii,
            centers=windows.centers,
            threads=windows.threads,
        )


def glcm_map_pyradiomics(
    windows: Windows, settings: AngleSettings, spacing_mm: Point = (1.0, 1.0, 1.0)
) -> FloatArray:
    """PyRadiomics' features of every window in the order of `TABLE_PYRADIOMICS`.

    Args:
        spacing_mm: along i, j, k; for a weighting.

    Returns:
        (24, bk, bj, bi); NaN also where no two voxels of a window are paired.
    """
    angles = directions(settings.distances, settings.flat_axis)
    with map_kernels(windows.device) as kernels:
        features = kernels.glcm_map(
            windows.levels.array,
            windows.levels.count,
            angles,
            weights_of(angles, spacing_mm, settings.weighting, _fading),
            merge=settings.weighting is not None,
            symmetric=settings.symmetric,
            pyradiomics=True,
            radii=windows.radii,
            centers=windows.centers,
            threads=windows.threads,
        )
    return features[_PYRADIOMICS_PLACES]


def _fading(length_mm: float) -> float:
    return math.exp(-(length_mm**2))
