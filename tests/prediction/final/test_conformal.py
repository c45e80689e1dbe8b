"""Conformal sets and intervals hold the truth as often as is stated: in all, in each class, by patient."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit
from tests.prediction.final.made_models import made_models
from tests.prediction.made_tables import made_sheet

from oncometry.prediction.final.conformal import class_limits, class_set, half_width, limit_at, row_weights
from oncometry.prediction.final.new_rows import new_rows


def drawn(rng: np.random.Generator, n: int, shift: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Classes of which one in five is positive, and badly calibrated probabilities."""
    x = rng.normal(size=n) + shift
    y = (rng.random(n) < expit(1.5 * x - 1.8)).astype(np.int64)
    chance = expit(0.4 * x + 0.3)
    return np.column_stack([1 - chance, chance]), y


@pytest.mark.parametrize("coverage", [0.8, 0.9])
def test_each_class_is_covered_by_itself(coverage: float) -> None:
    rng = np.random.default_rng(1)
    held = np.zeros((400, 2))
    everyone = []
    for run in range(400):
        p, y = drawn(rng, 120)
        limits = class_limits(p, y, np.ones(120), coverage)
        q, truth = drawn(rng, 100)
        sets = [class_set(row, limits, ordered=False) for row in q]
        everyone.append(np.mean([t in s for s, t in zip(sets, truth, strict=True)]))
        for k in range(2):
            own = truth == k
            held[run, k] = (
                np.mean([k in s for s, mine in zip(sets, own, strict=True) if mine]) if own.any() else np.nan
            )
    means, errors = np.nanmean(held, axis=0), np.nanstd(held, axis=0) / 20
    assert (means >= coverage - 4 * errors).all()
    assert (means <= coverage + 0.06).all()
    assert coverage - 0.01 <= np.mean(everyone) <= coverage + 0.03


def test_under_shift_coverage_is_lost() -> None:
    """Said on the card and in the docs: nothing holds where patients differ."""
    rng = np.random.default_rng(2)
    p, y = drawn(rng, 3000)
    limits = class_limits(p, y, np.ones(len(y)), 0.9)
    q, truth = drawn(rng, 3000)
    moved = np.column_stack([1 - expit(0.4 * rng.normal(size=3000) - 1.0), np.zeros(3000)])
    moved[:, 1] = 1 - moved[:, 0]
    positive = truth == 1
    here = np.mean([1 in class_set(row, limits, ordered=False) for row in q[positive]])
    there = np.mean([1 in class_set(row, limits, ordered=False) for row in moved[positive]])
    assert here > 0.87
    assert there < 0.6


def test_intervals_of_numbers_hold_the_truth() -> None:
    rng = np.random.default_rng(3)
    held = []
    for _ in range(400):
        width = half_width(rng.standard_t(3, 60), np.ones(60), 0.9)
        held.append(np.mean(np.abs(rng.standard_t(3, 200)) <= width))
    assert 0.89 <= np.mean(held) <= 0.93


def test_many_rows_of_one_patient_count_as_one() -> None:
    """Patients with many rows err more; by rows the limit would be theirs, by patient it covers one row of a new patient."""
    rng = np.random.default_rng(4)
    held_by_patient, held_by_row = [], []
    for _ in range(300):
        many = rng.random(80) < 0.2
        rows = np.repeat(np.arange(80), np.where(many, 20, 1))
        error = rng.normal(size=len(rows)) * np.where(many[rows], 0.2, 3.0)
        names = rows.astype(str)
        new = rng.normal(size=200) * np.where(rng.random(200) < 0.2, 0.2, 3.0)
        held_by_patient.append(np.mean(np.abs(new) <= half_width(error, row_weights(names), 0.9)))
        held_by_row.append(np.mean(np.abs(new) <= half_width(error, np.ones(len(rows)), 0.9)))
    assert np.mean(held_by_patient) >= 0.89
    assert np.mean(held_by_row) < 0.8


@given(scores=st.lists(st.floats(-5, 5), min_size=1, max_size=40), coverage=st.floats(0.55, 0.99))
def test_the_limit_is_the_rank_of_split_conformal_prediction(scores: list[float], coverage: float) -> None:
    values = np.array(scores)
    rank = int(np.ceil((len(values) + 1) * coverage - 1e-9))
    expected = np.inf if rank > len(values) else np.sort(values)[rank - 1]
    assert limit_at(values, np.ones(len(values)), coverage) == expected


@given(st.lists(st.floats(0.01, 1), min_size=3, max_size=6), st.floats(0, 1))
def test_sets_are_never_empty_and_those_of_an_order_have_no_hole(weights: list[float], least: float) -> None:
    chances = np.array(weights) / np.sum(weights)
    limits = np.full(len(chances), least)
    plain = class_set(chances, limits, ordered=False)
    ordered = class_set(chances, limits, ordered=True)
    assert plain
    assert int(np.argmax(chances)) in plain or least > 0
    assert set(plain) <= set(ordered)
    assert ordered == tuple(range(ordered[0], ordered[-1] + 1))


def test_a_class_of_few_patients_is_always_possible() -> None:
    p = np.array([[0.9, 0.1]] * 30 + [[0.2, 0.8]] * 4)
    y = np.array([0] * 30 + [1] * 4)
    limits = class_limits(p, y, np.ones(34), 0.9)
    assert limits[1] == 0
    assert 1 in class_set([1.0, 0.0], limits, ordered=False)


@pytest.mark.parametrize("kind", ["binary", "ordinal", "continuous"])
def test_stored_limits_cover_the_validation(kind: str) -> None:
    _, (stored, *_) = made_models(kind)
    assert stored.card.conformal is not None
    assert stored.card.conformal.coverage == 0.9
    if kind == "continuous":
        assert stored.card.conformal.half_width is not None
        assert stored.card.conformal.half_width > 0
    else:
        assert len(stored.card.conformal.least) == len(stored.card.classes)
        assert sum(stored.card.conformal.patients) == 90


def test_a_time_has_none() -> None:
    _, (stored, *_) = made_models("survival")
    assert stored.card.conformal is None
    assert len(stored.card.thirds) == 3
    assert sum(t.patients for t in stored.card.thirds) == 90


@pytest.mark.slow
def test_the_whole_way_covers_new_patients() -> None:
    """Models validated, fitted and stored as an experiment does, asked about patients drawn alike."""
    held: list[list[bool]] = [[], []]
    for seed in range(1, 13):
        _, (stored, *_) = made_models("binary", None, 0, seed)
        new = made_sheet(patients=400, seed=1000 + seed)
        rows = new_rows(new, stored.card, stored.experiment)
        chance = stored.said(stored.fit, rows.values, rows.sites).probability
        assert chance is not None
        assert stored.card.conformal is not None
        for p, truth in zip(chance, new.columns["response"] == "yes", strict=True):
            may_be = class_set([1 - p, p], stored.card.conformal.least, ordered=False)
            held[int(truth)].append(int(truth) in may_be)
    for one_class in held:
        assert 0.85 <= np.mean(one_class) <= 0.97
