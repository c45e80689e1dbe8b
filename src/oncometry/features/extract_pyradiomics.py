"""Extraction by a PyRadiomics spec: a vector for each image, the shape classes with the original."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from typing import NamedTuple

import numpy as np

from oncometry.core.errors import Code, SettingsError
from oncometry.core.geometry import FloatArray
from oncometry.core.image import Image
from oncometry.core.segmentation import Segment
from oncometry.core.terms import Unit
from oncometry.features.change import Change
from oncometry.features.columns import ORIGINAL, Column, values_of, why_undefined
from oncometry.features.discretize import levels_of
from oncometry.features.filters import Filter
from oncometry.features.jobs import Job, Jobs
from oncometry.features.pyradiomics_classes import CLASSES, FROM_MASK, FROM_VALUES, Counted
from oncometry.features.pyradiomics_discretize import pyradiomics_levels
from oncometry.features.pyradiomics_image_types import filters_of
from oncometry.features.pyradiomics_prepare import PyradiomicsRegion, box_values, prepare_pyradiomics
from oncometry.features.pyradiomics_resample import normalized
from oncometry.features.pyradiomics_spec import FeatureClass, PyradiomicsSettings, PyradiomicsSpec
from oncometry.features.result import FeatureValue, RegionValues

__all__ = ["ChosenFeatures", "begin_pyradiomics", "chosen_features"]


class ChosenFeatures(NamedTuple):
    """The features of a class that a spec asks for: their places in its table, and their columns."""

    places: list[int]
    columns: tuple[Column, ...]


class _Started(NamedTuple):
    """Classes whose numbers are being computed, in the order of the values.

    Attributes:
        passes: the classes that each job gives numbers of.
        reason: why a number is missing, where one is; all are where there is no job.
    """

    classes: list[FeatureClass]
    passes: list[tuple[FeatureClass, ...]]
    jobs: list[Job[Sequence[FloatArray]]]
    reason: Code


def begin_pyradiomics(
    image: Image, segments: Sequence[Segment], spec: PyradiomicsSpec, change: Change, jobs: Jobs
) -> Iterator[Callable[[], RegionValues]]:
    """For each segment, for each image that has values, what waits for them; they are begun when it is drawn."""
    changed = normalized(image, spec.setting) if spec.setting.normalize else image
    is_filtered = set(spec.image_type) != {"Original"}

    def begun(label: int, name: str, parts: Sequence[_Started]) -> Callable[[], RegionValues]:
        return lambda: RegionValues(
            label, name, [value for part in parts for value in _values(part, spec, name, changed.unit, jobs)]
        )

    for segment in segments:
        region = prepare_pyradiomics(changed, segment, spec.setting, change, whole=is_filtered)
        own = [_start_shapes(region, spec, jobs)]
        if "Original" in spec.image_type:
            own.append(_start_counts(region, None, spec.image_type["Original"], spec, jobs))
        if any(part.classes for part in own):
            yield begun(segment.number, ORIGINAL, own)
        for image_type, settings in spec.image_type.items():
            for filter_ in filters_of(image_type, settings):
                counts = _start_counts(region, filter_, settings, spec, jobs)
                if counts.classes:
                    yield begun(segment.number, filter_.name, [counts])


def _start_shapes(region: PyradiomicsRegion, spec: PyradiomicsSpec, jobs: Jobs) -> _Started:
    wanted = [name for name in FROM_MASK if name in spec.feature_class]
    if region.mask_reason is not None:
        return _Started(wanted, [], [], region.mask_reason)
    about = (region.drawn, region.image.geometry.spacing_mm, spec.setting)
    started = [jobs.start(partial(FROM_MASK[name], *about)) for name in wanted]
    return _Started(wanted, [(name,) for name in wanted], started, Code.UNDEFINED)


def _start_counts(
    region: PyradiomicsRegion,
    filter_: Filter | None,
    settings: PyradiomicsSettings,
    spec: PyradiomicsSpec,
    jobs: Jobs,
) -> _Started:
    """The classes that count values, of the image or of a filter's response."""
    wanted = [name for name in CLASSES if name in spec.feature_class and name not in FROM_MASK]
    counted = _counted(region, filter_, settings)
    if isinstance(counted, Code):
        return _Started(wanted, [], [], counted)
    passes = [one for one in FROM_VALUES if not set(wanted).isdisjoint(one.classes)]
    shares = jobs.shares(len(passes))
    started = [
        jobs.start(partial(one.compute, counted, threads))
        for one, threads in zip(passes, shares, strict=True)
    ]
    return _Started(wanted, [one.classes for one in passes], started, why_undefined(counted.values))


def _values(
    started: _Started, spec: PyradiomicsSpec, name: str, unit: Unit, jobs: Jobs
) -> list[FeatureValue]:
    """Values in an image of this name and unit, when they are computed."""
    found = {
        feature_class: numbers
        for classes, those in zip(started.passes, jobs.results(started.jobs), strict=True)
        for feature_class, numbers in zip(classes, those, strict=True)
    }
    values: list[FeatureValue] = []
    for feature_class in started.classes:
        places, columns = chosen_features(spec, feature_class, name, unit)
        numbers = found.get(feature_class)
        given = [np.nan] * len(places) if numbers is None else numbers[places].tolist()
        values += values_of(columns, given, started.reason)
    return values


def _counted(
    region: PyradiomicsRegion, filter_: Filter | None, settings: PyradiomicsSettings
) -> Counted | Code:
    """The region's values, or those of the filter's response there; or why there are none."""
    if region.reason is not None:
        return region.reason
    values = box_values(region.image, filter_, region.box, region.counted)
    if isinstance(values, Code):
        return values
    numbers, count = pyradiomics_levels(values, settings)
    levels = levels_of(numbers, region.counted, count)
    return Counted(values, levels, region.image.geometry.spacing_mm, settings)


@lru_cache(maxsize=256)
def chosen_features(
    spec: PyradiomicsSpec, name: FeatureClass, image_type: str, unit: Unit, *, every: bool = False
) -> ChosenFeatures:
    """The features of a class that a spec asks for.

    Args:
        every: where it names none, also those that are given on request alone.

    Raises:
        SettingsError: `SETTINGS`, it asks for one that the class has not.
    """
    function = CLASSES[name]
    there = [feature.name for feature in function.table]
    wanted = spec.feature_class[name]
    strange = [one for one in wanted or () if one not in there]
    if strange:
        raise SettingsError(
            Code.SETTINGS,
            f"featureClass {name}: there is no feature {strange[0]!r}; there are {', '.join(there)}.",
        )
    places = [
        place
        for place, one in enumerate(there)
        if (one in wanted if wanted else every or one not in function.on_request)
    ]
    columns = (function.table[place] for place in places)
    return ChosenFeatures(
        places,
        tuple(
            Column(
                function.family,
                f.name,
                f.ibsi_id,
                f"{image_type}_{name}_{f.name}",
                f.unit.replace("{u}", unit.value),
            )
            for f in columns
        ),
    )
