"""Extraction by an IBSI spec."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from oncometry.core.errors import Code
from oncometry.core.image import Image
from oncometry.core.segmentation import Segment, Segmentation
from oncometry.core.terms import Unit
from oncometry.features.change import UNCHANGED, Change
from oncometry.features.columns import ORIGINAL, Column, columns_of, values_of, why_undefined
from oncometry.features.feature import Family
from oncometry.features.fingerprint import image_hash, segment_hash
from oncometry.features.ibsi_families import FAMILIES, numbers_of, places_of, suffixes_of
from oncometry.features.ibsi_spec import IbsiSpec
from oncometry.features.intensity_settings import IntensitySettings
from oncometry.features.prepare import prepare_image, prepare_region, respond
from oncometry.features.region_source import RegionSource
from oncometry.features.result import FeatureVector

__all__ = ["extract_ibsi", "spec_columns"]


def extract_ibsi(
    image: Image,
    segmentation: Segmentation,
    segments: Sequence[Segment],
    spec: IbsiSpec,
    threads: int,
    change: Change = UNCHANGED,
) -> list[FeatureVector]:
    """As `oncometry.features.extract`, of one image whose grid is known to be the segmentation's."""
    settings = spec.intensity_for(image.unit)
    prepared = prepare_image(image, segments, spec.resample, whole=bool(spec.filters), change=change)
    trusted = segmentation.lengths_trusted
    vectors = []
    for segment in segments:
        about = (spec.hash, image_hash(image), segment_hash(segment, segmentation.geometry))
        source = prepare_region(prepared, segment, settings, change)
        numbers = _numbers(spec.families, source, spec, settings, threads)
        columns = spec_columns(spec, image.unit, ORIGINAL)
        values = values_of(columns, numbers, _missing(source), lengths_trusted=trusted)
        vectors.append(FeatureVector(image.key, segment.number, ORIGINAL, values, *about))
        for filter_ in spec.filters:
            response = None if source is None else respond(source, filter_, spec.response)
            numbers = _numbers(spec.response_families, response, spec, spec.response, threads)
            columns = spec_columns(spec, Unit.ARBITRARY, filter_.name)
            values = values_of(columns, numbers, _missing(response), lengths_trusted=trusted)
            vectors.append(FeatureVector(image.key, segment.number, filter_.name, values, *about))
    return vectors


@lru_cache(maxsize=64)
def spec_columns(spec: IbsiSpec, unit: Unit, name: str) -> tuple[Column, ...]:
    """Every value that a spec gives, in order; of a response map, tags begin with the filter's name.

    Args:
        unit: of the image's values.
        name: of the filter, or 'original'.
    """
    columns = [
        column
        for family in (spec.families if name == ORIGINAL else spec.response_families)
        for suffix in suffixes_of(family, spec)
        for column in columns_of(
            family, [FAMILIES[family].table[p] for p in places_of(family, spec)], suffix, unit.value
        )
    ]
    return tuple(c if name == ORIGINAL else c._replace(tag=f"{name}_{c.tag}") for c in columns)


def _numbers(
    families: Sequence[Family],
    source: RegionSource | None,
    spec: IbsiSpec,
    settings: IntensitySettings,
    threads: int,
) -> list[float]:
    return [number for family in families for number in numbers_of(family, source, spec, settings, threads)]


def _missing(source: RegionSource | None) -> Code:
    """Why a number of the region is missing, where one is."""
    if source is None:
        return Code.MASK_EMPTY
    return source.reason or why_undefined(source.values)
