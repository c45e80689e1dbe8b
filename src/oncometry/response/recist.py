"""RECIST 1.1: sums of diameters, non-target lesions by eye, new lesions (Eisenhauer 2009, doi:10.1016/j.ejca.2008.10.026)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Quantity
from oncometry.response.best_response import OutcomeSettings
from oncometry.response.category import Scope
from oncometry.response.clause import Ruleset
from oncometry.response.course import BoolArray, Course
from oncometry.response.criterion import Judgement
from oncometry.response.linear_others import (
    NonTargets,
    judge_new,
    judge_non_targets,
    judge_overall,
    non_targets,
)
from oncometry.response.linear_targets import (
    DIAMETERS,
    RECIST,
    LinearTargets,
    LinearThresholds,
    judge_targets,
    linear_targets,
)
from oncometry.response.recist_rules import RULESET
from oncometry.response.selection import Limits

__all__ = ["LIMITS", "OUTCOME", "Recist", "responded_before"]

LIMITS = Limits(
    smallest={Quantity.LONGEST_DIAMETER_MM: 10.0},
    smallest_node={Quantity.SHORT_AXIS_MM: 15.0},
    node_normal_mm=10.0,
    by_slices=True,
    targets=5,
    per_organ=2,
)
"""3.1.1 and 4.2. On a chest X-ray a lesion must have 20 mm; readings do not say that they are of one."""
OUTCOME = OutcomeSettings()


@dataclass(frozen=True)
class Recist:
    """Judges as RECIST 1.1 does; what was made after it comes with other numbers and rules."""

    ruleset: Ruleset = RULESET
    thresholds: LinearThresholds = RECIST
    limits: Limits = LIMITS
    outcome: OutcomeSettings = OUTCOME
    quantity: Quantity = Quantity.LONGEST_DIAMETER_MM
    quantities: tuple[Quantity, ...] = DIAMETERS

    def judge(self, course: Course) -> Judgement:
        """Judge targets, non-targets and new lesions, and put them together."""
        targets = linear_targets(course, self.thresholds)
        others = non_targets(course, self.thresholds.node_normal_mm)
        complete = responded_before(targets, others, course.new_lesions)
        by_target = judge_targets(self.ruleset, targets, self.thresholds, complete)
        by_other = judge_non_targets(self.ruleset, others, complete >= self.thresholds.definite_visits)
        new = judge_new(self.ruleset, course.new_lesions, complete.shape)
        return Judgement(
            {
                Scope.TARGET: by_target,
                Scope.NON_TARGET: by_other,
                Scope.NEW: new,
                Scope.OVERALL: judge_overall(self.ruleset, by_target, by_other, new),
            },
            targets.burden,
            targets.which,
            targets.critical,
        )


def responded_before(targets: LinearTargets, others: NonTargets, new: BoolArray) -> NDArray[np.intp]:
    """(draws, visits): at how many visits before, the baseline aside, all disease was gone."""
    gone = targets.gone & others.gone & ~new & bool(len(targets.which) + others.count)
    gone[:, 0] = False
    before = np.zeros(gone.shape, dtype=np.intp)
    before[:, 1:] = np.cumsum(gone, axis=1)[:, :-1]
    return before
