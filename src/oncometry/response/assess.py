"""Judge a timeline by a criterion: every visit, every scope, the whole course, each with its proof."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from oncometry.response.assessment import Assessment, ResponseRow
from oncometry.response.best_response import OutcomeSettings, best_response
from oncometry.response.cases import Verdict
from oncometry.response.category import CATEGORIES, Category, Scope
from oncometry.response.course import Course
from oncometry.response.criterion import Criterion, Judgement
from oncometry.response.explanation import Explanation
from oncometry.response.flip import Flip, flips
from oncometry.response.outcome import Outcome, outcome
from oncometry.response.role_limits import role_notices
from oncometry.response.timeline import Timeline

__all__ = ["assess"]

SUMMED = (Scope.TARGET, Scope.OVERALL)


def assess(
    timeline: Timeline,
    criterion: Criterion,
    settings: OutcomeSettings | None = None,
    draws: Course | None = None,
) -> Assessment:
    """Judge a timeline.

    Args:
        timeline: of one patient and reader.
        criterion: by whose rules.
        settings: of the best response; None: as the criterion has it.
        draws: the same timeline with the numbers as they might have been read: categories get their share of draws.
    """
    course = Course.of(timeline)
    judgement = criterion.judge(course)
    drawn = None if draws is None else criterion.judge(draws)
    found = flips(course, criterion, judgement)
    asked = settings or criterion.outcome
    rows = [
        _row(timeline, criterion, judgement, drawn, scope, visit, found[visit])
        for visit in range(len(timeline.visits))
        for scope in judgement.verdicts
    ]
    best = outcome(course, judgement, asked)
    chances: Mapping[Category, float] = {}
    if drawn is not None:
        targets = bool(len(judgement.targets))
        overall = best_response(drawn.verdicts[Scope.OVERALL], course.days, asked, with_targets=targets)
        chances = _shares(overall, 0)
    rows.append(_best_row(criterion, best, chances))
    notices = role_notices(timeline, criterion, judgement)
    return Assessment(timeline, criterion.ruleset, tuple(rows), best, judgement.beside, notices)


def _best_row(criterion: Criterion, best: Outcome, chances: Mapping[Category, float]) -> ResponseRow:
    timeline, ruleset = best.timeline, criterion.ruleset
    return ResponseRow(
        patient_id=timeline.patient_id,
        timepoint="",
        day=best.day(best.best_visit),
        reader=timeline.reader,
        scope=Scope.BEST_OVERALL,
        category=best.best,
        quantity=criterion.quantity,
        total=None,
        nadir=None,
        change_from_baseline=None,
        change_from_nadir=None,
        flip=None,
        probabilities=chances,
        explanation=best,
        ruleset=ruleset.name,
        version=ruleset.version,
        verified=ruleset.verified,
    )


def _row(
    timeline: Timeline,
    criterion: Criterion,
    judgement: Judgement,
    drawn: Judgement | None,
    scope: Scope,
    visit: int,
    flip: Flip | None,
) -> ResponseRow:
    burden, ruleset = judgement.burden, criterion.ruleset
    summed = scope in SUMMED
    flip = flip if scope is Scope.OVERALL else None
    return ResponseRow(
        timeline.patient_id,
        timeline.visits[visit].label,
        timeline.visits[visit].day,
        timeline.reader,
        scope,
        judgement.verdicts[scope].at(visit),
        criterion.quantity,
        _number(burden.whole, visit) if summed else None,
        _number(burden.nadir, visit) if summed else None,
        _number(burden.change_from_baseline, visit) if summed and visit else None,
        _number(burden.change_from_nadir, visit) if summed else None,
        flip,
        {} if drawn is None else _shares(drawn.verdicts[scope], visit),
        Explanation(timeline, judgement, criterion, scope, visit, flip),
        ruleset.name,
        ruleset.version,
        ruleset.verified,
        timeline.accepted[visit],
    )


def _number(values: NDArray[np.float64], visit: int) -> float | None:
    value = float(values[0, visit])
    return None if math.isnan(value) else value


def _shares(verdict: Verdict, visit: int) -> dict[Category, float]:
    """Category -> share of draws, in the order of `CATEGORIES`."""
    counts = np.bincount(verdict.categories[:, visit], minlength=len(CATEGORIES))
    return {CATEGORIES[code]: counts[code] / len(verdict.categories) for code in np.flatnonzero(counts)}
