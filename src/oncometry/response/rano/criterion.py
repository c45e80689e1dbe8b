"""A criterion of the RANO family: its rules as data, judged in one way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Quantity
from oncometry.response.best_response import OutcomeSettings
from oncometry.response.burden import Burden
from oncometry.response.cases import Case, Verdict, first_of
from oncometry.response.category import Category, Scope
from oncometry.response.clause import Ruleset
from oncometry.response.course import BoolArray, Course
from oncometry.response.criterion import Judgement
from oncometry.response.rano.beside import beside, other_sum
from oncometry.response.rano.component import Component, sum_from
from oncometry.response.rano.critical import critical_sizes
from oncometry.response.rano.imaging import judge_imaging
from oncometry.response.rano.inputs import InputRules, Inputs
from oncometry.response.rano.nadir import at_nadir, grew, nadir_visits
from oncometry.response.rano.non_targets import judge_non_targets, unjudged_growth
from oncometry.response.rano.overall import judge_overall, onset
from oncometry.response.rano.targets import join, judge_targets
from oncometry.response.selection import Limits

__all__ = ["RanoCriterion"]


@dataclass(frozen=True)
class RanoCriterion:
    """A pure function over a course.

    Attributes:
        ruleset: name, version, clauses.
        quantity: what is summed.
        components: measured on their own and joined; the first is the one whose sums are shown.
        inputs: what is asked beside sizes.
        limits: which lesions may be targets where no reader said.
        outcome: when a response counts: what confirms it.
    """

    ruleset: Ruleset
    quantity: Quantity
    components: tuple[Component, ...]
    inputs: InputRules
    limits: Limits
    outcome: OutcomeSettings

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """All that it judges: what is summed, and of non-target nodes whether they are normal."""
        return self.quantity, Quantity.SHORT_AXIS_MM

    def judge(self, course: Course) -> Judgement:
        """Judge every visit against those before it."""
        weeks = [visit.clinical.weeks_since_radiotherapy for visit in course.timeline.visits]
        first = self.limits.baseline_visit(weeks)
        inputs = Inputs.of(course.timeline, self.inputs, first)
        present = [c for c in self.components if len(c.targets(course))] or list(self.components[:1])
        parts = [_Part.of(course, self.quantity, component, first) for component in present]
        verdicts = self._verdicts(course, inputs, parts, False, first)
        complete = verdicts[Scope.OVERALL].is_(Category.CR)
        if complete.any() and any(part.grown is not True for part in parts):
            was_complete = np.logical_or.accumulate(complete, axis=1)
            verdicts = self._verdicts(course, inputs, parts, was_complete, first)
        critical = critical_sizes(
            course, [(p.lesions, p.sums, p.nadirs, p.component.thresholds) for p in parts]
        )
        return Judgement(
            verdicts,
            parts[0].sums,
            parts[0].lesions,
            {self.quantity: critical},
            onset(self.ruleset, verdicts[Scope.OVERALL]),
            self._beside(course, parts[1:]),
        )

    def _verdicts(
        self, course: Course, inputs: Inputs, parts: list[_Part], was_complete: BoolArray | bool, first: int
    ) -> dict[Scope, Verdict]:
        """Args: was_complete: where a complete response had been called: any size again is progression then."""
        targets = self._targets(parts, was_complete, first)
        non_targets = judge_non_targets(self.ruleset, course, first)
        imaging = judge_imaging(self.ruleset, inputs, targets, non_targets, course.new_lesions)
        nadir_dose_mg = at_nadir(inputs.steroid_mg, parts[0].nadirs)
        overall = judge_overall(self.ruleset, inputs, imaging, course.days, nadir_dose_mg)
        return {
            Scope.TARGET: targets,
            Scope.NON_TARGET: non_targets,
            Scope.IMAGING: imaging,
            Scope.OVERALL: overall,
        }

    def _beside(self, course: Course, others: list[_Part]) -> tuple[str, ...]:
        growth = unjudged_growth(course, self.quantity, self.components[0].thresholds.pd)
        return tuple(
            " ".join(
                [
                    *(other_sum(part.component.name, part.sums, self.quantity, visit) for part in others),
                    *([growth[visit]] if growth[visit] else []),
                    sentence,
                ]
            )
            for visit, sentence in enumerate(beside(course.timeline, self.inputs))
        )

    def _targets(self, parts: list[_Part], was_complete: BoolArray | bool, first: int) -> Verdict:
        verdicts = []
        for part in parts:
            thresholds, shape = part.component.thresholds, part.sums.total.shape
            verdicts.append(
                judge_targets(self.ruleset, part.sums, thresholds, first, part.grown, was_complete)
                if len(part.lesions)
                else first_of(self.ruleset, shape, Case(True, Category.NONE, "baseline"))
            )
        return verdicts[0] if len(verdicts) == 1 else join(self.ruleset, *verdicts)


@dataclass(frozen=True, eq=False)
class _Part:
    """One component of one course in numbers.

    Attributes:
        grown: (draws, visits) whether a lesion grew as much as the component asks; True where it asks for nothing.
    """

    component: Component
    lesions: NDArray[np.intp]
    sums: Burden
    nadirs: NDArray[np.intp]
    grown: BoolArray | bool

    @classmethod
    def of(cls, course: Course, quantity: Quantity, component: Component, first: int) -> _Part:
        lesions = component.targets(course)
        sums = sum_from(course.sizes(quantity)[:, :, lesions], first)
        nadirs, growth = nadir_visits(sums), component.thresholds.growth_mm
        grown = True if growth is None else grew(sums.sizes, nadirs, growth)
        return cls(component, lesions, sums, nadirs, grown)
