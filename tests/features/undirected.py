"""One family of a pass that computes two."""

from __future__ import annotations

from oncometry.core.geometry import FloatArray
from oncometry.features.feature import Aggregation
from oncometry.features.neighborhoods import neighborhood_features, neighborhoods_pyradiomics
from oncometry.features.ngldm import PYRADIOMICS_PLACES
from oncometry.features.region import Box, Levels
from oncometry.features.slicing import slicing_of
from oncometry.features.zones import zone_features


def glszm(levels: Levels, aggregation: Aggregation, threads: int = 1) -> FloatArray:
    return zone_features(levels, None, slicing_of(aggregation), threads)[0]


def gldzm(levels: Levels, morphological: Box, aggregation: Aggregation, threads: int = 1) -> FloatArray:
    return zone_features(levels, morphological, slicing_of(aggregation), threads)[1]


def ngldm(
    levels: Levels, aggregation: Aggregation, alpha: int = 0, distance: int = 1, threads: int = 1
) -> FloatArray:
    distances = tuple(range(1, distance + 1))
    return neighborhood_features(levels, distances, alpha, slicing_of(aggregation), threads=threads)[0]


def ngtdm(levels: Levels, aggregation: Aggregation, distance: int = 1, threads: int = 1) -> FloatArray:
    distances = tuple(range(1, distance + 1))
    return neighborhood_features(levels, distances, 0, slicing_of(aggregation), threads=threads)[1]


def gldm_pyradiomics(
    levels: Levels, distances: tuple[int, ...] = (1,), alpha: float = 0.0, flat_axis: int | None = None
) -> FloatArray:
    return neighborhoods_pyradiomics(levels, distances, alpha, flat_axis)[0][PYRADIOMICS_PLACES]


def ngtdm_pyradiomics(
    levels: Levels, distances: tuple[int, ...] = (1,), flat_axis: int | None = None
) -> FloatArray:
    return neighborhoods_pyradiomics(levels, distances, flat_axis=flat_axis)[1]
