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
from oncometry.features.ibsi_spec import IbsiSpec
from oncometry.features.intensity_settings import (
    Discretization,
    FixedBinNumber,
    FixedBinSize,
    IntensitySettings,
)
from oncometry.features.intensity_volume_histogram import IvhMethod, IvhSettings
from oncometry.features.region_source import RegionSource

__all__ = ["FAMILIES", "NO_CONSENSUS", "FamilyFunction", "numbers_of", "places_of", "suffixes_of"]


Compute = Callable[[RegionSource, IbsiSpec, IntensitySettings, Aggregation, int], FloatArray]


@dataclass(frozen=True)
class FamilyFunction:
    """What computes a family.

    Attributes:
        table: its features, in the order of the numbers.
        compute: numbers of a region with values, by spec, the settings of its image's unit, aggregation, threads.
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


NO_CONSENSUS = frozenset(
    {"morph_vol_dens_ombb", "morph_area_dens_ombb", "morph_vol_dens_mvee", "morph_area_dens_mvee", "ivh_auc"}
)
"""Tags without a reference value in IBSI-1."""


def _morphology(source: RegionSource, spec: IbsiSpec, *_: object) -> FloatArray:
    tags = {feature.tag for feature in morphology.TABLE}
    return morphology.morphology(source.region, tags if spec.without_consensus else tags - NO_CONSENSUS)


def _local_intensity(source: RegionSource, *_: object) -> FloatArray:
    return local_intensity.local_intensity(source.region)


def _statistics(source: RegionSource, *_: object) -> FloatArray:
    return intensity_statistics.intensity_statistics(source.values)


def _histogram(source: RegionSource, *_: object) -> FloatArray:
    return intensity_histogram.intensity_histogram(source.levels)


def _volume_histogram(
    source: RegionSource, _: IbsiSpec, settings: IntensitySettings, *__: object
) -> FloatArray:
    return intensity_volume_histogram.intensity_volume_histogram(source.values, _ivh(settings))


def _of_levels(function: Callable[..., FloatArray]) -> Compute:
    """A family that is computed of nothing but levels."""
    return lambda source, _, __, how, threads: function(source.levels, how, threads=threads)


def _gldzm(
    source: RegionSource, _: IbsiSpec, __: IntensitySettings, how: Aggregation, threads: int
) -> FloatArray:
    return gldzm.gldzm(source.levels, source.region.morphological, how, threads)


FAMILIES: Mapping[Family, FamilyFunction] = MappingProxyType(
    {
        Family.MORPHOLOGY: FamilyFunction(morphology.TABLE, _morphology),
        Family.LOCAL_INTENSITY: FamilyFunction(local_intensity.TABLE, _local_intensity),
        Family.INTENSITY_STATISTICS: FamilyFunction(intensity_statistics.TABLE, _statistics),
        Family.INTENSITY_HISTOGRAM: FamilyFunction(intensity_histogram.TABLE, _histogram),
        Family.INTENSITY_VOLUME_HISTOGRAM: FamilyFunction(
            intensity_volume_histogram.TABLE, _volume_histogram
        ),
        Family.GLCM: FamilyFunction(glcm.TABLE, _of_levels(glcm.glcm), _DIRECTIONAL),
        Family.GLRLM: FamilyFunction(glrlm.TABLE, _of_levels(glrlm.glrlm), _DIRECTIONAL),
        Family.GLSZM: FamilyFunction(glszm.TABLE, _of_levels(glszm.glszm), _VOLUMETRIC),
        Family.GLDZM: FamilyFunction(gldzm.TABLE, _gldzm, _VOLUMETRIC),
        Family.NGTDM: FamilyFunction(ngtdm.TABLE, _of_levels(ngtdm.ngtdm), _VOLUMETRIC),
        Family.NGLDM: FamilyFunction(ngldm.TABLE, _of_levels(ngldm.ngldm), _VOLUMETRIC),
    }
)


def suffixes_of(family: Family, spec: IbsiSpec) -> dict[str, Aggregation]:
    """Suffix of the tags -> aggregation, in order; one empty suffix for a family without aggregations."""
    known = FAMILIES[family].suffixes
    if not known:
        return {"": spec.aggregations[0]}
    return {known[a]: _STANDS_FOR.get(known[a], a) for a in spec.aggregations}


def places_of(family: Family, spec: IbsiSpec) -> list[int]:
    """Places in a family's table of the features that the spec asks for."""
    return [
        place
        for place, feature in enumerate(FAMILIES[family].table)
        if spec.without_consensus or feature.tag not in NO_CONSENSUS
    ]


def numbers_of(
    family: Family, source: RegionSource | None, spec: IbsiSpec, settings: IntensitySettings, threads: int
) -> list[float]:
    """Numbers of a family, for each suffix those of `places_of`; NaN without a region, or without values it needs."""
    function, places = FAMILIES[family], places_of(family, spec)
    chosen = suffixes_of(family, spec)
    if source is None or (source.reason is not None and family is not Family.MORPHOLOGY):
        return [np.nan] * (len(places) * len(chosen))
    return [
        number
        for aggregation in chosen.values()
        for number in function.compute(source, spec, settings, aggregation, threads)[places].tolist()
    ]
