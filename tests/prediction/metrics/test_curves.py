"""Decision curves equal dcurves; calibration curves find what was drawn."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from dcurves import dca
from lifelines import KaplanMeierFitter
from sksurv.nonparametric import kaplan_meier_estimator
from statsmodels.stats.proportion import proportion_confint

from oncometry.core import Code, SettingsError
from oncometry.prediction.metrics import (
    calibration_curve,
    calibration_curve_at,
    decision_curve,
    decision_curve_at,
)
from oncometry.prediction.outcome import survival_outcome

from .made import binary, course, survival

THRESHOLDS = [0.05, 0.2, 0.35, 0.5, 0.8]


@pytest.mark.parametrize("seed", range(3))
def test_net_benefit_equals_dcurves(seed):
    y, p = binary(seed)
    peer = dca(data=pd.DataFrame({"y": y, "p": p}), outcome="y", modelnames=["p"], thresholds=THRESHOLDS)
    found = decision_curve(y, p, THRESHOLDS)
    for model, ours in (("p", found.model), ("all", found.treat_all)):
        np.testing.assert_allclose(ours, peer[peer.model == model].net_benefit, atol=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_net_benefit_on_a_day_equals_dcurves(seed):
    outcome, risk = survival(seed)
    p = 1 - course(risk, np.array([40.0]))[:, 0]
    data = pd.DataFrame({"event": outcome["event"] == 1, "days": outcome["time_days"], "p": p})
    peer = dca(
        data=data,
        outcome="event",
        modelnames=["p"],
        thresholds=THRESHOLDS,
        time=40,
        time_to_outcome_col="days",
    )
    found = decision_curve_at(outcome, p, 40, THRESHOLDS)
    for model, ours in (("p", found.model), ("all", found.treat_all)):
        expected = peer[peer.model == model].net_benefit.to_numpy(dtype=float)
        np.testing.assert_allclose([np.nan if x is None else x for x in ours], expected, atol=1e-12)
    assert found.day == 40


def test_treating_nobody_gains_nothing_and_nobody_followed_is_null():
    outcome = survival_outcome([1, 1, 0, 0], [3, 4, 20, 30])
    found = decision_curve_at(outcome, [0.9, 0.8, 0.2, 0.1], 10, [0.15, 0.5, 0.95])
    assert found.model[1:] == (None, 0.0)
    assert found.model[0] is not None
    with pytest.raises(SettingsError, match="below 1"):
        decision_curve([0, 1], [0.1, 0.2], [0.5, 1.0])


def test_the_smooth_curve_finds_a_known_distortion():
    rng = np.random.default_rng(2)
    truth = rng.uniform(0.05, 0.95, 20_000)
    y = (rng.random(20_000) < truth).astype(int)
    log_odds = np.log(truth / (1 - truth))
    shown = 1 / (1 + np.exp(-(2 * log_odds + 0.5)))
    found = calibration_curve(y, shown)
    grid = np.array(found.predicted)
    expected = 1 / (1 + np.exp(-(np.log(grid / (1 - grid)) - 0.5) / 2))
    np.testing.assert_allclose(found.observed, expected, atol=0.025)
    covered = (np.array(found.low) <= expected) & (expected <= np.array(found.high))
    assert covered.mean() > 0.7
    assert found.ici == pytest.approx(np.abs(shown - truth).mean(), abs=0.01)
    assert found.e_max == pytest.approx(np.abs(shown - truth).max(), abs=0.03)
    assert found.e50 < found.e90 < found.e_max


def test_bins_hold_all_rows_and_their_rates():
    y, p = binary(4, n=200)
    found = calibration_curve(y, p, bins=5)
    assert sum(b.n for b in found.bins) == 200
    assert sum(b.events for b in found.bins) == y.sum()
    for one in found.bins:
        assert one.observed == one.events / one.n
        assert one.low < one.observed < one.high
    assert [b.predicted for b in found.bins] == sorted(b.predicted for b in found.bins)
    few = calibration_curve([0, 1, 1, 0], [0.3, 0.3, 0.3, 0.7], bins=10)
    assert [b.n for b in few.bins] == [3, 1]  # equal predictions are never parted


def test_wilson_limits_equal_statsmodels():
    y, p = binary(4, n=60)
    one = calibration_curve(y, p, bins=1).bins[0]
    assert (one.low, one.high) == pytest.approx(proportion_confint(y.sum(), 60, method="wilson"))


def test_patients_with_several_rows_widen_the_curve():
    y, p = binary(5, n=100)
    two = np.repeat(np.arange(100), 2)
    alone, together = calibration_curve(y[two], p[two]), calibration_curve(y[two], p[two], two)
    assert alone.observed == together.observed
    widths = [np.subtract(c.high, c.low)[50] for c in (alone, together, calibration_curve(y, p))]
    assert widths[1] > 1.3 * widths[0]
    assert widths[1] == pytest.approx(widths[2], rel=0.01)


def test_a_day_s_bins_are_kaplan_meier_and_the_curve_is_weighed():
    rng = np.random.default_rng(3)
    n = 3000
    rate = np.exp(0.8 * rng.normal(size=n)) / 60
    times, censored = rng.exponential(1 / rate), rng.exponential(60, n)
    outcome = survival_outcome(times <= censored, np.minimum(times, censored) + 1e-9)
    risk = 1 - np.exp(-30 * rate)
    found = calibration_curve_at(outcome, risk, 30)
    assert len(found.bins) == 5
    lowest = risk <= np.quantile(risk, 0.2)
    days, free = kaplan_meier_estimator(outcome["event"][lowest] == 1, outcome["time_days"][lowest])
    assert found.bins[0].observed == pytest.approx(
        1 - free[np.searchsorted(days, 30, side="right") - 1], abs=1e-9
    )
    assert all(b.low - 0.03 < b.predicted < b.high + 0.03 for b in found.bins)
    assert found.ici < 0.03
    fitter = KaplanMeierFitter().fit(outcome["time_days"][lowest], outcome["event"][lowest])
    limits = fitter.confidence_interval_survival_function_.loc[:30].iloc[-1]
    assert found.bins[0].high - found.bins[0].low == pytest.approx(limits.iloc[1] - limits.iloc[0], rel=0.1)


def test_no_smooth_curve_is_told():
    for y, p in (([1, 1], [0.2, 0.3]), ([0, 1], [0.3, 0.3]), ([0, 0, 1, 1], [0.1, 0.2, 0.8, 0.9])):
        found = calibration_curve(y, p)
        assert (found.ici, found.predicted, found.notices[0].code) == (None, (), Code.UNDEFINED)
    late = calibration_curve_at(survival_outcome([1, 0], [3, 4]), [0.2, 0.7], 50)
    assert late.bins[0].observed is None
    assert late.notices[0].code is Code.UNDEFINED
    with pytest.raises(SettingsError, match="bins"):
        calibration_curve([0, 1], [0.1, 0.2], bins=0)
