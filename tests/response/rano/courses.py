"""Hand-made courses of brain tumors: sizes a visit, and what was said beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from oncometry.core import (
    ClinicalState,
    ClinicalStatus,
    Compartment,
    LesionReading,
    LesionRole,
    LesionStatus,
    NonTargetState,
    Quantity,
    SurroundingChange,
)
from oncometry.response.category import Category, Scope
from oncometry.response.course import Course
from oncometry.response.rano import RanoCriterion
from oncometry.response.timeline import Timeline, TimelineLesion, TimelineVisit

WELL = ClinicalState(
    status=ClinicalStatus.STABLE,
    steroid_mg=0.0,
    antiangiogenic=False,
    weeks_since_radiotherapy=np.inf,
    t2_flair=SurroundingChange.STABLE,
    enhancement_increased=False,
)
"""All that any criterion asks for is said, and nothing of it speaks against response."""
WORSE = replace(WELL, status=ClinicalStatus.DETERIORATED)
UNSAID = ClinicalState()
ON_4_MG = replace(WELL, steroid_mg=4.0)

Size = float | Mapping[Quantity, float] | LesionStatus | NonTargetState | None
"""A number in the criterion's quantity (0: absent), several quantities, a status, a state by eye, or no reading."""


def course(
    quantity: Quantity,
    lesions: Mapping[str, Sequence[Size]],
    states: Sequence[ClinicalState] | ClinicalState = WELL,
    *,
    days: Sequence[int | None] | None = None,
    new: Sequence[bool | None] = (),
) -> Course:
    """Lesions are targets unless their name begins with 'non-target' or 'new'; parts are told by their names."""
    visits = len(next(iter(lesions.values()))) if lesions else len(new)
    states = [states] * visits if isinstance(states, ClinicalState) else list(states)
    when = days if days is not None else [56 * v for v in range(visits)]
    return Course.of(
        Timeline(
            "p1",
            "reader",
            tuple(TimelineVisit(f"v{i}", d, s) for i, (d, s) in enumerate(zip(when, states, strict=True))),
            tuple(_lesion(quantity, name, sizes) for name, sizes in lesions.items()),
            tuple(new),
        )
    )


def judged(
    criterion: RanoCriterion, made: Course, scope: Scope = Scope.OVERALL, draw: int = 0
) -> list[Category]:
    """The category of every visit."""
    verdict = criterion.judge(made).verdicts[scope]
    return [verdict.at(v, draw) for v in range(len(made.timeline.visits))]


def cited(criterion: RanoCriterion, made: Course, visit: int = -1, scope: Scope = Scope.OVERALL) -> str:
    """Key of the clause that gave a visit's category."""
    return criterion.ruleset.clauses[int(criterion.judge(made).verdicts[scope].clauses[0, visit])].key


def _lesion(quantity: Quantity, name: str, sizes: Sequence[Size]) -> TimelineLesion:
    role = next((r for r in (LesionRole.NON_TARGET, LesionRole.NEW) if name.startswith(r)), LesionRole.TARGET)
    parts = [p for p in Compartment if f"({p})" in name]
    part = parts[0] if parts else Compartment.WHOLE
    readings = (_reading(quantity, name, role, part, visit, size) for visit, size in enumerate(sizes))
    return TimelineLesion(name, role, tuple(readings))


def _reading(
    quantity: Quantity, name: str, role: LesionRole, part: Compartment, visit: int, size: Size
) -> LesionReading | None:
    if size is None:
        return None
    empty = LesionReading(
        "p1", f"v{visit}", 56 * visit, "reader", name, role, LesionStatus.MEASURED, compartment=part
    )
    if isinstance(size, LesionStatus):
        return replace(empty, status=size, reason="said so")
    if isinstance(size, NonTargetState):
        return replace(empty, state=size)
    if isinstance(size, Mapping):
        return replace(empty, values=size)
    if size == 0:
        return replace(empty, status=LesionStatus.ABSENT)
    return replace(empty, values={quantity: float(size)})
