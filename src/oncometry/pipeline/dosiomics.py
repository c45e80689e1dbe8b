"""Dosiomics: what the feature engine says of a dose within structures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from oncometry.core import Code, GeometryError, Image, Segmentation, Unit
from oncometry.core.dose import Dose
from oncometry.dose.sampling import WHOLE_COVERED, covered_fraction
from oncometry.features import FeatureSpec, FeatureVector, extract
from oncometry.measurement import region_in_image

__all__ = ["dosiomics"]


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
