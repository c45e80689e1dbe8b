"""The course of iRECIST from visit to visit: progression suspected, confirmed, or taken back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oncometry.response.cases import Verdict
from oncometry.response.category import CATEGORIES, Category
from oncometry.response.course import BoolArray, FloatArray
from oncometry.response.irecist_new import NewLesions
from oncometry.response.thresholds import at_least

__all__ = ["Evidence", "Suspicion", "follow"]

FURTHER_MM = 5.0
WAIT_DAYS = 28
_RANK = {Category.CR: 3, Category.PR: 2, Category.SD: 1}
_RANKS = np.array([_RANK.get(category, 0) for category in CATEGORIES], dtype=np.int8)
"""By code of a category."""


@dataclass(frozen=True, eq=False)
class Evidence:
    """What is known at every visit, all (draws, visits) or broadcast to it.

    Attributes:
        targets: verdict of the targets by RECIST 1.1.
        non_targets: verdict of the non-targets by RECIST 1.1.
        total: sum of the targets.
        non_target_sizes: (draws, visits, non-targets), NaN where one has no number.
        new: the new lesions.
        days: (visits,).
        symptoms: (visits,) whether the scan was taken for new symptoms.
    """

    targets: Verdict
    non_targets: Verdict
    total: FloatArray
    non_target_sizes: FloatArray
    new: NewLesions
    days: FloatArray
    symptoms: BoolArray


@dataclass(frozen=True, eq=False)
class Suspicion:
    """What came of it, each (draws, visits).

    Attributes:
        confirmed_by: kind -> where that confirms what was suspected before: target, non-target, new, other, symptoms.
        confirmed: where any does, or did before.
        suspected: where progression is suspected and not confirmed.
        began: where that suspicion begins.
        onset: the visit from which the suspicion dates; the visit itself where there is none.
        pending: where a visit before is suspected and not taken back.
        target_limit, new_limit: sums from which the visit would confirm; NaN where nothing is suspected.
    """

    confirmed_by: dict[str, BoolArray]
    confirmed: BoolArray
    suspected: BoolArray
    began: BoolArray
    onset: NDArray[np.int16]
    pending: BoolArray
    target_limit: FloatArray
    new_limit: FloatArray


@dataclass(eq=False)
class _State:
    """Of each draw, between visits: what is suspected since when, and the sizes then."""

    pending: BoolArray
    confirmed: BoolArray
    onset: NDArray[np.int16]
    target: BoolArray
    non_target: BoolArray
    total: FloatArray
    new_total: FloatArray
    non_target_sizes: FloatArray
    new_sizes: FloatArray
    rank: NDArray[np.int8]
    smallest_new: FloatArray


def follow(evidence: Evidence) -> Suspicion:
    """Go through the visits in order."""
    shape = evidence.total.shape
    kinds = ("target", "non-target", "new", "other", "symptoms")
    out = Suspicion(
        confirmed_by={kind: np.zeros(shape, dtype=bool) for kind in kinds},
        confirmed=np.zeros(shape, dtype=bool),
        suspected=np.zeros(shape, dtype=bool),
        began=np.zeros(shape, dtype=bool),
        onset=np.tile(np.arange(shape[1], dtype=np.int16), (shape[0], 1)),
        pending=np.zeros(shape, dtype=bool),
        target_limit=np.full(shape, np.nan),
        new_limit=np.full(shape, np.nan),
    )
    state = _begin(evidence)
    for visit in range(1, shape[1]):
        _visit(evidence, state, visit, out)
    return out


def _begin(evidence: Evidence) -> _State:
    draws = len(evidence.total)
    no = np.zeros(draws, dtype=bool)
    return _State(
        no, no, np.zeros(draws, dtype=np.int16), no, no, np.full(draws, np.nan), np.zeros(draws),
        np.full((draws, evidence.non_target_sizes.shape[2]), np.nan),
        np.full((draws, evidence.new.sizes.shape[2]), np.nan),
        np.zeros(draws, dtype=np.int8), np.full(draws, np.inf),
    )  # fmt: skip


def _visit(evidence: Evidence, state: _State, visit: int, out: Suspicion) -> None:
    target = evidence.targets.is_at(visit, Category.PD)
    non_target = evidence.non_targets.is_at(visit, Category.PD)
    another = np.full(len(target), evidence.new.another[visit])
    out.pending[:, visit] = state.pending
    out.target_limit[:, visit] = np.where(state.pending & state.target, state.total + FURTHER_MM, np.nan)
    out.new_limit[:, visit] = np.where(
        state.pending & (state.new_total > 0), state.new_total + FURTHER_MM, np.nan
    )
    found = _confirmations(evidence, state, visit, target, non_target, another)
    confirms = np.zeros_like(target)
    for kind, holds in found.items():
        out.confirmed_by[kind][:, visit] = holds & ~state.confirmed
        confirms |= holds
    out.confirmed[:, visit] = state.confirmed | confirms
    grown = _new_grown(evidence, state, visit)
    open_ = ~out.confirmed[:, visit]
    stays = state.pending & (target | non_target | another | _unchanged_new(evidence, state, visit))
    begins = ~state.pending & (target | non_target | another | grown)
    out.began[:, visit] = begins & open_
    out.suspected[:, visit] = (stays | begins) & open_
    _remember(evidence, state, visit, target, non_target, begins & open_, out)


def _confirmations(
    evidence: Evidence,
    state: _State,
    visit: int,
    target: BoolArray,
    non_target: BoolArray,
    another: BoolArray,
) -> dict[str, BoolArray]:
    """Kind -> (draws,): how this visit confirms what is suspected."""
    waited = evidence.days[visit] - evidence.days[state.onset]
    late, early = waited >= WAIT_DAYS, waited < WAIT_DAYS
    ready = state.pending & late
    larger = evidence.non_target_sizes[:, visit] > state.non_target_sizes
    new_larger = evidence.new.sizes[:, visit] > state.new_sizes
    new_sum = (state.new_total > 0) & at_least(evidence.new.total[:, visit], state.new_total + FURTHER_MM)
    return {
        "target": ready & state.target & at_least(evidence.total[:, visit], state.total + FURTHER_MM),
        "non-target": ready & state.non_target & larger.any(axis=1),
        "new": ready & (another | new_sum | new_larger.any(axis=1)),
        "other": ready & ((target & ~state.target) | (non_target & ~state.non_target)),
        "symptoms": state.pending & early & another & evidence.symptoms[visit],
    }


def _new_grown(evidence: Evidence, state: _State, visit: int) -> BoolArray:
    """Known new lesions that meet RECIST 1.1's own rule, or are called progression: a suspicion anew."""
    limit = np.maximum(1.2 * state.smallest_new, state.smallest_new + FURTHER_MM)
    known = np.isfinite(state.smallest_new)
    grown = known & at_least(evidence.new.total[:, visit], np.where(known, limit, np.nan))
    return np.asarray(grown | evidence.new.progressed[visit])


