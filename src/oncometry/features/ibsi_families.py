"""The families of IBSI-1: which values each gives, and what computes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from oncometry.core.geometry import FloatArray
from oncometry.features import (
    glcm,
    gldzm,
    glrlm,
    glszm,
    intensity_histogram,
    intensity_statistics,
    intensity_volume_histogram,
    local_intensity,
    morphology,
    ngldm,
    ngtdm,
)
from oncometry.features.feature import Aggregation, Family, Feature
from oncometry.features.intensity_settings import (
    Discretization,
    FixedBinNumber,
    FixedBinSize,
    IntensitySettings,
)
from oncometry.features.intensity_volume_histogram import IvhMethod, IvhSettings
from oncometry.features.region import Levels
from oncometry.features.region_source import RegionSource

__all__ = ["FAMILIES", "FamilyFunction", "numbers_of", "suffixes_of"]


Compute = Callable[[RegionSource, Levels, IntensitySettings, Aggregation, int], FloatArray]


@dataclass(frozen=True)
class FamilyFunction:
    """What computes a family.

    Attributes:
        table: its features, in the order of the numbers.
        compute: numbers of a region with values, as settings and aggregation say, on so many threads.
        suffixes: of the tags, for the aggregations that the family knows apart; empty where it has none.
    """

    table: tuple[Feature, ...]
    compute: Compute
    suffixes: Mapping[Aggregation, str] = field(default_factory=dict)


_DIRECTIONAL = {a: a.value for a in Aggregation}
_VOLUMETRIC = {
    Aggregation.AVERAGED_2D: "2D",
    Aggregation.SLICE_MERGED_2D: "2D",
    Aggregation.DIRECTION_MERGED_25D: "2_5D",
    Aggregation.MERGED_25D: "2_5D",
    Aggregation.AVERAGED_3D: "3D",
    Aggregation.MERGED_3D: "3D",
}
"""Families without directions tell only slices, merged slices and the volume apart."""

_STANDS_FOR = {"2D": Aggregation.AVERAGED_2D, "2_5D": Aggregation.MERGED_25D, "3D": Aggregation.MERGED_3D}


def _ivh(settings: IntensitySettings) -> IvhSettings:
    low, high = settings.range
    ivh: Discretization = settings.ivh
    if isinstance(ivh, FixedBinNumber):
        return IvhSettings(IvhMethod.NUMBER, number=ivh.count, lower=low, upper=high)
    if isinstance(ivh, FixedBinSize):
        return IvhSettings(IvhMethod.WIDTH, step=ivh.width, lower=low, upper=high)
    return IvhSettings(IvhMethod.DEFINITE, lower=low, upper=high)


FAMILIES: Mapping[Family, FamilyFunction] = MappingProxyType(
    {
        Family.MORPHOLOGY: FamilyFunction(
            morphology.TABLE, lambda source, *_: morphology.morphology(source.region)
        ),
        Family.LOCAL_INTENSITY: FamilyFunction(
            local_intensity.TABLE, lambda source, *_: local_intensity.local_intensity(source.region)
        ),
        Family.INTENSITY_STATISTICS: FamilyFunction(
            intensity_statistics.TABLE,
            lambda source, *_: intensity_statistics.intensity_statistics(source.values),
        ),
        Family.INTENSITY_HISTOGRAM: FamilyFunction(
            intensity_histogram.TABLE,
            lambda _, levels, *__: intensity_histogram.intensity_histogram(levels),
        ),
        Family.INTENSITY_VOLUME_HISTOGRAM: FamilyFunction(
            intensity_volume_histogram.TABLE,
            lambda source, _, settings, *__: intensity_volume_histogram.intensity_volume_histogram(
                source.values, _ivh(settings)
            ),
        ),
        Family.GLCM: FamilyFunction(
            glcm.TABLE,
            lambda _, levels, __, how, threads: glcm.glcm(levels, how, threads=threads),
            _DIRECTIONAL,
        ),
        Family.GLRLM: FamilyFunction(
            glrlm.TABLE,
            lambda _, levels, __, how, threads: glrlm.glrlm(levels, how, threads=threads),
            _DIRECTIONAL,
        ),
        Family.GLSZM: FamilyFunction(
            glszm.TABLE,
            lambda _, levels, __, how, threads: glszm.glszm(levels, how, threads=threads),
            _VOLUMETRIC,
        ),
        Family.GLDZM: FamilyFunction(
            gldzm.TABLE,
            lambda source, levels, _, how, threads: gldzm.gldzm(
                levels, source.region.morphological, how, threads=threads
            ),
            _VOLUMETRIC,
        ),
        Family.NGTDM: FamilyFunction(
            ngtdm.TABLE,
            lambda _, levels, __, how, threads: ngtdm.ngtdm(levels, how, threads=threads),
            _VOLUMETRIC,
        ),
        Family.NGLDM: FamilyFunction(
            ngldm.TABLE,
            lambda _, levels, __, how, threads: ngldm.ngldm(levels, how, threads=threads),
            _VOLUMETRIC,
        ),
    }
)


def suffixes_of(family: Family, aggregations: tuple[Aggregation, ...]) -> dict[str, Aggregation]:
    """Suffix of the tags -> aggregation, in order; one empty suffix for a family without aggregations."""
    known = FAMILIES[family].suffixes
    if not known:
        return {"": aggregations[0]}
    return {known[a]: _STANDS_FOR.get(known[a], a) for a in aggregations}


def numbers_of(
    family: Family,
    source: RegionSource | None,
    settings: IntensitySettings,
    aggregations: tuple[Aggregation, ...],
    threads: int,
) -> list[FloatArray]:
    """Numbers of a family, an array for each suffix; NaN without a region, or without values but for its shape."""
    function = FAMILIES[family]
    chosen = suffixes_of(family, aggregations)
    if source is not None and source.levels is None and family is Family.MORPHOLOGY:
        return [morphology.morphology(source.region)]
    if source is None or source.levels is None:
        return [np.full(len(function.table), np.nan)] * len(chosen)
    return [
        function.compute(source, source.levels, settings, aggregation, threads)
        for aggregation in chosen.values()
    ]
