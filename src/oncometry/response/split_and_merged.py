"""Lesions that split or merged: parts add up to the lesion they come from; what merged is counted once (RECIST 1.1, 4.3.2)."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from oncometry.core import Code, LesionReading, LesionStatus

__all__ = ["joined"]


def joined(readings: Sequence[LesionReading]) -> list[LesionReading]:
    """One reading a lesion and visit: parts summed under the name of what they were part of, merged ones without size.

    Products are those that the readings have: of a sum of parts they could not be told any more.
    """
    parts: dict[tuple[str, str, str], list[LesionReading]] = defaultdict(list)
    whole: list[LesionReading] = []
    for reading in readings:
        if reading.part_of is not None:
            parts[reading.timepoint, reading.part_of, reading.compartment].append(reading)
        elif reading.merged_into is not None:
            whole.append(_without_size(reading, reading.merged_into))
        else:
            whole.append(reading)
    return whole + [_summed(group) for _, group in sorted(parts.items())]


def _without_size(reading: LesionReading, host: str) -> LesionReading:
    reason = f"{Code.MERGED}: one with {host}"
    return replace(reading, status=LesionStatus.ABSENT, values={}, standard_errors={}, reason=reason)


def _summed(parts: Sequence[LesionReading]) -> LesionReading:
    """The lesion that these are the parts of; its number is known where every part's is."""
    parts = sorted(parts, key=lambda part: part.lesion)
    there = [part for part in parts if part.status is not LesionStatus.ABSENT]
    shared = set.intersection(*(set(part.values) for part in there)) if there else set()
    errors = set.intersection(*(set(part.standard_errors) for part in there)) if there else set()
    status = LesionStatus.ABSENT if not there else LesionStatus.MEASURED
    if there and not shared:
        status = LesionStatus.NOT_EVALUABLE
    split = f"{Code.SPLIT}: {', '.join(part.lesion for part in parts)}"
    return replace(
        parts[0],
        lesion=parts[0].part_of or parts[0].lesion,
        part_of=None,
        status=status,
        values={quantity: sum(part.values[quantity] for part in there) for quantity in shared},
        standard_errors={q: math.hypot(*(part.standard_errors[q] for part in there)) for q in errors},
        reason="; ".join([split, *dict.fromkeys(part.reason for part in parts if part.reason)]),
        sources=tuple(source for part in parts for source in part.sources),
    )
