"""Extraction by an IBSI spec."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial

from oncometry.core.errors import Code
from oncometry.core.image import Image
from oncometry.core.segmentation import Segment, Segmentation
from oncometry.core.terms import Unit
from oncometry.features.columns import Column, columns_of, values_of, why_undefined, without_lengths
from oncometry.features.feature import Family
from oncometry.features.fingerprint import image_hash, segment_hash
from oncometry.features.ibsi_families import FAMILIES, places_of, start_numbers, suffixes_of
from oncometry.features.ibsi_spec import IbsiSpec
from oncometry.features.intensity_settings import IntensitySettings
from oncometry.features.jobs import Job, Jobs
from oncometry.features.prepare import prepare_image, prepare_region, respond
from oncometry.features.region_source import RegionSource
from oncometry.features.result import FeatureVector

__all__ = ["ORIGINAL", "extract_ibsi"]

ORIGINAL = "original"
"""Name of no filter."""


def extract_ibsi(
    image: Image, segmentation: Segmentation, segments: Sequence[Segment], spec: IbsiSpec, jobs: Jobs
) -> list[FeatureVector]:
    """As `oncometry.features.extract`, of one image whose grid is known to be the segmentation's."""
    return list(jobs.finished(_begun(image, segmentation, segments, spec, jobs)))


def _begun(
    image: Image, segmentation: Segmentation, segments: Sequence[Segment], spec: IbsiSpec, jobs: Jobs
) -> Iterator[Callable[[], FeatureVector]]:
    """Each vector, begun when it is drawn."""
    image_sha = jobs.start(partial(image_hash, image))
    settings = spec.intensity_for(image.unit)
    prepared = prepare_image(image, segments, spec.resample, whole=bool(spec.filters))

    def begin(
        number: int,
        sha: Job[str],
        name: str,
        source: RegionSource | None,
        families: Sequence[Family],
        rule: IntensitySettings,
    ) -> Callable[[], FeatureVector]:
        numbers = start_numbers(families, source, spec, rule, jobs)
        columns = spec_columns(spec, image.unit if name == ORIGINAL else Unit.ARBITRARY, name)

        def finish() -> FeatureVector:
            values = values_of(columns, numbers(), _missing(source))
            if not segmentation.lengths_trusted:
                values = without_lengths(values)
            about = (spec.hash, image_sha.result(), sha.result())
            return FeatureVector(image.key, number, name, tuple(values), *about)

        return finish

    for segment in segments:
        sha = jobs.start(partial(segment_hash, segment, segmentation.geometry))
        source = prepare_region(prepared, segment, spec, settings)
        yield begin(segment.number, sha, ORIGINAL, source, spec.families, settings)
        for filter_ in spec.filters:
            response = None if source is None else respond(source, filter_, spec.response)
            yield begin(segment.number, sha, filter_.name, response, spec.response_families, spec.response)


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
