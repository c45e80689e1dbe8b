"""The families of IBSI-1: which values each gives, and what computes them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from oncometry.core.errors import Code, SettingsError
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
    AsLevels,
    FixedBinNumber,
    FixedBinSize,
    IntensitySettings,
)
from oncometry.features.intensity_volume_histogram import IvhMethod, IvhSettings
from oncometry.features.jobs import Jobs
from oncometry.features.neighborhoods import NeighborhoodFeatures, neighborhood_features
from oncometry.features.region_source import RegionSource
from oncometry.features.slicing import slicing_of
from oncometry.features.zones import ZoneFeatures, zone_features

__all__ = ["FAMILIES", "NO_CONSENSUS", "FamilyTable", "places_of", "start_numbers", "suffixes_of"]


Compute = Callable[[RegionSource, IbsiSpec, IntensitySettings, Aggregation, int], Sequence[FloatArray]]


@dataclass(frozen=True)
class FamilyTable:
    """What a family gives.

    Attributes:
        table: its features, in the order of the numbers.
        suffixes: of the tags, for the aggregations that the family knows apart; empty where it has none.
    """

    table: tuple[Feature, ...]
    suffixes: Mapping[Aggregation, str] = field(default_factory=dict)


class Pass(NamedTuple):
    """Families that are computed together.

    Attributes:
        families: with the same suffixes.
        compute: for each family the numbers of its table, of a region with values, by spec, the settings of its image's
            unit, aggregation, threads.
    """

    families: tuple[Family, ...]
    compute: Compute


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


def _ivh(values: NDArray[Any], settings: IntensitySettings) -> IvhSettings:
    low, high = settings.range
    match settings.ivh:
        case FixedBinNumber(count=count):
            return IvhSettings(IvhMethod.NUMBER, number=count, lower=low, upper=high)
        case FixedBinSize(width=width):
            return IvhSettings(IvhMethod.WIDTH, step=width, lower=low, upper=high)
        case AsLevels() if (values != np.rint(values)).any():
            raise SettingsError(
                Code.SETTINGS,
                f"ivh method none takes whole numbers as they are; the region has others, "
                f"from {values.min():g} to {values.max():g}.",
                advice="Give ivh: {method: fixed_bin_number, count: 1000}, or leave ivh out.",
            )
    return IvhSettings(IvhMethod.DEFINITE, lower=low, upper=high)


NO_CONSENSUS = frozenset(
    {"morph_vol_dens_ombb", "morph_area_dens_ombb", "morph_vol_dens_mvee", "morph_area_dens_mvee", "ivh_auc"}
)
"""Tags without a reference value in IBSI-1."""


def _morphology(source: RegionSource, spec: IbsiSpec, *_: object) -> list[FloatArray]:
    tags = {feature.tag for feature in morphology.TABLE}
    return [morphology.morphology(source.region, tags if spec.without_consensus else tags - NO_CONSENSUS)]


def _local_intensity(source: RegionSource, *_: object) -> list[FloatArray]:
    return [local_intensity.local_intensity(source.region)]


def _statistics(source: RegionSource, *_: object) -> list[FloatArray]:
    return [intensity_statistics.intensity_statistics(source.values)]


def _histogram(source: RegionSource, *_: object) -> list[FloatArray]:
    return [intensity_histogram.intensity_histogram(source.levels)]


def _volume_histogram(
    source: RegionSource, _: IbsiSpec, settings: IntensitySettings, *__: object
) -> list[FloatArray]:
    return [
        intensity_volume_histogram.intensity_volume_histogram(source.values, _ivh(source.values, settings))
    ]


def _glcm(
    source: RegionSource, _: IbsiSpec, __: IntensitySettings, how: Aggregation, threads: int
) -> list[FloatArray]:
    return [glcm.glcm(source.levels, how, threads=threads)]


def _glrlm(
    source: RegionSource, _: IbsiSpec, __: IntensitySettings, how: Aggregation, threads: int
) -> list[FloatArray]:
    return [glrlm.glrlm(source.levels, how, threads)]


def _zones(
    source: RegionSource, _: IbsiSpec, __: IntensitySettings, how: Aggregation, threads: int
) -> ZoneFeatures:
    return zone_features(source.levels, source.region.morphological, slicing_of(how), threads)


def _neighborhoods(
    source: RegionSource, _: IbsiSpec, __: IntensitySettings, how: Aggregation, threads: int
) -> NeighborhoodFeatures:
    return neighborhood_features(source.levels, (1,), 0, slicing_of(how), threads=threads)


FAMILIES: Mapping[Family, FamilyTable] = MappingProxyType(
    {
        Family.MORPHOLOGY: FamilyTable(morphology.TABLE),
        Family.LOCAL_INTENSITY: FamilyTable(local_intensity.TABLE),
        Family.INTENSITY_STATISTICS: FamilyTable(intensity_statistics.TABLE),
        Family.INTENSITY_HISTOGRAM: FamilyTable(intensity_histogram.TABLE),
        Family.INTENSITY_VOLUME_HISTOGRAM: FamilyTable(intensity_volume_histogram.TABLE),
        Family.GLCM: FamilyTable(glcm.TABLE, _DIRECTIONAL),
        Family.GLRLM: FamilyTable(glrlm.TABLE, _DIRECTIONAL),
        Family.GLSZM: FamilyTable(glszm.TABLE, _VOLUMETRIC),
        Family.GLDZM: FamilyTable(gldzm.TABLE, _VOLUMETRIC),
        Family.NGTDM: FamilyTable(ngtdm.TABLE, _VOLUMETRIC),
        Family.NGLDM: FamilyTable(ngldm.TABLE, _VOLUMETRIC),
    }
)

_PASSES = (
    Pass((Family.MORPHOLOGY,), _morphology),
    Pass((Family.LOCAL_INTENSITY,), _local_intensity),
    Pass((Family.GLRLM,), _glrlm),
    Pass((Family.GLSZM, Family.GLDZM), _zones),
    Pass((Family.NGLDM, Family.NGTDM), _neighborhoods),
    Pass((Family.INTENSITY_STATISTICS,), _statistics),
    Pass((Family.INTENSITY_HISTOGRAM,), _histogram),
    Pass((Family.INTENSITY_VOLUME_HISTOGRAM,), _volume_histogram),
    Pass((Family.GLCM,), _glcm),
)
"""The longest first, so that threads end together; last one that several share well."""


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


def start_numbers(
    families: Collection[Family],
    source: RegionSource | None,
    spec: IbsiSpec,
    settings: IntensitySettings,
    jobs: Jobs,
) -> Callable[[], list[float]]:
    """Start computing the families' numbers, in their order, for each suffix those of `places_of`.

    Returns:
        What waits for them; NaN without a region, or without values that a family needs.
    """
    calls = [] if source is None else _calls(families, source, spec, settings)
    shares = jobs.shares(len(calls))
    started = [
        jobs.start(partial(call.compute, threads)) for call, threads in zip(calls, shares, strict=True)
    ]

    def finish() -> list[float]:
        found: dict[tuple[Family, str], FloatArray] = {}
        for call, numbers in zip(calls, jobs.results(started), strict=True):
            found |= {(family, call.suffix): own for family, own in zip(call.families, numbers, strict=True)}
        return [
            number
            for family in families
            for suffix in suffixes_of(family, spec)
            for number in _chosen(found.get((family, suffix)), places_of(family, spec))
        ]

    return finish


class _Call(NamedTuple):
    """A pass over a region with one aggregation, by the number of threads."""

    families: tuple[Family, ...]
    suffix: str
    compute: Callable[[int], Sequence[FloatArray]]


def _calls(
    families: Collection[Family], source: RegionSource, spec: IbsiSpec, settings: IntensitySettings
) -> list[_Call]:
    """Those that give the families and for which the region has what they need."""
    return [
        _Call(one.families, suffix, partial(one.compute, source, spec, settings, aggregation))
        for one in _PASSES
        if not set(families).isdisjoint(one.families)
        and (source.reason is None or one.families == (Family.MORPHOLOGY,))
        for suffix, aggregation in suffixes_of(one.families[0], spec).items()
    ]


def _chosen(numbers: FloatArray | None, places: list[int]) -> list[float]:
    return [np.nan] * len(places) if numbers is None else numbers[places].tolist()
