"""PERCIST 1.0: SULpeak of the hottest lesion at each scan (Wahl 2009, doi:10.2967/jnumed.108.057307)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oncometry.core import LesionRole, LesionStatus, NonTargetState, Quantity
from oncometry.response.best_response import OutcomeSettings
from oncometry.response.burden import Burden, burden
from oncometry.response.cases import Case, first_of
from oncometry.response.category import Category, Scope
from oncometry.response.clause import Clause, Ruleset
from oncometry.response.course import BoolArray, Course, FloatArray
from oncometry.response.criterion import Judgement
from oncometry.response.selection import Limits
from oncometry.response.thresholds import at_least, at_most

__all__ = ["PERCIST"]

PMR_FRACTION, PMD_FRACTION, TLG_FRACTION, LEAST_SUL = 0.7, 1.3, 1.75, 0.8
DOI = "10.2967/jnumed.108.057307"
RULESET = Ruleset(
    "percist-1.0",
    "1",
    "PERCIST 1.0 (2009)",
    tuple(
        Clause(key, text, "as tabled in PMC2938069, Table 3", DOI)
        for key, text in (
            ("baseline", "The first scan is what the others are compared with."),
            ("new", "A new lesion takes up FDG."),
            ("extent", "Uptake has visibly spread, by the reader's word (unequivocal progression)."),
            ("pmd", "SULpeak of the hottest lesion is at least 30 % and at least 0.8 above that of the first scan."),
            ("tlg", "Total lesion glycolysis of the targets is at least 75 % above that of the first scan."),
            ("ne", "A lesion has no SULpeak, and those that have one do not make it progression."),
            ("cmr", "No lesion takes up more than the liver or its surroundings, by the reader's word (absent)."),
            ("pmr", "SULpeak of the hottest lesion is at least 30 % and at least 0.8 below that of the first scan."),
            ("smd", "Neither enough less for response nor enough more for progression."),
        )
    ),
)  # fmt: skip
LIMITS = Limits(ranked_by=Quantity.SUL_PEAK, targets=5, per_organ=2)
OUTCOME = OutcomeSettings()


@dataclass(frozen=True)
class Percist:
    """Judges the hottest lesion of each scan, not necessarily the same; all but new lesions count."""

    ruleset: Ruleset = RULESET
    limits: Limits = LIMITS
    outcome: OutcomeSettings = OUTCOME
    quantity: Quantity = Quantity.SUL_PEAK
    quantities: tuple[Quantity, ...] = (Quantity.SUL_PEAK, Quantity.TOTAL_LESION_GLYCOLYSIS_ML)

    def judge(self, course: Course) -> Judgement:
        """Judge every scan against the first."""
        known = np.flatnonzero([x.role is not LesionRole.NEW for x in course.timeline.lesions])
        absent = course.status(LesionStatus.ABSENT) | course.state(NonTargetState.ABSENT)
        hottest = _hottest(np.where(absent, 0.0, course.values[Quantity.SUL_PEAK])[:, :, known])
        targets = course.role(LesionRole.TARGET)
        glycolysis = np.where(absent, 0.0, course.values[Quantity.TOTAL_LESION_GLYCOLYSIS_ML])
        total = burden(glycolysis[:, :, targets])
        spread = np.asarray(course.state(NonTargetState.PROGRESSION)[:, known].any(axis=1))
        none = np.asarray(absent[:, known].all(axis=1) & bool(known.size))
        shape = hottest.total.shape
        first = np.arange(shape[1]) == 0
        peak, base = hottest.total, hottest.baseline
        overall = first_of(
            self.ruleset,
            (shape[0], shape[1]),
            Case(first & hottest.complete, Category.NONE, "baseline"),
            Case(course.new_lesions & ~first, Category.PMD, "new"),
            Case(spread & ~first, Category.PMD, "extent"),
            Case(at_least(peak, _pmd(base)) & ~first, Category.PMD, "pmd"),
            Case(_tlg(total), Category.PMD, "tlg"),
            Case(~hottest.complete | np.isnan(base), Category.NE, "ne"),
            Case(none, Category.CMR, "cmr"),
            Case(at_most(peak, _pmr(base)), Category.PMR, "pmr"),
            Case(True, Category.SMD, "smd"),
        )
        critical = {
            Quantity.SUL_PEAK: _peaks(course, hottest),
            Quantity.TOTAL_LESION_GLYCOLYSIS_ML: _sums(course, total),
        }
        return Judgement({Scope.OVERALL: overall}, hottest, known, critical)


PERCIST = Percist()


def _hottest(peaks: FloatArray) -> Burden:
    """As `burden`, with the largest for the sum: what is missing could only be hotter."""
    sums = burden(peaks)
    there = ~np.isnan(sums.total)
    total = np.where(there, np.nanmax(np.where(np.isnan(peaks), -1.0, peaks), axis=2, initial=-1.0), np.nan)
    whole = np.where(sums.complete, total, np.nan)
    nadir = np.full_like(total, np.nan)
    nadir[:, 1:] = np.fmin.accumulate(whole, axis=1)[:, :-1]
    return Burden(total, sums.complete, np.broadcast_to(whole[:, :1], total.shape), nadir, peaks)


def _pmd(base: FloatArray) -> FloatArray:
    return np.maximum(PMD_FRACTION * base, base + LEAST_SUL)


def _pmr(base: FloatArray) -> FloatArray:
    return np.minimum(PMR_FRACTION * base, base - LEAST_SUL)


def _tlg(total: Burden) -> BoolArray:
    return (total.baseline > 0) & at_least(total.total, TLG_FRACTION * total.baseline)


def _peaks(course: Course, hottest: Burden) -> FloatArray:
    """(visits, lesions, 2): the limits; one lesion alone crosses them where it is the hottest."""
    base = hottest.baseline[0]
    limits = np.stack([_pmd(base), _pmr(base)], axis=1)
    lesions = len(course.timeline.lesions)
    return np.repeat(limits[:, None, :], lesions, axis=1)


def _sums(course: Course, total: Burden) -> FloatArray:
    """(visits, lesions, 1): each target's glycolysis at which the sum meets the limit."""
    found = np.full((len(course.timeline.visits), len(course.timeline.lesions), 1), np.nan)
    found[:, course.role(LesionRole.TARGET)] = total.met_alone(TLG_FRACTION * total.baseline[0][:, None])
    return found
