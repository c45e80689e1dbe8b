"""The compartments of a tumor: which segments make each of them, and their union in one lesion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from oncometry.core import Compartment, Segment, Segmentation
from oncometry.core.schemes import COMPOSITION, SCHEMES
from oncometry.measurement.identity import Seed
from oncometry.measurement.settings import MeasurementSettings
from oncometry.measurement.stack import Stack, union_of
from oncometry.measurement.union import unite

__all__ = ["Regions", "connecting", "counted", "holdable", "members_of", "regions_in", "unions_of"]

C = Compartment
Regions = Mapping[Compartment, Segment]
"""A lesion's compartments, the whole first; each `Segment.name` joins the source labels ('1+3')."""

_FLUID = frozenset({C.CYST, C.CAVITY})
_UNIONS = (C.WHOLE, C.CORE, C.ENHANCING)


def connecting(settings: MeasurementSettings) -> frozenset[Compartment]:
    """What holds a lesion together."""
    return COMPOSITION[C.WHOLE] | (_FLUID if settings.cavity == "in" else {C.CYST})


def counted(compartment: Compartment, settings: MeasurementSettings) -> frozenset[Compartment]:
    """The parts that make a compartment."""
    parts = COMPOSITION.get(compartment, frozenset({compartment}))
    if compartment not in (C.WHOLE, C.CORE):
        return parts
    return parts | _FLUID if settings.cavity == "in" else parts - _FLUID


def members_of(tumor: Sequence[Segment], settings: MeasurementSettings) -> dict[Compartment, list[Segment]]:
    """The segments of each compartment: unions that the mask tells apart, then the parts that are there."""
    there = {s.compartment for s in tumor}
    parts = [c for c in Compartment if c in there and c not in _UNIONS]
    members = {c: [s for s in tumor if s.compartment in counted(c, settings)] for c in (*_UNIONS, *parts)}
    return {c: segments for c, segments in members.items() if segments}


def holdable(segmentation: Segmentation, settings: MeasurementSettings) -> tuple[Compartment, ...]:
    """The core and the enhancing part, if the mask could show them: by its label scheme, or by its segments."""
    scheme = SCHEMES.get(segmentation.scheme)
    known = {s.compartment for s in segmentation}
    known |= {compartment for _, compartment in scheme.labels.values()} if scheme else set()
    return tuple(c for c in (C.CORE, C.ENHANCING) if known & counted(c, settings))


def regions_in(seed: Seed, members: Mapping[Compartment, Sequence[Segment]]) -> Regions:
    """The voxels of each compartment in a lesion; those without any are left out."""
    found = {c: unite(segments, c, seed.start, seed.array) for c, segments in members.items()}
    return {
        c: replace(region, tracking_uid=seed.tracking_uid, tracking_id=seed.tracking_id)
        for c, region in found.items()
        if region is not None
    }


def unions_of(
    stacks: Mapping[int, Stack], members: Mapping[Compartment, Sequence[Segment]]
) -> dict[Compartment, Stack]:
    """What was drawn of each compartment in a lesion, from what was drawn of each segment."""
    found = {c: union_of([stacks[s.number] for s in segments]) for c, segments in members.items()}
    return {c: stack for c, stack in found.items() if stack}
