"""Segmentation to lesions with volumes and diameters; the same lesion at the next date; its voxel values."""

from oncometry.measurement.compartments import Regions
from oncometry.measurement.components import joined_components
from oncometry.measurement.decided import FOLLOWED
from oncometry.measurement.follow import Visit, VisitMask, follow
from oncometry.measurement.intensity import intensity_statistics
from oncometry.measurement.lesions import lesion_masks, region
from oncometry.measurement.measure import measure
from oncometry.measurement.reader_spread import Spread, reader_spread
from oncometry.measurement.region_voxels import coverage, region_in_image, region_voxels
from oncometry.measurement.result import (
    Diameter,
    Followed,
    Histogram,
    IntensityStatistics,
    Lesion,
    LesionMeasurement,
    Match,
    Measured,
    Relation,
    SmallPart,
    Tracked,
    Unplaced,
)
from oncometry.measurement.settings import MeasurementSettings
from oncometry.measurement.slices import SliceDiameters, slice_diameters
from oncometry.measurement.standard_error import StandardError

__all__ = [
    "FOLLOWED",
    "Diameter",
    "Followed",
    "Histogram",
    "IntensityStatistics",
    "Lesion",
    "LesionMeasurement",
    "Match",
    "Measured",
    "MeasurementSettings",
    "Regions",
    "Relation",
    "SliceDiameters",
    "SmallPart",
    "Spread",
    "StandardError",
    "Tracked",
    "Unplaced",
    "Visit",
    "VisitMask",
    "coverage",
    "follow",
    "intensity_statistics",
    "joined_components",
    "lesion_masks",
    "measure",
    "reader_spread",
    "region",
    "region_in_image",
    "region_voxels",
    "slice_diameters",
]
