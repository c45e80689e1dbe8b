"""Non-target and new lesions, and the overall category of a visit, as RECIST 1.1 puts them together (Tables 1 and 2)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oncometry.core import LesionRole, LesionStatus, NonTargetState, Quantity
from oncometry.response.cases import Case, Verdict, first_of
from oncometry.response.category import Category
from oncometry.response.clause import Ruleset
from oncometry.response.course import BoolArray, Course
from oncometry.response.thresholds import at_least

__all__ = ["NonTargets", "judge_new", "judge_non_targets", "judge_overall", "non_targets"]

EVALUATED = (LesionStatus.MEASURED, LesionStatus.TOO_SMALL, LesionStatus.ABSENT)


@dataclass(frozen=True, eq=False)
class NonTargets:
    """The non-target lesions of a course.

    Attributes:
        count: how many there are.
        there: (draws, visits, non-targets) whether each is still disease; False where not evaluated.
        evaluated: (visits,) whether all were.
        progressed: (visits,) whether any is called unequivocal progression.
        gone: (draws, visits) all evaluated and none there; also where there are none.
    """

    count: int
    there: BoolArray
    evaluated: BoolArray
    progressed: BoolArray
    gone: BoolArray


def non_targets(course: Course, node_normal_mm: float) -> NonTargets:
    """Read the non-targets' states; a node is gone when its short axis, if measured, is normal."""
    which = course.role(LesionRole.NON_TARGET)
    seen = course.status(*EVALUATED)[:, which]
    absent = course.status(LesionStatus.ABSENT)[:, which] | course.state(NonTargetState.ABSENT)[:, which]
    short = course.values[Quantity.SHORT_AXIS_MM][:, :, which]
    normal = course.nodes[which] & ~np.isnan(short) & ~at_least(short, node_normal_mm)
    there = seen & ~absent & ~normal
    evaluated = np.asarray(seen.all(axis=1))
    return NonTargets(
        len(which),
        there,
        evaluated,
        np.asarray(course.state(NonTargetState.PROGRESSION)[:, which].any(axis=1)),
        evaluated & ~there.any(axis=2),
    )


def judge_non_targets(ruleset: Ruleset, others: NonTargets, reappeared: BoolArray) -> Verdict:
    """Category of the non-targets at every visit.

    Args:
        ruleset: has the clauses cited here.
        others: of the course.
        reappeared: (draws, visits) whether any disease now is disease again, after a complete response.
    """
    first = np.arange(reappeared.shape[1]) == 0
    return first_of(
        ruleset,
        (reappeared.shape[0], reappeared.shape[1]),
        Case(others.count == 0, Category.NONE, "non-target-none"),
        Case(first, Category.NONE, "non-target-baseline"),
        Case(others.progressed, Category.PD, "non-target-pd"),
        Case(reappeared & others.there.any(axis=2), Category.PD, "non-target-reappeared"),
        Case(~others.evaluated, Category.NE, "non-target-ne"),
        Case(others.gone, Category.CR, "non-target-cr"),
        Case(True, Category.NON_CR_NON_PD, "non-target-persists"),
    )


def judge_new(ruleset: Ruleset, new: BoolArray, shape: tuple[int, int]) -> Verdict:
    """`PD` where a new lesion is there, else `NONE`."""
    first = np.arange(shape[1]) == 0
    return first_of(
        ruleset,
        shape,
        Case(new & ~first, Category.PD, "new"),
        Case(True, Category.NONE, "new-none"),
    )


def judge_overall(ruleset: Ruleset, targets: Verdict, others: Verdict, new: Verdict) -> Verdict:
    """Overall category of every visit: with targets by Table 1, without by Table 2."""
    shape = (targets.categories.shape[0], targets.categories.shape[1])
    first = np.arange(shape[1]) == 0
    with_targets = ~targets.clause_is(ruleset, "target-none")
    without = targets.is_(Category.NONE) & others.is_(Category.NONE)
    return first_of(
        ruleset,
        shape,
        Case(first & ~targets.is_(Category.NE), Category.NONE, "overall-baseline"),
        Case(targets.is_(Category.PD), Category.PD, "overall-target-pd"),
        Case(others.is_(Category.PD), Category.PD, "overall-non-target-pd"),
        Case(new.is_(Category.PD), Category.PD, "overall-new"),
        Case(without, Category.NONE, "overall-none"),
        Case(targets.is_(Category.NE), Category.NE, "overall-ne"),
        Case(targets.is_(Category.CR) & others.is_(Category.CR, Category.NONE), Category.CR, "overall-cr"),
        Case(targets.is_(Category.CR), Category.PR, "overall-cr-but-non-target"),
        Case(targets.is_(Category.PR), Category.PR, "overall-pr"),
        Case(with_targets, Category.SD, "overall-sd"),
        Case(others.is_(Category.CR), Category.CR, "overall-non-target-cr"),
        Case(others.is_(Category.NE), Category.NE, "overall-non-target-ne"),
        Case(True, Category.NON_CR_NON_PD, "overall-non-target-persists"),
    )
