"""Metrics of a time to event: equal to scikit-survival and lifelines, brute force where events compete, and laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lifelines.utils import concordance_index
from sksurv import metrics as peer
from sksurv.nonparametric import cumulative_incidence_competing_risks, kaplan_meier_estimator
from sksurv.util import Surv

from oncometry.core import SettingsError
from oncometry.prediction.metrics import SurvivalCourse, concordance_scores, survival_scores
from oncometry.prediction.metrics.censoring import SurvivalRows
from oncometry.prediction.metrics.follow_up import follow_up
from oncometry.prediction.metrics.horizon import observed_risk
from oncometry.prediction.metrics.weights import equal_weights
from oncometry.prediction.outcome import survival_outcome

from .made import course, survival

DAYS = np.array([10.0, 20.0, 37.5, 60.0, 80.0])


def theirs(outcome):
    return Surv.from_arrays(outcome["event"] == 1, outcome["time_days"])


def by_name(scores):
    return {score.name: score.value for score in scores}


def judged(outcome, free, reference=None):
    days = tuple(DAYS.tolist())
    return by_name(survival_scores(outcome, SurvivalCourse(days, free), days, reference))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("tied", [True, False])
def test_concordance_equals_scikit_survival(seed, tied):
    outcome, risk = survival(seed, tied=tied)
    risk[:10] = risk[10:20] + 5e-9  # tied within its tolerance
    found = by_name(concordance_scores(outcome, risk, tau_days=90))
    expected = peer.concordance_index_censored(outcome["event"] == 1, outcome["time_days"], risk)[0]
    assert found["c_harrell"] == expected
    weighed = peer.concordance_index_ipcw(theirs(outcome), theirs(outcome), risk, tau=90)[0]
    assert found["c_uno"] == pytest.approx(weighed, abs=1e-12)


@pytest.mark.parametrize("seed", range(4))
def test_uno_with_censoring_of_others(seed):
    outcome, risk = survival(seed)
    train, _ = survival(seed + 100, n=400)
    inside = outcome[outcome["time_days"] < train["time_days"].max()]
    risk = risk[outcome["time_days"] < train["time_days"].max()]
    found = by_name(concordance_scores(inside, risk, 70, train))["c_uno"]
    expected = peer.concordance_index_ipcw(theirs(train), theirs(inside), risk, tau=70)[0]
    assert found == pytest.approx(expected, abs=1e-12)


def test_harrell_equals_lifelines_without_ties():
    outcome, risk = survival(4, tied=False)
    expected = concordance_index(outcome["time_days"], -risk, outcome["event"])
    assert by_name(concordance_scores(outcome, risk))["c_harrell"] == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("own", [True, False])
def test_brier_and_auc_equal_scikit_survival(seed, own):
    outcome, risk = survival(seed)
    reference = None if own else survival(seed + 50, n=500)[0]
    if reference is not None:
        inside = outcome["time_days"] < reference["time_days"].max()
        outcome, risk = outcome[inside], risk[inside]
    train = theirs(outcome if reference is None else reference)
    free = course(risk, DAYS)
    found = judged(outcome, free, reference)
    _, scores = peer.brier_score(train, theirs(outcome), free, DAYS)
    areas, mean = peer.cumulative_dynamic_auc(train, theirs(outcome), 1 - free, DAYS)
    for day, score, area in zip(DAYS, scores, areas, strict=True):
        assert found[f"brier_{day:g}_days"] == pytest.approx(score, abs=1e-12)
        assert found[f"auc_{day:g}_days"] == pytest.approx(area, abs=1e-12)
    assert found["integrated_auc"] == pytest.approx(mean, abs=1e-12)
    whole = peer.integrated_brier_score(train, theirs(outcome), free, DAYS)
    assert found["integrated_brier"] == pytest.approx(whole, abs=1e-12)


@pytest.mark.parametrize("seed", range(4))
def test_observed_risk_equals_scikit_survival(seed):
    outcome, _ = survival(seed)
    days, free = kaplan_meier_estimator(outcome["event"] == 1, outcome["time_days"])
    rows = SurvivalRows(follow_up(outcome))
    for day in DAYS:
        expected = 1 - free[np.searchsorted(days, day, side="right") - 1]
        assert observed_risk(rows, day, equal_weights(len(outcome)))[0] == pytest.approx(expected, abs=1e-12)
    outcome, _ = survival(seed, competing=True)
    days, incidence = cumulative_incidence_competing_risks(outcome["event"].astype(int), outcome["time_days"])
    rows = SurvivalRows(follow_up(outcome))
    for day in DAYS:
        expected = incidence[1][np.searchsorted(days, day, side="right") - 1]
        assert observed_risk(rows, day, equal_weights(len(outcome)))[0] == pytest.approx(expected, abs=1e-12)


def uncensored_by(outcome, day):
    """P(not censored by a day), the product written out; events before censorings."""
    event, time = outcome["event"], outcome["time_days"]
    found = 1.0
    for t in np.unique(time[time <= day]):
        at_risk = (time > t).sum() + ((time == t) & (event == 0)).sum()
        if at_risk:
            found *= 1 - ((time == t) & (event == 0)).sum() / at_risk
    return found


def won_by(a, b):
    return 0.5 if abs(a - b) <= 1e-8 else float(a > b)


def plain_concordance(outcome, risk, tau):
    """Wolbers' pairs, one by one: unweighted, and weighed with 1 / G."""
    event, time = outcome["event"], outcome["time_days"]
    g = [uncensored_by(outcome, t) for t in time]
    plain, weighed = np.zeros(2), np.zeros(2)
    for i in np.flatnonzero(event == 1):
        for j in range(len(time)):
            longer = time[j] > time[i] or (time[j] == time[i] and event[j] == 0)
            competed = event[j] > 1
            if i == j or not (longer or competed):
                continue
            won = won_by(risk[i], risk[j])
            plain += (won, 1)
            weight = 1 / g[i] ** 2 if longer else 1 / (g[i] * g[j])
            if time[i] < tau:
                weighed += (weight * won, weight)
    return plain[0] / plain[1], weighed[0] / weighed[1]


