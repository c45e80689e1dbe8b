"""Neighborhood gray tone differences: how far voxels of a level are from the mean of their neighbors.

Source: IBSI reference manual (arXiv 1612.07003), section 3.10, after Amadasun and King,
doi:10.1109/21.44046; PyRadiomics 3.0.1 for its own names.
"""

from __future__ import annotations

from oncometry.core.geometry import FloatArray
from oncometry.features.feature import Feature
from oncometry.features.neighborhoods import neighborhood_map
from oncometry.features.region import Levels

__all__ = ["TABLE", "TABLE_PYRADIOMICS", "ngtdm_map"]

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


def ngtdm_map(
    levels: Levels,
    radius: int,
    distances: tuple[int, ...] = (1,),
    flat_axis: int | None = None,
    threads: int = 1,
) -> FloatArray:
    """PyRadiomics' features around each voxel, of the part of its neighborhood that lies in the region.

    Args:
        radius: of the neighborhood, which is 2 radius + 1 voxels wide, and one voxel along a flat axis.

    Returns:
        (5, bk, bj, bi) of the region's box, in the order of `TABLE_PYRADIOMICS`; NaN outside the region.
    """
    return neighborhood_map(levels, radius, distances, 0, flat_axis, tones=True, threads=threads)
