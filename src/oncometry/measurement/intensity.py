"""Voxel values of a region in an image: statistics and histogram."""

from __future__ import annotations

import numpy as np

from oncometry.core import Code, Compartment, Geometry, Image
from oncometry.core.geometry import FloatArray, Index
from oncometry.core.segmentation import Mask
from oncometry.measurement.histogram import histogram
from oncometry.measurement.region_voxels import coverage, region_voxels
from oncometry.measurement.result import IntensityStatistics
from oncometry.measurement.statistics import STATISTICS, describe

__all__ = ["MINIMUM_COVERAGE", "intensity_statistics"]

MINIMUM_COVERAGE = 0.5
_IDENTITY = np.eye(4)


def intensity_statistics(
    image: Image,
    region_start: Index,
    region_array: Mask,
    region_geometry: Geometry,
    *,
    lesion: int,
    compartment: Compartment,
    matrix: FloatArray = _IDENTITY,
) -> IntensityStatistics:
    """Describe the image's own voxels whose centers fall in the region.

    Besides the statistics of `oncometry.measurement.statistics`, `values` holds 'voxels', the number of them, and
    'coverage', the part of the region, 0..1, that lies in the image's field. With less than half of it
    there, nothing is said (`GEOMETRY_MISMATCH`): the rest is not a sample of the region.

    Args:
        image: where values come from.
        region_start, region_array: first voxel and (bi, bj, bk) bool box of the region.
        region_geometry: the whole grid that the region is part of; may differ from the image's.
        lesion, compartment: what the region is.
        matrix: (4, 4), image LPS mm to region LPS mm.
    """
    region = (region_start, region_array, region_geometry, matrix)
    values = region_voxels(image, *region).astype(np.float64)
    covered = coverage(image.geometry, *region)
    found, reasons = describe(values)
    bars = histogram(values, image.unit)
    if region_array.any() and covered < MINIMUM_COVERAGE:
        found = {s.name: None for s in STATISTICS}
        reasons = {s.name: Code.GEOMETRY_MISMATCH for s in STATISTICS}
        bars = None
    return IntensityStatistics(
        lesion=lesion,
        compartment=compartment,
        series_key=image.key,
        unit=image.unit,
        values={"voxels": float(values.size), "coverage": covered, **found},
        reasons=reasons,
        histogram=bars,
    )