@pytest.mark.parametrize("seed", range(4))
def test_competing_concordance_is_the_definition(seed):
    outcome, risk = survival(seed, n=60, competing=True)
    found = by_name(concordance_scores(outcome, risk, 55))
    assert (found["c_harrell"], found["c_uno"]) == pytest.approx(
        plain_concordance(outcome, risk, 55), abs=1e-12
    )


@pytest.mark.parametrize("seed", range(4))
def test_competing_brier_and_auc_are_the_definitions(seed):
    outcome, risk = survival(seed, n=60, competing=True)
    free = course(risk, DAYS)
    found = judged(outcome, free)
    event, time = outcome["event"], outcome["time_days"]
    for column, day in enumerate(DAYS[:4]):
        squares, won, pairs = 0.0, 0.0, 0.0
        weight = [
            1 / uncensored_by(outcome, day)
            if time[i] > day
            else (1 / uncensored_by(outcome, time[i]) if event[i] else 0.0)
            for i in range(60)
        ]
        case = (time <= day) & (event == 1)
        for i in range(60):
            squares += weight[i] * (free[i, column] - (not case[i])) ** 2
            for j in range(60):
                if case[i] and not case[j]:
                    won += weight[i] * weight[j] * won_by(free[j, column], free[i, column])
                    pairs += weight[i] * weight[j]
        assert found[f"brier_{day:g}_days"] == pytest.approx(squares / 60, abs=1e-12)
        assert found[f"auc_{day:g}_days"] == pytest.approx(won / pairs, abs=1e-12)


def test_without_censoring_the_competing_brier_is_that_of_the_state():
    """Nobody is censored: the score is the mean square about 'event 1 by that day', whatever else happened."""
    rng = np.random.default_rng(5)
    outcome = survival_outcome(rng.integers(1, 4, 200), rng.uniform(1, 100, 200))
    free = rng.random((200, 5))
    found = judged(outcome, free)
    for column, day in enumerate(DAYS):
        state = (outcome["event"] == 1) & (outcome["time_days"] <= day)
        assert found[f"brier_{day:g}_days"] == pytest.approx(np.mean((1 - free[:, column] - state) ** 2))


@given(st.integers(0, 10_000), st.booleans(), st.sampled_from([np.exp, lambda x: 10 * x - 3, lambda x: x**3]))
def test_monotone_transforms_leave_concordance(seed, competing, transform):
    outcome, risk = survival(seed, n=25, competing=competing)
    before, after = concordance_scores(outcome, risk, 60), concordance_scores(outcome, transform(risk), 60)
    assert [s.value for s in before] == [s.value for s in after]


