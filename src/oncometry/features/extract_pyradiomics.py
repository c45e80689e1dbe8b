"""Extraction by a PyRadiomics spec: a vector for each image, the shape classes with the original."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from oncometry.core.errors import Code, SettingsError, UnsupportedError
from oncometry.core.image import Image
from oncometry.core.segmentation import Segment, Segmentation
from oncometry.core.terms import Unit
from oncometry.features.change import UNCHANGED, Change
from oncometry.features.columns import ORIGINAL, Column, values_of, why_undefined
from oncometry.features.discretize import levels_of
from oncometry.features.filters import Filter
from oncometry.features.fingerprint import image_hash, segment_hash
from oncometry.features.pyradiomics_classes import CLASSES, Counted
from oncometry.features.pyradiomics_discretize import pyradiomics_levels
from oncometry.features.pyradiomics_image_types import filters_of
from oncometry.features.pyradiomics_prepare import PyradiomicsRegion, prepare_pyradiomics
from oncometry.features.pyradiomics_resample import normalized
from oncometry.features.pyradiomics_spec import FeatureClass, PyradiomicsSettings, PyradiomicsSpec
from oncometry.features.result import FeatureValue, FeatureVector

__all__ = ["extract_pyradiomics"]


class _Chosen(NamedTuple):
    """The features of a class that a spec asks for: their places in its table, and their columns."""

    places: list[int]
    columns: tuple[Column, ...]


def extract_pyradiomics(
    image: Image,
    segmentation: Segmentation,
    segments: Sequence[Segment],
    spec: PyradiomicsSpec,
    threads: int,
    change: Change = UNCHANGED,
) -> list[FeatureVector]:
    """As `oncometry.features.extract`, of one image whose grid is known to be the segmentation's."""
    changed = normalized(image, spec.setting) if spec.setting.normalize else image
    trusted = segmentation.lengths_trusted
    vectors = []
    for segment in segments:
        region = prepare_pyradiomics(changed, segment, spec.setting, change)
        about = (spec.hash, image_hash(image), segment_hash(segment, segmentation.geometry))
        found = {ORIGINAL: _shapes(region, spec, lengths_trusted=trusted)}
        for image_type, settings in spec.image_type.items():
            for filter_ in filters_of(image_type, settings) or (None,):
                counted = _counted(region, filter_, settings, threads)
                name = ORIGINAL if filter_ is None else filter_.name
                values = _counts(counted, spec, name, region.image.unit, lengths_trusted=trusted)
                found[name] = found.get(name, []) + values
        vectors += [
            FeatureVector(image.key, segment.number, name, tuple(values), *about)
            for name, values in found.items()
            if values
        ]
    return vectors


def _shapes(region: PyradiomicsRegion, spec: PyradiomicsSpec, *, lengths_trusted: bool) -> list[FeatureValue]:
    values: list[FeatureValue] = []
    for name, function in CLASSES.items():
        if function.from_mask is None or name not in spec.feature_class:
            continue
        chosen = _chosen(spec, name, ORIGINAL, region.image.unit)
        code = region.mask_reason
        if code is None:
            numbers = function.from_mask(region.drawn, region.image.geometry.spacing_mm, spec.setting)
        else:
            numbers = np.full(len(function.table), np.nan)
        values += values_of(
            chosen.columns,
            numbers[chosen.places].tolist(),
            code or Code.UNDEFINED,
            lengths_trusted=lengths_trusted,
        )
    return values


def _counts(
    counted: Counted | Code, spec: PyradiomicsSpec, name: str, unit: Unit, *, lengths_trusted: bool
) -> list[FeatureValue]:
    """Values of the classes that count values, in an image of this name; without, with the reason."""
    values: list[FeatureValue] = []
    for feature_class, function in CLASSES.items():
        if function.compute is None or feature_class not in spec.feature_class:
            continue
        chosen = _chosen(spec, feature_class, name, unit)
        if isinstance(counted, Code):
            code, numbers = counted, np.full(len(function.table), np.nan)
        else:
            code, numbers = why_undefined(counted.values), function.compute(counted)
        values += values_of(
            chosen.columns, numbers[chosen.places].tolist(), code, lengths_trusted=lengths_trusted
        )
    return values


def _counted(
    region: PyradiomicsRegion, filter_: Filter | None, settings: PyradiomicsSettings, threads: int
) -> Counted | Code:
    """The region's values, or those of the filter's response there; or why there are none."""
    if region.reason is not None:
        return region.reason
    geometry = region.image.geometry
    try:
        box = (
            region.image.array.T[region.box]
            if filter_ is None
            else filter_.apply_to_box(region.image.array.T, region.box, geometry.spacing_mm)
        )
    except UnsupportedError as error:
        return error.code
    values = box[region.counted.view(np.bool_)]
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        return Code.NONFINITE_VOXELS
    numbers, count = pyradiomics_levels(values, settings)
    levels = levels_of(numbers, region.counted, count)
    return Counted(values, levels, geometry.spacing_mm, settings, threads)


@lru_cache(maxsize=256)
def _chosen(spec: PyradiomicsSpec, name: FeatureClass, image_type: str, unit: Unit) -> _Chosen:
    """The features of a class that a spec asks for.

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
        if (one in wanted if wanted else one not in function.on_request)
    ]
    columns = (function.table[place] for place in places)
    return _Chosen(
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
