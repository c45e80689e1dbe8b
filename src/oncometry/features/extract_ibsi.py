"""Extraction by an IBSI spec."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from oncometry.core.errors import Code
from oncometry.core.image import Image
from oncometry.core.segmentation import Segment, Segmentation
from oncometry.core.terms import Unit
from oncometry.features.columns import Column, columns_of, values_of, why_undefined
from oncometry.features.fingerprint import image_hash, segment_hash
from oncometry.features.ibsi_families import FAMILIES, numbers_of, places_of, suffixes_of
from oncometry.features.ibsi_spec import IbsiSpec
from oncometry.features.prepare import prepare_image, prepare_region
from oncometry.features.region_source import RegionSource
from oncometry.features.result import FeatureVector

__all__ = ["ORIGINAL", "extract_ibsi"]

ORIGINAL = "original"
"""Name of no filter."""


def extract_ibsi(
    image: Image, segmentation: Segmentation, segments: Sequence[Segment], spec: IbsiSpec, threads: int
) -> list[FeatureVector]:
    """As `oncometry.features.extract`, of one image whose grid is known to be the segmentation's."""
    settings = spec.intensity_for(image.unit)
    prepared = prepare_image(image, segments, spec.resample)
    columns = spec_columns(spec, image.unit)
    vectors = []
    for segment in segments:
        source = prepare_region(prepared, segment, spec, settings)
        numbers = [
            number
            for family in spec.families
            for number in numbers_of(family, source, spec, settings, threads)
        ]
        values = values_of(columns, numbers, _missing(source), lengths_trusted=segmentation.lengths_trusted)
        vectors.append(
            FeatureVector(
                image.key,
                segment.number,
                ORIGINAL,
                values,
                spec.hash,
                image_hash(image),
                segment_hash(segment, segmentation.geometry),
            )
        )
    return vectors


@lru_cache(maxsize=64)
def spec_columns(spec: IbsiSpec, unit: Unit) -> tuple[Column, ...]:
    """Every value that a spec gives, in order."""
    return tuple(
        column
        for family in spec.families
        for suffix in suffixes_of(family, spec)
        for column in columns_of(
            family, [FAMILIES[family].table[p] for p in places_of(family, spec)], suffix, unit.value
        )
    )


def _missing(source: RegionSource | None) -> Code:
    """Why a number of the region is missing, where one is."""
    if source is None:
        return Code.MASK_EMPTY
    return source.reason or why_undefined(source.values)