@given(st.integers(0, 10_000), st.booleans())
def test_the_opposite_risk_has_the_rest(seed, competing):
    outcome, risk = survival(seed, n=25, competing=competing)
    for here, there in zip(
        concordance_scores(outcome, risk, 60), concordance_scores(outcome, -risk, 60), strict=True
    ):
        assert here.value is None or here.value == pytest.approx(1 - there.value)


def test_calibration_on_a_day_finds_the_truth():
    """Risks of the model that drew the times: slope 1, intercept 0, observed over expected 1; and a known distortion."""
    rng = np.random.default_rng(8)
    n = 40_000
    rate = np.exp(rng.normal(size=n)) / 60
    times, censored = rng.exponential(1 / rate), rng.exponential(90, n)
    outcome = survival_outcome(times <= censored, np.minimum(times, censored) + 1e-9)
    free = np.exp(-30 * rate)
    found = by_name(survival_scores(outcome, SurvivalCourse((30.0,), free[:, None]), [30]))
    assert found["calibration_slope_30_days"] == pytest.approx(1, abs=0.04)
    assert found["calibration_intercept_30_days"] == pytest.approx(0, abs=0.04)
    assert found["observed_expected_30_days"] == pytest.approx(1, abs=0.02)
    log_odds = np.log((1 - free) / free)
    steep = 1 / (1 + np.exp(2 * log_odds))  # free, by twice the log odds of the event
    assert by_name(survival_scores(outcome, SurvivalCourse((30.0,), steep[:, None]), [30]))[
        "calibration_slope_30_days"
    ] == pytest.approx(found["calibration_slope_30_days"] / 2, abs=1e-3)


def test_calibration_on_a_day_finds_the_truth_though_others_compete():
    rng = np.random.default_rng(9)
    n = 40_000
    rate, other = np.exp(rng.normal(size=n)) / 60, np.exp(rng.normal(size=n)) / 90
    times, kind = rng.exponential(1 / (rate + other)), rng.random(n) < rate / (rate + other)
    censored = rng.exponential(90, n)
    event = np.where(times > censored, 0, np.where(kind, 1, 2))
    outcome = survival_outcome(event, np.minimum(times, censored) + 1e-9)
    risk = rate / (rate + other) * (1 - np.exp(-30 * (rate + other)))
    found = by_name(survival_scores(outcome, SurvivalCourse((30.0,), 1 - risk[:, None]), [30]))
    assert found["calibration_slope_30_days"] == pytest.approx(1, abs=0.05)
    assert found["calibration_intercept_30_days"] == pytest.approx(0, abs=0.05)
    assert found["observed_expected_30_days"] == pytest.approx(1, abs=0.03)


def test_undefined():
    censored = survival_outcome([0, 0, 0], [3, 4, 5])
    assert [s.value for s in concordance_scores(censored, [1, 2, 3])] == [None, None]
    ended = survival_outcome([1, 1, 1], [3, 4, 5])
    found = by_name(survival_scores(ended, SurvivalCourse((6.0,), np.full((3, 1), 0.5)), [6]))
    assert found["brier_6_days"] is None
    assert found["auc_6_days"] is None
    assert found["observed_expected_6_days"] is None


def test_days_before_the_first_event_do_not_weigh():
    outcome, risk = survival(3)
    early = np.r_[0.5, DAYS]
    course_of = {
        len(days): SurvivalCourse(tuple(days.tolist()), course(risk, days)) for days in (early, DAYS)
    }
    later, all_days = (by_name(survival_scores(outcome, course_of[k], [10])) for k in (5, 6))
    assert outcome["time_days"][outcome["event"] == 1].min() > 0.5
    assert all_days["integrated_auc"] == pytest.approx(later["integrated_auc"], abs=1e-12)


def test_the_reference_must_reach_as_far():
    outcome, risk = survival(2)
    early = survival_outcome([1, 0, 1, 0], [3, 5, 9, 12])
    assert by_name(concordance_scores(outcome, risk, None, early))["c_uno"] is None


def test_what_is_wrong_is_told():
    outcome, risk = survival(1, n=10)
    with pytest.raises(SettingsError, match="as many as there are rows, 10"):
        concordance_scores(outcome, risk[:4])
    with pytest.raises(SettingsError, match="not among those predicted"):
        survival_scores(outcome, SurvivalCourse((5.0, 9.0), np.full((10, 2), 0.5)), [7])
    with pytest.raises(SettingsError, match="made by survival_outcome"):
        concordance_scores(risk, risk)
