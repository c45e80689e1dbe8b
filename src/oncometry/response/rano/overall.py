"""The scans' category held against steroids, clinical state and the weeks after radiotherapy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from oncometry.response.cases import Case, Verdict, unless
from oncometry.response.category import Category
from oncometry.response.clause import Ruleset
from oncometry.response.course import BoolArray, FloatArray
from oncometry.response.rano.inputs import Inputs
from oncometry.response.rano.radiotherapy_window import unsettled

__all__ = ["judge_overall", "onset"]

PENDING = ("window", "clinical-window", "observe", "taper")
"""Clauses of visits at which progression was suspected or possible, and left open."""


def judge_overall(
    ruleset: Ruleset, inputs: Inputs, imaging: Verdict, days: FloatArray, nadir_dose_mg: FloatArray
) -> Verdict:
    """Judge the visit.

    Any single reason is enough for progression, also where other inputs are missing; response and stable disease need
    all of them. What nobody said is NE, or progression by a clause that says what is not known.

    Args:
        ruleset: whose clauses are cited.
        inputs: of steroids, clinical state and radiotherapy.
        imaging: (draws, visits) what the scans say.
        days: (visits,).
        nadir_dose_mg: (draws, visits) steroids at the smallest sum.
    """
    fits = imaging.is_(Category.CR, Category.PR, Category.MR, Category.SD)
    return unless(
        ruleset,
        imaging,
        *_window(inputs, imaging, days),
        *_taper(ruleset, inputs, imaging, nadir_dose_mg),
        *_clinical(inputs, inputs.later & inputs.deteriorated & ~imaging.is_(Category.PD)),
        Case(fits & ~inputs.known, Category.NE, "inputs"),
        *_steroids(inputs, imaging),
    )


def onset(ruleset: Ruleset, overall: Verdict) -> NDArray[np.int16]:
    """(draws, visits): the visit that a progression found at a visit dates from; of any other category, the visit.

    Suspicion in the weeks after radiotherapy, and observation under raised steroids, date the progression that they
    turn out to be, unless a visit between was clear; one at which nothing could be told is not.
    """
    numbers = ruleset.numbers
    pending = np.isin(overall.clauses, [numbers[key] for key in PENDING if key in numbers])
    cleared = overall.is_(Category.CR, Category.PR, Category.MR, Category.SD, Category.NONE, Category.PD)
    progressed = overall.is_(Category.PD)
    draws, visits = progressed.shape
    found = np.tile(np.arange(visits, dtype=np.int16), (draws, 1))
    if not pending.any():
        return found
    since = np.full(draws, -1)
    for visit in range(visits):
        dated = progressed[:, visit] & (since >= 0)
        found[:, visit] = np.where(dated, since, visit)
        since = np.where(cleared[:, visit], -1, np.where(pending[:, visit] & (since < 0), visit, since))
    return found


def _window(inputs: Inputs, imaging: Verdict, days: FloatArray) -> list[Case]:
    if inputs.rules.window_weeks is None:
        return []
    in_window, unknown = unsettled(imaging, inputs, days)
    return [Case(in_window, Category.NE, "window"), Case(unknown, Category.PD, "unchecked")]


def _taper(ruleset: Ruleset, inputs: Inputs, imaging: Verdict, nadir_dose_mg: FloatArray) -> list[Case]:
    if not inputs.rules.taper:
        return []
    doubtful = imaging.clause_is(ruleset, "pd") & ~inputs.deteriorated
    unknown = np.isnan(inputs.steroid_mg) | np.isnan(nadir_dose_mg)
    return [
        Case(doubtful & (inputs.steroid_mg < nadir_dose_mg), Category.NE, "taper"),
        Case(doubtful & unknown, Category.PD, "unchecked"),
    ]


def _clinical(inputs: Inputs, worse: BoolArray) -> list[Case]:
    if inputs.rules.window_weeks is None:
        return [Case(worse, Category.PD, "clinical-pd")]
    return [
        Case(worse & inputs.in_window, Category.NE, "clinical-window"),
        Case(worse & np.isnan(inputs.weeks), Category.PD, "unchecked"),
        Case(worse, Category.PD, "clinical-pd"),
    ]


def _steroids(inputs: Inputs, imaging: Verdict) -> list[Case]:
    response = imaging.is_(Category.CR, Category.PR, Category.MR)
    on_more = (
        Case((response | imaging.is_(Category.SD)) & inputs.raised, Category.NE, "observe")
        if inputs.rules.observe
        else Case(response & inputs.raised, Category.SD, "steroids-raised")
    )
    return [on_more, Case(imaging.is_(Category.CR) & ~inputs.off_steroids, Category.PR, "cr-on-steroids")]
