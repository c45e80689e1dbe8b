"""Targets by sums of diameters: longest of a lesion, short axis of a node (RECIST 1.1 and what is made after it)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oncometry.core import LesionRole, LesionStatus, Quantity
from oncometry.response.burden import Burden, burden
from oncometry.response.cases import Case, Verdict, first_of
from oncometry.response.category import Category
from oncometry.response.clause import Ruleset
from oncometry.response.course import BoolArray, Course, FloatArray
from oncometry.response.thresholds import at_least, at_most

__all__ = ["DIAMETERS", "LinearTargets", "LinearThresholds", "diameters", "judge_targets", "linear_targets"]


@dataclass(frozen=True)
class LinearThresholds:
    """Numbers of a criterion by diameters.

    Attributes:
        pr_fraction: of the baseline, at most, for response.
        pd_fraction: of the nadir, at least, for progression; and `pd_mm` above it.
        node_normal_mm: short axis below which a node is normal.
        too_small_mm: what a lesion counts that is there and has no number.
        definite_visits: at how many visits all disease must have been gone for its return to be progression whatever
            its size. EORTC asks for a complete response that was definitively assigned, and recommends to confirm it;
            before that the lesions may have been there all the time, and the ordinary rule holds.
    """

    pr_fraction: float = 0.7
    pd_fraction: float = 1.2
    pd_mm: float = 5.0
    node_normal_mm: float = 10.0
    too_small_mm: float = 5.0
    definite_visits: int = 2


RECIST = LinearThresholds()
DIAMETERS = (Quantity.LONGEST_DIAMETER_MM, Quantity.SHORT_AXIS_MM)


def diameters(course: Course, thresholds: LinearThresholds = RECIST) -> FloatArray:
    """(draws, visits, lesions): what each lesion counts; 0 of what is absent, NaN of what was not evaluated."""
    longest, short = course.sizes(Quantity.LONGEST_DIAMETER_MM), course.sizes(Quantity.SHORT_AXIS_MM)
    sizes = np.where(course.nodes, short, longest)
    unnumbered = course.status(LesionStatus.TOO_SMALL) & np.isnan(sizes)
    return np.where(unnumbered, thresholds.too_small_mm, sizes)


@dataclass(frozen=True, eq=False)
class LinearTargets:
    """The targets of a course in numbers.

    Attributes:
        which: lesions of the timeline.
        burden: their sums.
        there: (draws, visits, targets) whether each is still disease: above 0, a node of 10 mm or more.
        gone: (draws, visits) all evaluated and none there; also where there are no targets.
        critical: quantity -> (visits, lesions, k), see `Judgement`.
    """

    which: NDArray[np.intp]
    burden: Burden
    there: BoolArray
    gone: BoolArray
    critical: Mapping[Quantity, FloatArray]


def linear_targets(course: Course, thresholds: LinearThresholds) -> LinearTargets:
    """Sum the targets, and tell which are still disease."""
    targets = course.role(LesionRole.TARGET)
    sizes = diameters(course, thresholds)[:, :, targets]
    sums = burden(sizes)
    nodes = course.nodes[targets]
    there = np.where(nodes, at_least(sizes, thresholds.node_normal_mm), sizes > 0)
    gone = np.all(~there & ~np.isnan(sizes), axis=2)
    return LinearTargets(targets, sums, there, gone, _critical(course, sums, thresholds))


def progression_limit(sums: Burden, thresholds: LinearThresholds) -> FloatArray:
    """(draws, visits): the sum from which it is progression; both conditions hold from the larger one on."""
    return np.maximum(thresholds.pd_fraction * sums.nadir, sums.nadir + thresholds.pd_mm)


def judge_targets(
    ruleset: Ruleset, targets: LinearTargets, thresholds: LinearThresholds, complete: NDArray[np.intp]
) -> Verdict:
    """Category of the targets at every visit.

    Args:
        ruleset: has the clauses cited here.
        targets: of the course.
        thresholds: of the criterion.
        complete: (draws, visits) at how many visits before all disease was gone.
    """
    sums = targets.burden
    first = np.arange(sums.total.shape[1]) == 0
    none = sums.sizes.shape[2] == 0
    there = targets.there.any(axis=2)
    responds = at_most(sums.total, thresholds.pr_fraction * sums.baseline)
    return first_of(
        ruleset,
        sums.total.shape,
        Case(none, Category.NONE, "target-none"),
        Case(first & sums.complete, Category.NONE, "target-baseline"),
        Case(~first & targets.gone, Category.CR, "target-cr"),
        Case(there & (complete >= thresholds.definite_visits), Category.PD, "target-reappeared"),
        Case(at_least(sums.total, progression_limit(sums, thresholds)), Category.PD, "target-pd"),
        Case(~sums.complete | np.isnan(sums.baseline), Category.NE, "target-ne"),
        Case(there & (complete > 0) & responds, Category.PR, "target-doubtful-cr"),
        Case(responds, Category.PR, "target-pr"),
        Case(True, Category.SD, "target-sd"),
    )


def _critical(course: Course, sums: Burden, thresholds: LinearThresholds) -> Mapping[Quantity, FloatArray]:
    """Sizes at which the sum meets a threshold, a lesion is gone, or a node normal."""
    visits, lesions = len(course.timeline.visits), len(course.timeline.lesions)
    targets = course.role(LesionRole.TARGET)
    found = np.full((visits, lesions, 4), np.nan)
    limits = [thresholds.pr_fraction * sums.baseline[0], progression_limit(sums, thresholds)[0]]
    found[:, targets, :2] = sums.met_alone(np.stack(limits, axis=1))
    found[:, targets, 2] = 0.0
    found[:, course.nodes, 3] = thresholds.node_normal_mm
    return {
        Quantity.LONGEST_DIAMETER_MM: np.where(course.nodes[:, None], np.nan, found),
        Quantity.SHORT_AXIS_MM: np.where(course.nodes[:, None], found, np.nan),
    }
