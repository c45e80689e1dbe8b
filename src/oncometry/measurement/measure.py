"""Measure a mask: its lesions, and the compartments of each."""

from __future__ import annotations

import math

from oncometry.core import Code, Compartment, Segment, Segmentation
from oncometry.measurement.compartments import holdable
from oncometry.measurement.drawn import DrawnRegion
from oncometry.measurement.furthest import furthest_points
from oncometry.measurement.lesions import FoundLesion, find_lesions
from oncometry.measurement.plane import slice_axis, turned
from oncometry.measurement.result import Diameter, Lesion, LesionMeasurement, Measured, absent_measurement
from oncometry.measurement.settings import MeasurementSettings
from oncometry.measurement.stack import Stack
from oncometry.measurement.standard_error import standard_errors
from oncometry.measurement.voxelized import Voxelized

__all__ = ["measure"]

FEWEST_VOXELS = 10
"""Regions of fewer voxels, or narrower than two pixels, are flagged TOO_SMALL: the values stand, but a
single voxel changes them by several percent."""


def measure(
    segmentation: Segmentation,
    settings: MeasurementSettings | None = None,
) -> Measured:
    """Measure every lesion of a mask on the mask's own grid, or its own contours.

    Where its lengths cannot be trusted every row is flagged `SPACING_IMPLAUSIBLE`: only ratios hold.

    Args:
        segmentation: segments on one grid.
        settings: joining, smallest volume, cavity, policy of the diameters.

    A core or enhancing part that the mask could show and a lesion has not is a row of 0, flagged `ABSENT`.

    Returns:
        Lesions, the largest first; small parts; notices (`MASK_EMPTY`, where nothing is left of the mask).
    """
    chosen = settings or MeasurementSettings()
    found = find_lesions(segmentation, chosen)
    holdable_there = holdable(segmentation, chosen)
    lesions = tuple(
        _lesion(number, lesion, segmentation, chosen, holdable_there)
        for number, lesion in enumerate(found.lesions, start=1)
    )
    return Measured(lesions, found.small_parts, found.notices)


def _lesion(
    number: int,
    found: FoundLesion,
    segmentation: Segmentation,
    settings: MeasurementSettings,
    holdable_there: tuple[Compartment, ...],
) -> Lesion:
    trusted = segmentation.lengths_trusted
    measurements = []
    for compartment, segment in found.regions.items():
        stack = found.stacks.get(compartment)
        measurements.append(_measurement(number, compartment, segment, stack, segmentation, settings))
    source = measurements[0].source
    absent = [c for c in holdable_there if c not in found.regions and c not in found.stacks]
    measurements += [absent_measurement(number, c, source, trusted=trusted) for c in absent]
    whole = next(iter(found.regions.values()))
    return Lesion(number, tuple(measurements), whole.tracking_uid, whole.tracking_id)


def _measurement(
    number: int,
    compartment: Compartment,
    segment: Segment,
    stack: Stack | None,
    segmentation: Segmentation,
    settings: MeasurementSettings,
) -> LesionMeasurement:
    axis = 2 if stack else slice_axis(segmentation.geometry)
    voxels = Voxelized(*turned(segment, segmentation.geometry, axis), settings)
    drawn = DrawnRegion(stack, voxels.geometry, settings.diameter == "inside") if stack else None
    region = drawn or voxels
    section = region.section()
    volume_mm3, surface_mm2 = region.volume_mm3, voxels.surface_mm2
    pixel_mm = math.sqrt(math.prod(voxels.geometry.spacing_mm[:2]))
    return LesionMeasurement(
        label=segment.name,
        compartment=compartment,
        lesion=number,
        voxels=voxels.voxels,
        volume_ml=volume_mm3 / 1000,
        surface_mm2=surface_mm2,
        longest=section.longest,
        perpendicular=section.perpendicular,
        diameter_3d=voxels.line(*furthest_points(region.outlines, voxels.geometry)),
        centroid_lps_mm=region.centroid_lps_mm,
        box_lps_mm=voxels.box_lps_mm,
        slice=section.slice,
        slice_axis="ijk"[axis],
        source="contours" if drawn else "voxels" if voxels.field is None else "probability",
        outline_lps_mm=section.outline_lps_mm,
        flags=_flags(voxels, section.perpendicular, segmentation.lengths_trusted),
        standard_errors=standard_errors(region.lines, volume_mm3, surface_mm2, pixel_mm),
    )


def _flags(voxels: Voxelized, perpendicular: Diameter, trusted: bool) -> tuple[Code, ...]:
    flags = []
    if voxels.on_border:
        flags.append(Code.BORDER)
    narrow = perpendicular.length_mm < 2 * max(voxels.geometry.spacing_mm[:2])
    if voxels.voxels < FEWEST_VOXELS or narrow:
        flags.append(Code.TOO_SMALL)
    if not trusted:
        flags.append(Code.SPACING_IMPLAUSIBLE)
    return tuple(flags)
