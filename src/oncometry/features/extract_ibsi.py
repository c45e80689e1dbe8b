"""Extraction by an IBSI spec."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from oncometry.core.errors import Code
from oncometry.core.image import Image
from oncometry.core.segmentation import Segment
from oncometry.core.terms import Unit
from oncometry.features.change import Change
from oncometry.features.columns import ORIGINAL, Column, columns_of, values_of, why_undefined
from oncometry.features.feature import Family
from oncometry.features.ibsi_families import FAMILIES, places_of, start_numbers, suffixes_of
from oncometry.features.ibsi_spec import IbsiSpec
from oncometry.features.intensity_settings import IntensitySettings
from oncometry.features.jobs import Jobs
from oncometry.features.prepare import prepare_image, prepare_region, respond
from oncometry.features.region_source import RegionSource
from oncometry.features.result import RegionValues

__all__ = ["begin_ibsi", "spec_columns"]


def begin_ibsi(
    image: Image, segments: Sequence[Segment], spec: IbsiSpec, change: Change, jobs: Jobs
) -> Iterator[Callable[[], RegionValues]]:
    """For each segment, for each filter, what waits for its values; they are begun when it is drawn."""
    settings = spec.intensity_for(image.unit)
    prepared = prepare_image(image, segments, spec.resample, whole=bool(spec.filters), change=change)

    def begin(
        label: int,
        name: str,
        source: RegionSource | None,
        families: Sequence[Family],
        rule: IntensitySettings,
    ) -> Callable[[], RegionValues]:
        unit = image.unit if name == ORIGINAL else Unit.ARBITRARY
        numbers = start_numbers(families, source, spec, rule.for_unit(unit), jobs)
        columns = spec_columns(spec, unit, name)
        return lambda: RegionValues(label, name, values_of(columns, numbers(), _missing(source)))

    for segment in segments:
        source = prepare_region(prepared, segment, settings, change)
        yield begin(segment.number, ORIGINAL, source, spec.families, settings)
        for filter_ in spec.filters:
            response = None if source is None else respond(source, filter_, spec.response)
            yield begin(segment.number, filter_.name, response, spec.response_families, spec.response)


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


def _missing(source: RegionSource | None) -> Code:
    """Why a number of the region is missing, where one is."""
    if source is None:
        return Code.MASK_EMPTY
    return source.reason or why_undefined(source.values)
