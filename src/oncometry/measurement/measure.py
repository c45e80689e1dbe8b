"""Measure a mask: its lesions, and the compartments of each."""

from __future__ import annotations

from oncometry.core import Code, Compartment, Geometry, Segment, Segmentation
from oncometry.measurement.drawn import Drawn, measure_drawn
from oncometry.measurement.furthest import furthest_points
from oncometry.measurement.lesions import Regions, find_lesions
from oncometry.measurement.result import Diameter, Lesion, LesionMeasurement, Measured
from oncometry.measurement.settings import MeasurementSettings
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

    Returns:
        Lesions, the largest first; small parts; notices (`MASK_EMPTY`, where there are no voxels).
    """
    chosen = settings or MeasurementSettings()
    found = find_lesions(segmentation, chosen)
    lesions = tuple(
        _lesion(number, regions, segmentation.geometry, chosen, segmentation.lengths_trusted)
        for number, regions in enumerate(found.lesions, start=1)
    )
    return Measured(lesions, found.small_parts, found.notices)


def _lesion(
    number: int,
    regions: Regions,
    geometry: Geometry,
    settings: MeasurementSettings,
    trusted: bool,
) -> Lesion:
    measurements = tuple(
        _measurement(number, compartment, segment, Voxelized(segment, geometry, settings), trusted)
        for compartment, segment in regions.items()
    )
    whole = next(iter(regions.values()))
    return Lesion(number, measurements, whole.tracking_uid, whole.tracking_id)


def _measurement(
    number: int, compartment: Compartment, segment: Segment, voxels: Voxelized, trusted: bool
) -> LesionMeasurement:
    within = voxels.settings.diameter == "inside"
    drawn: Drawn | None = None
    if segment.contours:
        drawn = measure_drawn(segment, voxels.geometry, within=within)
    section = drawn.section if drawn else voxels.section()
    polygons = [p for _, p in voxels.outlines] if drawn is None else drawn.polygons_lps_mm
    in_space = voxels.line(*furthest_points(polygons, voxels.geometry))
    source = "contours" if drawn else "voxels" if voxels.field is None else "probability"
    return LesionMeasurement(
        label=segment.name,
        compartment=compartment,
        lesion=number,
        voxels=voxels.voxels,
        volume_ml=(drawn.volume_mm3 if drawn else voxels.volume_mm3) / 1000,
        surface_mm2=voxels.surface_mm2,
        longest=section.longest,
        perpendicular=section.perpendicular,
        diameter_3d=in_space,
        centroid_lps_mm=drawn.centroid_lps_mm if drawn else voxels.centroid_lps_mm,
        box_lps_mm=voxels.box_lps_mm,
        slice=section.slice,
        source=source,
        outline_lps_mm=section.outline_lps_mm,
        flags=_flags(voxels, section.perpendicular, trusted),
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