def _unchanged_new(evidence: Evidence, state: _State, visit: int) -> BoolArray:
    """New lesions are still there, and the lesions of the baseline are no better than when it was suspected."""
    return np.asarray(evidence.new.there[visit] & (_rank(evidence.targets, visit) <= state.rank))


def _rank(targets: Verdict, visit: int) -> NDArray[np.int8]:
    return _RANKS.take(targets.categories[:, visit])


def _remember(
    evidence: Evidence,
    state: _State,
    visit: int,
    target: BoolArray,
    non_target: BoolArray,
    begins: BoolArray,
    out: Suspicion,
) -> None:
    """Carry to the next visit what is suspected, with the sizes of when it was."""
    suspected = out.suspected[:, visit]
    unknown = evidence.targets.is_at(visit, Category.NE) | evidence.non_targets.is_at(visit, Category.NE)
    state.onset = np.where(begins, np.int16(visit), state.onset)
    first_target = suspected & target & (begins | ~state.target)
    first_other = suspected & non_target & (begins | ~state.non_target)
    state.total = np.where(first_target, evidence.total[:, visit], state.total)
    state.non_target_sizes = np.where(
        first_other[:, None], evidence.non_target_sizes[:, visit], state.non_target_sizes
    )
    renewed = begins | (suspected & evidence.new.another[visit])
    state.new_total = np.where(renewed, evidence.new.total[:, visit], state.new_total)
    state.new_sizes = np.where(renewed[:, None], evidence.new.sizes[:, visit], state.new_sizes)
    state.rank = np.where(begins, _rank(evidence.targets, visit), state.rank)
    state.target = np.where(begins, target, state.target | (suspected & target))
    state.non_target = np.where(begins, non_target, state.non_target | (suspected & non_target))
    state.pending = suspected | (state.pending & unknown)
    state.confirmed = out.confirmed[:, visit]
    total = evidence.new.total[:, visit]
    state.smallest_new = np.where(total > 0, np.minimum(state.smallest_new, total), state.smallest_new)
    out.onset[:, visit] = np.where(state.pending | state.confirmed, state.onset, visit)
