"""What the scans alone say: targets, non-measurable disease, new lesions, T2/FLAIR."""

from __future__ import annotations

from oncometry.response.cases import Case, Verdict, unless
from oncometry.response.category import Category
from oncometry.response.clause import Ruleset
from oncometry.response.course import BoolArray
from oncometry.response.rano.inputs import Inputs

__all__ = ["judge_imaging"]


def judge_imaging(
    ruleset: Ruleset, inputs: Inputs, targets: Verdict, non_targets: Verdict, new: BoolArray
) -> Verdict:
    """Judge by the scans alone.

    Args:
        ruleset: whose clauses are cited.
        inputs: of T2/FLAIR and enhancement; what nobody said changes nothing here.
        targets: of all components; NONE after the baseline where nothing was measurable.
        non_targets: by eye.
        new: (visits,) whether a new lesion is there.
    """
    later = inputs.later
    nothing = later & targets.is_(Category.NONE)
    seen = targets.is_(Category.CR, Category.PR, Category.MR, Category.SD)
    cases = [
        Case(later & new, Category.PD, "new"),
        Case(later & non_targets.is_(Category.PD), Category.PD, "non-target-pd"),
    ]
    if inputs.rules.t2_flair:
        cases.append(Case(later & inputs.t2_flair_increased, Category.PD, "t2-flair-pd"))
    if inputs.rules.enhancement:
        cases.append(Case(later & inputs.enhancement_increased, Category.PD, "enhancement-pd"))
    return unless(
        ruleset,
        targets,
        *cases,
        Case((nothing | seen) & non_targets.is_(Category.NE), Category.NE, "non-target-ne"),
        Case(nothing, Category.SD, "unmeasurable"),
        Case(
            targets.is_(Category.CR) & non_targets.is_(Category.NON_CR_NON_PD), Category.PR, "non-target-left"
        ),
    )
