"""What the targets of one component say, and what those of two say together."""

from __future__ import annotations

import numpy as np

from oncometry.response.burden import Burden
from oncometry.response.cases import Case, Verdict, first_of
from oncometry.response.category import Category
from oncometry.response.clause import Ruleset
from oncometry.response.course import BoolArray
from oncometry.response.rano.component import Thresholds
from oncometry.response.thresholds import at_least, at_most

__all__ = ["join", "judge_targets"]


def judge_targets(
    ruleset: Ruleset,
    sums: Burden,
    thresholds: Thresholds,
    first: int,
    grown: BoolArray | bool,
    again: BoolArray | bool,
) -> Verdict:
    """Judge the sum of one component's targets at every visit.

    Args:
        ruleset: whose clauses are cited.
        sums: (draws, visits).
        thresholds: of the component.
        first: the visit that is the baseline.
        grown: whether a lesion grew as much as the criterion asks beside the fraction.
        again: whether any size at all after a sum of 0 is progression.
    """
    visit = np.arange(sums.total.shape[1])
    back = (sums.nadir == 0) & (sums.total > 0)
    above = (sums.nadir > 0) & at_least(sums.total, thresholds.pd * sums.nadir)
    cases = [
        Case(visit < first, Category.NONE, "baseline"),
        Case((visit == first) & sums.complete, Category.NONE, "baseline"),
        Case(back & (grown | again), Category.PD, "reappeared"),
        Case(above & grown, Category.PD, "pd"),
        Case(~sums.complete | ~(sums.baseline > 0), Category.NE, "ne"),
        Case(sums.total == 0, Category.CR, "cr"),
        Case(at_most(sums.total, thresholds.pr * sums.baseline), Category.PR, "pr"),
    ]
    if thresholds.mr is not None:
        cases.append(Case(at_most(sums.total, thresholds.mr * sums.baseline), Category.MR, "mr"))
    return first_of(ruleset, sums.total.shape, *cases, Case(True, Category.SD, "sd"))


def join(ruleset: Ruleset, one: Verdict, other: Verdict) -> Verdict:
    """Two components judged in parallel, joined: progression of either decides, then what is missing, then the table.

    A complete response of one leaves the verdict to the other; a response of one beside stable disease is a response.
    """
    either = np.where(one.is_(Category.PD), one.clauses, other.clauses)
    left_to_other, left_to_one = one.is_(Category.CR), other.is_(Category.CR)

    def any_(category: Category) -> BoolArray:
        return one.is_(category) | other.is_(category)

    joined = first_of(
        ruleset,
        (one.categories.shape[0], one.categories.shape[1]),
        Case(any_(Category.PD), Category.PD, "pd"),
        Case(any_(Category.NE), Category.NE, "ne"),
        Case(any_(Category.NONE), Category.NONE, "baseline"),
        Case(left_to_other & left_to_one, Category.CR, "cr"),
        Case(left_to_other | left_to_one, Category.SD, "joined"),
        Case(any_(Category.PR), Category.PR, "joined"),
        Case(any_(Category.MR), Category.MR, "joined"),
        Case(True, Category.SD, "sd"),
    )
    remaining = np.where(left_to_other, other.categories, one.categories)
    categories = np.where(left_to_other ^ left_to_one, remaining, joined.categories)
    spoken = any_(Category.PD) | any_(Category.NE)
    return Verdict(
        np.where(spoken, joined.categories, categories).astype(np.int8),
        np.where(any_(Category.PD), either, joined.clauses).astype(np.int16),
    )
