"""Dosiomics: what the feature engine says of a dose within structures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from oncometry.core import Code, GeometryError, Image, Segmentation, Unit
from oncometry.core.dose import Dose
from oncometry.dose.sampling import WHOLE_COVERED, covered_fraction
from oncometry.features import FeatureSpec, FeatureVector, extract, spec_of
from oncometry.measurement import region_in_image
from oncometry.store.dose_result import StoredFeatures
from oncometry.store.image_features import DefinedFeature

__all__ = ["dose_spec", "dosiomics", "structure_features"]


def dose_spec(bin_gy: float) -> FeatureSpec:
    """Profile `ibsi` with gray levels of so many gray, from 0 Gy on: a level means the same dose in every patient."""
    levels = {"range": (0.0, None), "discretize": {"method": "fixed_bin_size", "width": bin_gy}}
    return spec_of({"profile": "ibsi", "intensity_by_unit": {Unit.GY.value: levels}})


def structure_features(
    dose: Dose, segmentation: Segmentation, number: int, spec: FeatureSpec
) -> StoredFeatures:
    """Features of the dose in one segment, as a step keeps them.

    Raises:
        GeometryError, OncometryError: as `dosiomics`.
    """
    alone = replace(segmentation, segments=(segmentation[number],))
    features: list[DefinedFeature] = []
    values: list[float | None] = []
    reasons: dict[int, Code] = {}
    for vector in dosiomics(dose, alone, spec):
        for v in vector.values:
            if v.reason is not None:
                reasons[len(values)] = v.reason
            features.append(DefinedFeature(v.family.value, v.name, v.ibsi_id, v.tag, vector.filter, v.unit))
            values.append(v.value)
    return StoredFeatures(tuple(features), tuple(values), reasons)


def dosiomics(dose: Dose, segmentation: Segmentation, spec: FeatureSpec) -> tuple[FeatureVector, ...]:
    """Features of the dose in each segment, on the dose's own grid, onto which segments go by nearest neighbor.

    Args:
        spec: of the features; its discretization is of gray.

    Raises:
        GeometryError: `DOSE_OUTSIDE_GRID`, a segment is not wholly in the dose grid: a part has another shape and texture.
        OncometryError: as `extract`.
    """
    image = Image(dose.values_gy, dose.geometry, unit=Unit.GY, key=dose.key)
    segments = []
    for segment in segmentation:
        inside = covered_fraction(dose, segmentation.geometry, segment.start, segment.array)
        if inside < WHOLE_COVERED:
            raise GeometryError(
                Code.DOSE_OUTSIDE_GRID,
                f"only {100 * inside:.1f} % of {segment.name} lies in the dose grid: its dose has no texture of its own.",
            )
        start, array = region_in_image(
            dose.geometry, segment.start, segment.array, segmentation.geometry, np.eye(4)
        )
        segments.append(replace(segment, start=start, array=array, contours=(), probability=None))
    placed = replace(segmentation, geometry=dose.geometry, segments=tuple(segments))
    return extract(image, placed, spec, labels=[segment.number for segment in segments])
