"""Plain volumetric response: 65 % down, 40 % up, the volumes of RANO 2.0's thresholds without its clinical rules."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oncometry.core import LesionRole, Quantity
from oncometry.response.best_response import OutcomeSettings
from oncometry.response.burden import Burden, burden
from oncometry.response.cases import Case, Verdict, first_of
from oncometry.response.category import Category, Scope
from oncometry.response.clause import Clause, Ruleset
from oncometry.response.course import BoolArray, Course, FloatArray
from oncometry.response.criterion import Judgement
from oncometry.response.selection import Limits
from oncometry.response.thresholds import at_least, at_most

__all__ = ["Volumetric"]

PR_FRACTION, PD_FRACTION = 0.35, 1.40
DOI = "10.1200/JCO.23.01059"
SECTION = "volumetric thresholds"

RULESET = Ruleset(
    "volumetric",
    "1",
    "Volumetric response (40 % / 65 %)",
    (
        Clause("new", "A new lesion is progression.", SECTION, DOI),
        Clause("pd", "Volume at least 40 % above the smallest since baseline.", SECTION, DOI),
        Clause("reappeared", "Volume again, after there was none.", SECTION, DOI),
        Clause(
            "ne",
            "A target lesion has no volume, and those that have one do not make it progression.",
            SECTION,
            DOI,
        ),
        Clause("cr", "No target lesion has any volume left.", SECTION, DOI),
        Clause("pr", "Volume at least 65 % below the baseline.", SECTION, DOI),
        Clause("sd", "Neither enough less for response nor enough more for progression.", SECTION, DOI),
        Clause("baseline", "The first visit is what the others are compared with.", SECTION, DOI),
    ),
)

LIMITS = Limits(ranked_by=Quantity.VOLUME_ML)
OUTCOME = OutcomeSettings()


@dataclass(frozen=True)
class Volumetric:
    """Judges the sum of the targets' volumes."""

    ruleset: Ruleset = RULESET
    quantity: Quantity = Quantity.VOLUME_ML
    quantities: tuple[Quantity, ...] = (Quantity.VOLUME_ML,)
    limits: Limits = LIMITS
    outcome: OutcomeSettings = OUTCOME

    def judge(self, course: Course) -> Judgement:
        """Judge every visit by volume and new lesions."""
        targets = course.role(LesionRole.TARGET)
        sums = burden(course.sizes(self.quantity)[:, :, targets])
        new = course.new_lesions
        return Judgement(
            {Scope.OVERALL: self._overall(sums, new)},
            sums,
            targets,
            {self.quantity: _critical(course, sums)},
        )

    def _overall(self, sums: Burden, new: BoolArray) -> Verdict:
        first = np.arange(sums.total.shape[1]) == 0
        return first_of(
            self.ruleset,
            sums.total.shape,
            Case(first & sums.complete, Category.NONE, "baseline"),
            Case(new & ~first, Category.PD, "new"),
            Case((sums.nadir == 0) & (sums.total > 0), Category.PD, "reappeared"),
            Case((sums.nadir > 0) & at_least(sums.total, PD_FRACTION * sums.nadir), Category.PD, "pd"),
            Case(~sums.complete | np.isnan(sums.baseline), Category.NE, "ne"),
            Case(sums.total == 0, Category.CR, "cr"),
            Case(at_most(sums.total, PR_FRACTION * sums.baseline), Category.PR, "pr"),
            Case(True, Category.SD, "sd"),
        )


def _critical(course: Course, sums: Burden) -> FloatArray:
    """Each target's volume at which the sum meets a threshold, all others as they are."""
    limits = np.stack(
        [PR_FRACTION * sums.baseline[0], PD_FRACTION * sums.nadir[0], 0 * sums.total[0]], axis=1
    )
    found = np.full((len(limits), len(course.timeline.lesions), limits.shape[1]), np.nan)
    found[:, course.role(LesionRole.TARGET)] = sums.met_alone(limits)
    return found
