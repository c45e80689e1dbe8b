"""Proportional odds: against statsmodels, and logistic regression where there are two classes."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from statsmodels.miscmodels.ordinal_model import OrderedModel

from oncometry.core import Code, SettingsError
from oncometry.prediction.models import LogisticElasticNet, ProportionalOdds
from oncometry.prediction.outcome import Task

from .cases import outcome, rows


def ordered(x, seed=2):
    score = x @ np.linspace(1, -1, x.shape[1]) + np.random.default_rng(seed).logistic(size=len(x))
    return np.digitize(score, [-1, 0, 1.5])


def test_it_is_statsmodels():
    x = rows(150, 3) + 4
    y = ordered(x - 4)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        peer = OrderedModel(y, x, distr="logit").fit(method="bfgs", disp=0, gtol=1e-9)
    ours = ProportionalOdds(0.0).fit(x, y)
    np.testing.assert_allclose(ours.coef_, peer.params[:3], atol=1e-5)
    np.testing.assert_allclose(ours.predict_proba(x), peer.predict(x), atol=1e-5)
    assert (np.diff(ours.thresholds_) > 0).all()


def test_with_two_classes_it_is_a_logistic_ridge():
    x = rows(80, 30)
    y = outcome(Task.BINARY, x)
    logistic = LogisticElasticNet(0.2, 0.0, tolerance=1e-20).fit(x, y)
    ours = ProportionalOdds(0.2).fit(x, y)
    np.testing.assert_allclose(ours.predict_proba(x), logistic.predict_proba(x), atol=1e-8)
    np.testing.assert_allclose(
        ours.linear_predictor(x) - ours.thresholds_[0], logistic.decision_function(x), atol=1e-8
    )


def test_turned_classes_turn_the_coefficients():
    x = rows(90, 40)
    y = ordered(x[:, :3])
    up, down = ProportionalOdds(0.3).fit(x, y), ProportionalOdds(0.3).fit(x, -y)
    np.testing.assert_allclose(up.coef_, -down.coef_, atol=1e-8)
    np.testing.assert_allclose(up.predict_proba(x), down.predict_proba(x)[:, ::-1], atol=1e-8)


def test_weights_are_rows_that_stand_more_than_once():
    x = rows(60, 3)
    y = ordered(x)
    weights = np.random.default_rng(0).integers(1, 4, 60)
    repeated = np.repeat(np.arange(60), weights)
    first, second = (
        ProportionalOdds(0.1).fit(x, y, weights),
        ProportionalOdds(0.1).fit(x[repeated], y[repeated]),
    )
    np.testing.assert_allclose(first.coef_, second.coef_, atol=1e-9)
    np.testing.assert_allclose(first.thresholds_, second.thresholds_, atol=1e-9)


def test_probabilities_sum_to_one_even_far_away():
    x = rows(60, 3)
    model = ProportionalOdds(0.01).fit(x, ordered(x))
    found = model.predict_proba(1e4 * x)
    np.testing.assert_allclose(found.sum(axis=1), 1)
    assert (found >= 0).all()


def test_what_cannot_be_learned_is_refused_or_told():
    x = np.arange(12.0)[:, None]
    y = np.repeat([0, 1, 2], 4)
    (notice,) = ProportionalOdds(0.0).fit(x, y).notices_
    assert notice.code is Code.NOT_CONVERGED
    assert ProportionalOdds(0.1).fit(x, y).notices_ == ()
    with pytest.raises(SettingsError, match="class 2") as error:
        ProportionalOdds().fit(x, y, (y < 2).astype(float))
    assert error.value.code is Code.ONE_CLASS
    with pytest.raises(SettingsError, match="alpha"):
        ProportionalOdds(-1).fit(x, y)
