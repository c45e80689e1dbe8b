"""Which voxels are which lesion, and which of its compartments: measuring and every accessor ask here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from oncometry.core import Code, Compartment, Notice, Segment, Segmentation
from oncometry.core.geometry import Index, Point
from oncometry.core.schemes import COMPOSITION
from oncometry.core.segmentation import Mask
from oncometry.measurement.identity import Seed, lesion_seeds
from oncometry.measurement.result import SmallPart
from oncometry.measurement.settings import MeasurementSettings
from oncometry.measurement.union import unite

__all__ = ["FoundLesions", "Regions", "find_lesions", "lesion_masks", "region"]

C = Compartment
Regions = Mapping[Compartment, Segment]
"""A lesion's compartments, the whole first; each `Segment.name` joins the source labels ('1+3')."""

_FLUID = frozenset({C.CYST, C.CAVITY})
_UNIONS = (C.WHOLE, C.CORE, C.ENHANCING)


@dataclass(frozen=True, eq=False)
class FoundLesions:
    """Lesions in order of number, the largest first, and what was too small to be one."""

    lesions: tuple[Regions, ...]
    small_parts: tuple[SmallPart, ...] = ()
    notices: tuple[Notice, ...] = ()


def lesion_masks(segmentation: Segmentation, settings: MeasurementSettings | None = None) -> list[Regions]:
    """The lesions as regions: lesion number n of `measure` is item n - 1.

    Args:
        segmentation: segments on one grid.
        settings: joining, smallest volume, cavity.
    """
    return list(find_lesions(segmentation, settings or MeasurementSettings()).lesions)


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
    """
    filled = [s for s in segmentation if s.voxels]
    extent = _connecting(settings)
    tumor = [s for s in filled if s.compartment in extent]
    if not any(s.compartment in _counted(C.WHOLE, settings) for s in tumor):
        return _each_by_itself(segmentation, filled)
    found: list[Regions] = []
    small: list[SmallPart] = []
    fluid_only = 0
    limit_mm3 = settings.minimum_volume_ml * 1000
    for seed in lesion_seeds(segmentation, tumor, settings.join_mm):
        regions = _compartments(tumor, seed, settings)
        whole = regions.get(C.WHOLE)
        if whole is None:
            fluid_only += 1
        elif whole.voxels * segmentation.geometry.voxel_volume_mm3 < limit_mm3:
            small.append(_small_part(segmentation, whole))
        else:
            found.append(regions)
    notices: tuple[Notice, ...] = ()
    if fluid_only:
        what = f"{fluid_only} parts are cyst or cavity alone: not measured with cavity='out'."
        notices = (Notice(Code.TOO_SMALL, what),)
    return FoundLesions(tuple(sorted(found, key=_order)), tuple(small), notices)


def _connecting(settings: MeasurementSettings) -> frozenset[Compartment]:
    return COMPOSITION[C.WHOLE] | (_FLUID if settings.cavity == "in" else {C.CYST})


def _counted(compartment: Compartment, settings: MeasurementSettings) -> frozenset[Compartment]:
    parts = COMPOSITION.get(compartment, frozenset({compartment}))
    if compartment not in (C.WHOLE, C.CORE):
        return parts
    return parts | _FLUID if settings.cavity == "in" else parts - _FLUID


def _order(regions: Regions) -> tuple[int, int, int, int]:
    """Largest first; ties by place."""
    whole = next(iter(regions.values()))
    i, j, k = whole.start
    return -whole.voxels, k, j, i


def _compartments(tumor: list[Segment], seed: Seed, settings: MeasurementSettings) -> Regions:
    """Unions that the mask tells apart, then the parts that are there."""
    regions: dict[Compartment, Segment] = {}
    there = {s.compartment for s in tumor}
    parts = [c for c in Compartment if c in there and c not in _UNIONS]
    for compartment in (*_UNIONS, *parts):
        members = [s for s in tumor if s.compartment in _counted(compartment, settings)]
        if compartment is not C.WHOLE and all(s.compartment is C.WHOLE for s in members):
            continue
        within = unite(members, compartment, seed.start, seed.array)
        if within is not None:
            regions[compartment] = replace(
                within, tracking_uid=seed.tracking_uid, tracking_id=seed.tracking_id
            )
    return regions


def _each_by_itself(segmentation: Segmentation, filled: list[Segment]) -> FoundLesions:
    regions = [{s.compartment: replace(s, name=str(s.number))} for s in filled]
    notices: tuple[Notice, ...] = ()
    if not filled:
        labels = ", ".join(f"{s.number} ({s.name})" for s in segmentation) or "none"
        notices = (Notice(Code.MASK_EMPTY, f"the mask has no voxels; its labels: {labels}."),)
    return FoundLesions(tuple(sorted(regions, key=_order)), (), notices)


def _small_part(segmentation: Segmentation, whole: Segment) -> SmallPart:
    center: Point = tuple(  # type: ignore[assignment]
        float(x) for x in segmentation.geometry.to_world(np.argwhere(whole.array).mean(axis=0) + whole.start)
    )
    volume_ml = whole.voxels * segmentation.geometry.voxel_volume_mm3 / 1000
    return SmallPart(whole.voxels, volume_ml, center)
