"""Hand-made timelines: what each lesion was read as, visit by visit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from oncometry.core import (
    ClinicalState,
    LesionReading,
    LesionRole,
    LesionStatus,
    NonTargetState,
    Quantity,
)
from oncometry.response import Category, Course, Criterion, Scope, Timeline, TimelineLesion, TimelineVisit

__all__ = ["Made", "Sided", "Size", "cited", "judged", "timeline"]

Size = float | Mapping[Quantity, float] | LesionStatus | NonTargetState | tuple[NonTargetState, float] | None
"""A number in the criterion's quantity (0: absent), several, a status, a state by eye (with a number), no reading."""

DAYS = 42


@dataclass(frozen=True)
class Made:
    """A course of visits 42 days apart; a lesion whose name begins 'non-target' or 'new' is one, 'node' makes a node."""

    lesions: Mapping[str, Sequence[Size]] = field(default_factory=dict)
    days: Sequence[int | None] | None = None
    new: Sequence[bool | None] = ()
    symptoms: int | None = None
    """The visit that was made for new symptoms."""


@dataclass(frozen=True)
class Sided:
    """A clause, a course at whose last visit it speaks, and one beside it where another does.

    Attributes:
        key: of the clause.
        category: that it gives.
        made: the course.
        beside: the other course.
        then: category and clause there.
        scope: whose verdict is read.
    """

    key: str
    category: Category
    made: Made
    beside: Made
    then: tuple[Category, str]
    scope: Scope = Scope.OVERALL


def timeline(made: Made, quantity: Quantity) -> Timeline:
    """The timeline of a course."""
    visits = max([len(sizes) for sizes in made.lesions.values()] + [len(made.new)])
    days = made.days if made.days is not None else [DAYS * at for at in range(visits)]
    return Timeline(
        "p1",
        "reader",
        tuple(
            TimelineVisit(f"v{at}", day, ClinicalState(new_symptoms=at == made.symptoms))
            for at, day in enumerate(days)
        ),
        tuple(_lesion(name, sizes, quantity) for name, sizes in made.lesions.items()),
        tuple(made.new),
    )


def judged(criterion: Criterion, made: Made, scope: Scope = Scope.OVERALL) -> list[Category]:
    """The category of every visit."""
    made_of = timeline(made, criterion.quantity)
    verdict = criterion.judge(Course.of(made_of)).verdicts[scope]
    return [verdict.at(visit) for visit in range(len(made_of.visits))]


def cited(criterion: Criterion, made: Made, scope: Scope = Scope.OVERALL, visit: int = -1) -> str:
    """Key of the clause that gave a visit's category."""
    verdict = criterion.judge(Course.of(timeline(made, criterion.quantity))).verdicts[scope]
    return criterion.ruleset.clauses[int(verdict.clauses[0, visit])].key


def _lesion(name: str, sizes: Sequence[Size], quantity: Quantity) -> TimelineLesion:
    role = next((r for r in (LesionRole.NON_TARGET, LesionRole.NEW) if name.startswith(r)), LesionRole.TARGET)
    node = "node" in name
    quantity = Quantity.SHORT_AXIS_MM if node and quantity is Quantity.LONGEST_DIAMETER_MM else quantity
    readings = tuple(_reading(name, role, node, quantity, visit, size) for visit, size in enumerate(sizes))
    return TimelineLesion(name, role, readings, None, node)


def _reading(
    name: str, role: LesionRole, node: bool, quantity: Quantity, visit: int, size: Size
) -> LesionReading | None:
    if size is None:
        return None
    empty = LesionReading(
        "p1", f"v{visit}", DAYS * visit, "reader", name, role, LesionStatus.MEASURED, is_node=node,
        sources=(f"row {name} {visit}",),
    )  # fmt: skip
    if isinstance(size, LesionStatus):
        return replace(empty, status=size, reason="said so")
    if isinstance(size, NonTargetState):
        return replace(empty, state=size)
    if isinstance(size, tuple):
        return replace(empty, state=size[0], values={quantity: size[1]})
    if isinstance(size, Mapping):
        return replace(empty, values=size)
    return (
        replace(empty, values={quantity: float(size)}) if size else replace(empty, status=LesionStatus.ABSENT)
    )
