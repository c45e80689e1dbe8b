"""Sizes from contours beside sizes from voxels: judged all the same, and told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from oncometry.core import Code, Compartment, LesionReading

__all__ = ["with_source_told"]


def with_source_told(
    readings: Sequence[LesionReading], measured_from: Mapping[str, str]
) -> list[LesionReading]:
    """Readings that say in their reason where the first one of their lesion was measured from something else.

    Voxels make a lesion larger or smaller than its contours by up to half a voxel all around: such a change is in
    part one of method.

    Args:
        readings: of a patient, with the lesions that they are part of.
        measured_from: value id of a measurement -> 'contours', 'probability', 'voxels'.
    """
    first: dict[tuple[str, Compartment], tuple[str, str]] = {}
    told: dict[int, LesionReading] = {}
    for at in sorted(range(len(readings)), key=lambda at: readings[at].visit_number or 0.0):
        reading = readings[at]
        source = next((measured_from[value] for value in reading.sources if reading.values), None)
        if source is None:
            continue
        then, visit = first.setdefault(
            (reading.part_of or reading.lesion, reading.compartment), (source, reading.timepoint)
        )
        if source != then:
            said = f"{Code.SOURCE_DIFFERS}: measured from {source}, at {visit} from {then}"
            told[at] = replace(reading, reason="; ".join(part for part in (reading.reason, said) if part))
    return [told.get(at, reading) for at, reading in enumerate(readings)]
