"""Which voxels are which lesion, and which of its compartments: measuring and every accessor ask here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from oncometry.core import Code, Compartment, Geometry, Notice, Segment, Segmentation
from oncometry.core.geometry import Index, Point
from oncometry.core.segmentation import Mask
from oncometry.measurement.compartments import (
    Regions,
    connecting,
    counted,
    members_of,
    regions_in,
    unions_of,
)
from oncometry.measurement.drawn_lesions import bridged, draw, extent_of, stacks_in
from oncometry.measurement.identity import lesion_seeds
from oncometry.measurement.result import SmallPart
from oncometry.measurement.settings import MeasurementSettings
from oncometry.measurement.stack import Stack, centroid_lps_mm, stack_of, union_of, volume_mm3

__all__ = ["FoundLesion", "FoundLesions", "find_lesions", "lesion_masks", "region"]

C = Compartment

VOLUME_TOLERANCE = 1e-3
"""Volumes are compared to this part of a voxel: affines are rounded."""


@dataclass(frozen=True, eq=False)
class FoundLesion:
    """A lesion: its voxels, and what was drawn of each compartment where the mask is contours.

    A part too small to be a lesion may have no voxels; `extent` is the whole, or the organ.
    """

    regions: Regions
    stacks: Mapping[Compartment, Stack]
    extent: Compartment = C.WHOLE

    @property
    def voxels(self) -> int:
        return self.regions[self.extent].voxels if self.extent in self.regions else 0

    def volume_mm3(self, geometry: Geometry) -> float:
        """As drawn, else of the voxels."""
        if self.stacks:
            return volume_mm3(self.stacks.get(self.extent, ()), geometry)
        return self.voxels * geometry.voxel_volume_mm3

    def center_lps_mm(self, geometry: Geometry) -> Point:
        """As drawn, else of the voxels."""
        if self.stacks:
            return centroid_lps_mm(self.stacks[self.extent], geometry)
        whole = self.regions[self.extent]
        x, y, z = geometry.to_world(np.argwhere(whole.array).mean(axis=0) + whole.start).tolist()
        return x, y, z

    def order(self) -> tuple[int, int, int, int]:
        """Largest first; ties by place."""
        i, j, k = self.regions[self.extent].start
        return -self.voxels, k, j, i


@dataclass(frozen=True, eq=False)
class FoundLesions:
    """Lesions in order of number, the largest first, and what was too small to be one."""

    lesions: tuple[FoundLesion, ...]
    small_parts: tuple[SmallPart, ...] = ()
    notices: tuple[Notice, ...] = ()


def lesion_masks(segmentation: Segmentation, settings: MeasurementSettings | None = None) -> list[Regions]:
    """The lesions as regions: lesion number n of `measure` is item n - 1.

    Args:
        segmentation: segments on one grid.
        settings: joining, smallest volume, cavity.
    """
    return [f.regions for f in find_lesions(segmentation, settings or MeasurementSettings()).lesions]


def region(
    segmentation: Segmentation,
    lesion: int,
    compartment: Compartment,
    settings: MeasurementSettings | None = None,
) -> tuple[Index, Mask]:
    """First voxel and (bi, bj, bk) bool box of a lesion's compartment; empty if it has none of it.

    Raises:
        IndexError: there is no lesion of that number.
    """
    lesions = lesion_masks(segmentation, settings)
    if not 1 <= lesion <= len(lesions):
        raise IndexError(f"there is no lesion {lesion}: the mask has {len(lesions)}.")
    found = lesions[lesion - 1].get(compartment)
    if found is None:
        return (0, 0, 0), np.zeros((0, 0, 0), dtype=bool)
    return found.start, found.array


def find_lesions(segmentation: Segmentation, settings: MeasurementSettings) -> FoundLesions:
    """Part a segmentation into lesions and their compartments.

    A cyst holds a tumor together whether or not it is counted in; a resection cavity does so only with
    `cavity='in'`, since recurrences on its walls are lesions of their own. With `cavity='out'` neither
    counts into the whole or the core. Without any tumor segment (organs, say) each segment is one region.

    Where all of the tumor was drawn as contours, every lesion has its polygons; else none has, so that
    the compartments of a lesion, and a lesion at two dates, are not measured in two ways.
    """
    geometry = segmentation.geometry
    filled = [s for s in segmentation if s.voxels or s.contours]
    tumor = [s for s in filled if s.compartment in connecting(settings)]
    if any(s.compartment in counted(C.WHOLE, settings) for s in tumor):
        parts, least_mm3 = _parts(tumor, geometry, settings), settings.minimum_volume_ml * 1000
    else:
        parts, least_mm3 = _each_by_itself(filled, geometry), 0.0
    least_mm3 -= VOLUME_TOLERANCE * geometry.voxel_volume_mm3
    there = [p for p in parts if p.voxels or p.extent in p.stacks]
    lesions = [p for p in there if p.voxels and p.volume_mm3(geometry) >= least_mm3]
    small = [p for p in there if p not in lesions]
    return FoundLesions(
        tuple(sorted(lesions, key=FoundLesion.order)),
        tuple(SmallPart(p.voxels, p.volume_mm3(geometry) / 1000, p.center_lps_mm(geometry)) for p in small),
        (*_left_out(segmentation, len(there), len(parts) - len(there)), *_without_voxels(there)),
    )


def _parts(tumor: Sequence[Segment], geometry: Geometry, settings: MeasurementSettings) -> list[FoundLesion]:
    """The lesions and parts of a tumor, whatever their size."""
    members = members_of(tumor, settings)
    if not all(s.contours for s in tumor):
        seeds = lesion_seeds(tumor, geometry, settings.join_mm)
        return [FoundLesion(regions_in(seed, members), {}) for seed in seeds]
    islands = draw(tumor, geometry)
    extents = [extent_of(s, islands[s.number]) for s in tumor]
    seeds = bridged(lesion_seeds(extents, geometry, settings.join_mm), islands)
    return [
        FoundLesion(regions_in(seed, members), unions_of(stacks_in(seed, islands), members)) for seed in seeds
    ]


def _each_by_itself(filled: Sequence[Segment], geometry: Geometry) -> list[FoundLesion]:
    parts = []
    for segment in filled:
        compartment = segment.compartment
        regions = {compartment: replace(segment, name=str(segment.number))} if segment.voxels else {}
        stack = union_of([stack_of(segment.contours, geometry)])
        if regions or stack:
            parts.append(FoundLesion(regions, {compartment: stack} if stack else {}, compartment))
    return parts


def _left_out(segmentation: Segmentation, measured: int, fluid: int) -> tuple[Notice, ...]:
    if fluid:
        what = f"{fluid} parts are cyst or cavity alone: not measured with cavity='out'."
        return (Notice(Code.TOO_SMALL, what),)
    if not measured:
        labels = ", ".join(f"{s.number} ({s.name})" for s in segmentation) or "none"
        return (Notice(Code.MASK_EMPTY, f"the mask encloses nothing; its labels: {labels}."),)
    return ()


def _without_voxels(parts: Sequence[FoundLesion]) -> tuple[Notice, ...]:
    """What was drawn too small for the grid."""
    missing = [c for p in parts for c in p.stacks if c not in p.regions]
    if not missing:
        return ()
    what = (
        f"the contours of {len(missing)} regions ({', '.join(sorted(set(missing)))}) hold no voxel's center: "
        "counted as small parts, or within the lesion that holds them, but not measured by themselves."
    )
    return (Notice(Code.TOO_SMALL, what),)
