"""Targets that a criterion would not take: they count as the reader said, and it is told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from oncometry.core import Code, Compartment, LesionReading, LesionRole, LesionStatus, Notice
from oncometry.response.criterion import Criterion, Judgement
from oncometry.response.selection import Limits, same_organ, smallest_sizes
from oncometry.response.timeline import Timeline, TimelineLesion

__all__ = ["late_lesions", "not_at_baseline", "role_notices"]

Baseline = Sequence[tuple[TimelineLesion, LesionReading]]
"""The targets with what was read of them at the baseline."""


def role_notices(timeline: Timeline, criterion: Criterion, judgement: Judgement) -> tuple[Notice, ...]:
    """What of the targets is beyond the criterion's limits, and what it counts and nobody read at the baseline.

    And lesions that could not be selected, since nobody gave the sizes that tell it. A limit of a size that nobody gave
    cannot be told to be broken. Whose timeline it is, who shows the notices says.

    Args:
        timeline: with every role, stated or selected: what was selected keeps to the limits.
        criterion: whose limits.
        judgement: of the timeline.
    """
    limits, name = criterion.limits, criterion.ruleset.name
    first = limits.baseline_visit([visit.clinical.weeks_since_radiotherapy for visit in timeline.visits])
    if first >= len(timeline.visits):
        return ()
    targets = [lesion for lesion in timeline.lesions if lesion.role is LesionRole.TARGET]
    read = [(lesion, reading) for lesion in targets if (reading := lesion.readings[first]) is not None]
    small = (_too_small(lesion, reading, name, limits) for lesion, reading in read)
    beyond = [*_too_many(read, name, limits), *(line for line in small if line)]
    late = late_lesions(timeline, judgement, first)
    label = timeline.visits[first].label
    return (
        *(Notice(Code.ROLE_BEYOND_LIMITS, f"{line}; judged as the reader said.") for line in beyond),
        *(Notice(Code.VALUE_MISSING, not_at_baseline(lesion, label)) for lesion in late),
        *(Notice(Code.VALUE_MISSING, line) for line in _untold(timeline, first, criterion)),
    )


def late_lesions(timeline: Timeline, judgement: Judgement, first: int) -> list[str]:
    """Names of lesions that count, targets or what the criterion takes for such, and were not read at the baseline."""
    counted = {int(at) for at in judgement.targets}
    return [
        lesion.name
        for at, lesion in enumerate(timeline.lesions)
        if (lesion.role is LesionRole.TARGET or at in counted) and lesion.readings[first] is None
    ]


def not_at_baseline(lesion: str, baseline: str) -> str:
    """Of a lesion that counts and that nobody read at the baseline: what follows, and what to do."""
    return (
        f"{lesion} was not read at {baseline}, the baseline, so that nothing can be compared with it: give its size "
        "there or, if it was not there yet, call it new."
    )


def _untold(timeline: Timeline, first: int, criterion: Criterion) -> Iterator[str]:
    """Lesions that might be targets, have no role, and lack a size that the criterion asks of a target."""
    for lesion in timeline.lesions:
        reading = lesion.readings[first]
        if reading is None or reading.role is not None or criterion.quantity not in reading.values:
            continue
        lacking = [q.value for q in smallest_sizes(reading, criterion.limits) if q not in reading.values]
        if lacking:
            yield (
                f"{lesion.name} is no target, for it has no {' and no '.join(lacking)} at the baseline to tell that it is "
                "large enough: give that, or its role."
            )


def _too_many(read: Baseline, criterion: str, limits: Limits) -> Iterator[str]:
    """By part, and by organ within a part, as targets are selected."""
    parts: dict[str, list[str]] = defaultdict(list)
    organs: dict[str, list[str]] = defaultdict(list)
    for lesion, reading in read:
        part = "" if reading.compartment is Compartment.WHOLE else f" of the {reading.compartment} part"
        parts[part].append(lesion.name)
        if lesion.organ is not None:
            organs[f"{part} in {same_organ(lesion.organ)!r}"].append(lesion.name)
    for groups, most in ((parts, limits.targets), (organs, limits.per_organ)):
        for where, names in groups.items():
            if most is not None and len(names) > most:
                yield f"{len(names)} targets{where} ({', '.join(names)}), {criterion} takes {most}"


def _too_small(lesion: TimelineLesion, reading: LesionReading, criterion: str, limits: Limits) -> str:
    """What keeps the baseline reading from being measurable; '' where nothing is known to."""
    kind = "node" if lesion.is_node and limits.smallest_node is not None else "lesion"
    if reading.status in (LesionStatus.TOO_SMALL, LesionStatus.ABSENT):
        return f"target {lesion.name!r} is {reading.status} at the baseline"
    for quantity, least in smallest_sizes(reading, limits).items():
        size = reading.values.get(quantity)
        if size is not None and size < least:
            return f"target {lesion.name!r} has {quantity} {size:g}, of a {kind} {criterion} takes {least:g} or more"
    return ""
