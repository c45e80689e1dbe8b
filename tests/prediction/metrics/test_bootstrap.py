"""Bootstrap: weighted metrics are those of rows written out; intervals cover; what is undefined is redrawn and told."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from oncometry.core import Code, SettingsError
from oncometry.prediction.metrics import (
    BootstrapKind,
    BootstrapSettings,
    SurvivalCourse,
    binary_scores,
    bootstrap,
    bootstrap_values,
    concordance_scores,
    continuous_scores,
    difference,
    horizon_net_benefit_scores,
    mean_over,
    net_benefit_scores,
    ordinal_scores,
    ranking_scores,
    survival_scores,
)
from oncometry.prediction.outcome import survival_outcome

from .made import binary, course, survival

DAYS = (10.0, 20.0, 40.0)


def binary_family(rows):
    y, p = binary(1, n=40)
    return binary_scores(y[rows], p[rows]) + net_benefit_scores(y[rows], p[rows], [0.2, 0.6])


def graded_family(rows):
    rng = np.random.default_rng(2)
    grade = rng.integers(0, 3, 40)
    p = np.round(rng.dirichlet(np.ones(3), 40), 2)
    p[:, 2] = 1 - p[:, 0] - p[:, 1]
    y = np.round(rng.normal(size=40), 1)
    guess = np.round(y + rng.normal(size=40), 1)
    return ordinal_scores(grade[rows], np.abs(p[rows])) + continuous_scores(y[rows], guess[rows])


def survival_family(rows, competing=False, reference=None):
    outcome, risk = survival(3, n=40, competing=competing)
    free = course(risk, np.array(DAYS))
    return (
        *concordance_scores(outcome[rows], risk[rows], 50, reference),
        *survival_scores(outcome[rows], SurvivalCourse(DAYS, free[rows]), DAYS, reference),
        *horizon_net_benefit_scores(outcome[rows], 1 - free[rows, 1], DAYS[1], [0.2, 0.5]),
    )


FAMILIES = {
    "binary": binary_family,
    "graded": graded_family,
    "survival": survival_family,
    "competing": lambda rows: survival_family(rows, competing=True),
    "reference": lambda rows: survival_family(rows, reference=survival(30, n=300)[0]),
}


@pytest.mark.parametrize("family", FAMILIES)
@settings(max_examples=25)
@given(seed=st.integers(0, 100_000))
def test_weights_are_rows_written_out(family, seed):
    times = np.bincount(np.random.default_rng(seed).integers(0, 40, 40), minlength=40)
    everything = FAMILIES[family](np.arange(40))
    written = FAMILIES[family](np.repeat(np.arange(40), times))
    both = np.stack([times, np.ones(40)]).astype(float)
    for weighted, plain in zip(everything, written, strict=True):
        value = weighted.values(both)[0]
        if plain.value is None:
            assert np.isnan(value), weighted.name
        else:
            near = 1e-6 if "calibration" in weighted.name else 1e-10
            assert value == pytest.approx(plain.value, abs=near), weighted.name


def test_ranks_are_exactly_those_of_rows_written_out():
    y, p = binary(5, n=60)
    outcome, risk = survival(6, n=60, competing=True)
    counts = np.random.default_rng(0).multinomial(60, np.full(60, 1 / 60), size=50)
    area, harrell = ranking_scores(y, p)[0], concordance_scores(outcome, risk)[0]
    for row, a, c in zip(
        counts, area.values(counts.astype(float)), harrell.values(counts.astype(float)), strict=True
    ):
        rows = np.repeat(np.arange(60), row)
        assert a == ranking_scores(y[rows], p[rows])[0].value
        assert c == concordance_scores(outcome[rows], risk[rows])[0].value


def test_patients_are_drawn_whole():
    """Rows of a patient written twice change nothing but what is drawn: the interval is that of patients."""
    y, p = binary(7, n=50)
    twice = np.repeat(np.arange(50), 2)
    once = bootstrap(ranking_scores(y, p), np.arange(50))
    doubled = bootstrap(ranking_scores(y[twice], p[twice]), twice)
    assert [(e.value, e.low, e.high) for e in once] == [
        pytest.approx((e.value, e.low, e.high)) for e in doubled
    ]
    naive = bootstrap(ranking_scores(y[twice], p[twice]))[0]
    assert naive.high - naive.low < 0.85 * (once[0].high - once[0].low)
    assert "50 patients" in once[0].method


def test_the_seed_is_all_that_chance_depends_on(monkeypatch):
    y, p = binary(7, n=50)
    once = bootstrap(binary_scores(y, p))
    monkeypatch.setattr(sys.modules[bootstrap.__module__], "AT_ONCE", 5_000)
    again = bootstrap(binary_scores(y, p))
    assert [(e.low, e.high, e.redrawn) for e in again] == [
        pytest.approx((e.low, e.high, e.redrawn), abs=1e-9) for e in once
    ]
    assert bootstrap(binary_scores(y, p), settings=BootstrapSettings(seed=1))[0].low != once[0].low


def test_a_model_differs_from_itself_by_nothing_and_pairs_are_narrow():
    y, p = binary(8, n=80)
    near = np.clip(p + np.random.default_rng(1).normal(0, 0.02, 80), 0, 1)
    same = difference(ranking_scores(y, p)[0], ranking_scores(y, p)[0])
    other = difference(ranking_scores(y, p)[0], ranking_scores(y, near)[0])
    alone = bootstrap(ranking_scores(y, p)[:1])[0]
    found = bootstrap([same, other])
    assert (found[0].metric, found[0].value, found[0].low, found[0].high) == ("auc_difference", 0, 0, 0)
    assert found[1].high - found[1].low < 0.5 * (alone.high - alone.low)
    with pytest.raises(SettingsError, match="not of the same rows"):
        difference(ranking_scores(y, p)[0], ranking_scores(y[1:], p[1:])[0])
    with pytest.raises(SettingsError, match="not of the same rows"):
        difference(*ranking_scores(y, p))


def test_one_class_in_a_resample_is_redrawn_and_told():
    y = np.zeros(30, dtype=int)
    y[:2] = 1
    p = np.random.default_rng(3).random(30)
    found = {e.metric: e for e in bootstrap(binary_scores(y, p))}
    auc, accuracy = found["auc"], found["accuracy"]
    # P(no event among 30 draws of 30 with 2 events) is (28/30)^30
    assert auc.redrawn / (2000 + auc.redrawn) == pytest.approx((28 / 30) ** 30, abs=0.02)
    assert auc.notices[0].code is Code.RESAMPLES_REDRAWN
    assert str(auc.redrawn) in auc.notices[0].what
    assert (accuracy.redrawn, accuracy.notices) == (0, ())
    stratified = bootstrap(ranking_scores(y, p), strata=y)[0]
    assert stratified.redrawn == 0
    assert "stratified" in stratified.method
    assert len(bootstrap_values(ranking_scores(y, p))[0]) == 2000


def test_strata_keep_their_patients():
    y = np.array([1] * 5 + [0] * 15)
    counted = []

    class Watched:
        n, events, name, detail, value = 20, 5, "x", "", 0.0

        @staticmethod
        def values(weights):
            counted.append(weights)
            return weights[:, 0]

    bootstrap([Watched], np.arange(20) // 2 * 2, BootstrapSettings(resamples=200), strata=y)
    weights = np.concatenate(counted)
    assert (weights.sum(axis=1) == 20).all()
    assert (
        weights[:, :6].sum(axis=1) == 6
    ).all()  # the patient of rows 4 and 5 has an event: of their stratum
    assert weights.std() > 0.5


def test_undefined_is_null_with_a_reason():
    found = bootstrap(ranking_scores([1, 1, 1], [0.1, 0.2, 0.3]))[0]
    assert (found.value, found.low, found.high, found.reason) == (None, None, None, Code.UNDEFINED)
    alone = bootstrap(ranking_scores([1, 0, 1], [0.1, 0.2, 0.3]), ["a", "a", "a"])[0]
    assert (alone.value, alone.low, alone.notices[0].code) == (0.5, None, Code.TOO_SMALL)
    with pytest.raises(SettingsError, match="same rows"):
        bootstrap([*ranking_scores([1, 0], [0.1, 0.2]), *ranking_scores([1, 0, 0], [0.1, 0.2, 0.3])])
    with pytest.raises(SettingsError, match="patients"):
        bootstrap(ranking_scores([1, 0], [0.1, 0.2]), ["a"])
    for patients in ([1.0, np.nan], np.array(["a", None], dtype=object)):
        with pytest.raises(SettingsError, match="1 without one"):
            bootstrap(ranking_scores([1, 0], [0.1, 0.2]), patients)


def test_bca_equals_scipy():
    rng = np.random.default_rng(4)
    y = rng.exponential(1, 30) ** 1.5
    settings = BootstrapSettings(resamples=50_000, kind=BootstrapKind.BCA)
    found = bootstrap(continuous_scores(y, np.zeros(30))[1:2], settings=settings)[0]
    theirs = stats.bootstrap(
        (y,), np.mean, n_resamples=50_000, method="BCa", rng=np.random.default_rng(1)
    ).confidence_interval
    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high), rel=0.015)
    plain = bootstrap(continuous_scores(y, np.zeros(30))[1:2])[0]
    assert found.high > plain.high * 1.02
    assert "bca" in found.method


def test_bca_says_where_it_falls_back():
    y = np.array([1, 0, 0, 0, 0, 0])  # without its one event, the area is undefined
    settings = BootstrapSettings(kind=BootstrapKind.BCA)
    found = bootstrap(ranking_scores(y, [0.5, 0.2, 0.7, 0.1, 0.9, 0.3]), settings=settings)[0]
    assert "BCa undefined" in found.method
    assert found.low < found.value < found.high


def test_repeats_are_averaged():
    y, p = binary(9, n=60)
    other = np.random.default_rng(1).permutation(p)
    scores = [ranking_scores(y, q)[0] for q in (p, other)]
    mean = mean_over(scores)
    assert mean.value == pytest.approx(np.mean([s.value for s in scores]))
    assert "mean of 2 repeats" in bootstrap([mean])[0].method
    with pytest.raises(SettingsError, match="one metric"):
        mean_over([])


@pytest.mark.slow
@pytest.mark.parametrize("kind", list(BootstrapKind))
@pytest.mark.parametrize("visits", [1, 3])
def test_the_interval_of_an_area_covers_as_often_as_it_says(kind, visits):
    """Of normal scores, whose area is known; several visits of a patient share most of their score."""
    rng = np.random.default_rng(11)
    hits, runs = 0, 300
    truth = stats.norm.cdf(1 / np.sqrt(2))
    settings = BootstrapSettings(resamples=500, kind=kind)
    for _ in range(runs):
        y = np.repeat((rng.random(80) < 0.4).astype(int), visits)
        patient = np.repeat(np.arange(80), visits)
        shared = rng.normal(size=80)[patient]
        score = y + np.sqrt(0.8) * shared + np.sqrt(0.2) * rng.normal(size=len(y))
        found = bootstrap(ranking_scores(y, score)[:1], patient, settings)[0]
        hits += found.low <= truth <= found.high
    assert 0.91 <= hits / runs <= 0.98


@pytest.mark.slow
def test_the_interval_of_a_difference_covers():
    rng = np.random.default_rng(12)
    hits, runs = 0, 300
    settings = BootstrapSettings(resamples=500)
    for _ in range(runs):
        outcome, _ = survival(int(rng.integers(1 << 30)), n=100, tied=False)
        hidden = -np.log(outcome["time_days"])
        first, second = hidden + rng.normal(size=100), hidden + rng.normal(size=100)
        both = [concordance_scores(outcome, risk)[0] for risk in (first, second)]
        found = bootstrap([difference(*both)], settings=settings)[0]
        hits += found.low <= 0 <= found.high
    assert 0.91 <= hits / runs <= 0.98


@pytest.mark.slow
def test_intervals_under_censoring_cover_what_no_censoring_would_show():
    """Uno's C and the Brier score on a day, of censored patients, cover those of a large cohort that nobody left."""
    rng = np.random.default_rng(13)

    def scores(n, censored_days):
        risk = rng.normal(size=n)
        times = rng.exponential(np.exp(-risk)) * 60 + 1e-9
        others = rng.exponential(120, n) + 1e-9
        first = np.minimum(np.minimum(times, others), censored_days(n))
        event = np.where(first == times, 1, np.where(first == others, 2, 0))
        outcome = survival_outcome(event, first)
        course_of = SurvivalCourse((40.0,), course(risk, np.array([40.0])))
        found = concordance_scores(outcome, risk, 50)[1:] + survival_scores(outcome, course_of, [40])
        return tuple(s for s in found if s.name in ("c_uno", "brier_40_days", "auc_40_days"))

    truth = [score.value for score in scores(6000, lambda n: np.full(n, np.inf))]
    hits, runs = np.zeros(3), 200
    for _ in range(runs):
        found = bootstrap(
            scores(150, lambda n: rng.exponential(80, n)), settings=BootstrapSettings(resamples=300)
        )
        hits += [e.low <= t <= e.high for e, t in zip(found, truth, strict=True)]
    assert (hits / runs >= 0.89).all()
    assert (hits / runs <= 0.99).all()
