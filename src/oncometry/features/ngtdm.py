"""Neighborhood gray tone differences: how far voxels of a level are from the mean of their neighbors.

Source: IBSI reference manual (arXiv 1612.07003), section 3.10, after Amadasun and King,
doi:10.1109/21.44046; PyRadiomics 3.0.1 for its own names.
"""

from __future__ import annotations

from oncometry.core.geometry import FloatArray
from oncometry.features.feature import Feature
from oncometry.features.neighborhoods import neighborhood_map
from oncometry.features.windows import Windows

__all__ = ["TABLE", "TABLE_PYRADIOMICS", "ngtdm_map", "ngtdm_map_pyradiomics"]

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
