"""Elastic nets: against scikit-learn and scikit-survival on the same penalty, and the conditions of a minimum."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import ElasticNet, LogisticRegression
from sksurv.linear_model import CoxnetSurvivalAnalysis

from oncometry import _native
from oncometry.core import Code, SettingsError
from oncometry.prediction.models import CoxElasticNet, CoxRegression, LinearElasticNet, LogisticElasticNet
from oncometry.prediction.models.partial_likelihood import PartialLikelihood, Ties
from oncometry.prediction.outcome import Task, survival_outcome

from .cases import of_peer, outcome, rows, survival

RATIOS = pytest.mark.parametrize("ratio", [0.1, 0.5, 1.0])


def weights_of(n):
    return np.random.default_rng(9).uniform(0.5, 2.0, n)


@RATIOS
def test_logistic_is_scikit_learns(ratio):
    x, weights = rows(100, 8) + 2.0, weights_of(100)
    y = outcome(Task.BINARY, x - 2.0)
    peer = LogisticRegression(
        C=1 / (weights.sum() * 0.05), l1_ratio=ratio, solver="saga", tol=1e-12, max_iter=200_000
    ).fit(x, y, weights)
    ours = LogisticElasticNet(0.05, ratio, tolerance=1e-22).fit(x, y, weights)
    np.testing.assert_allclose(ours.coef_, peer.coef_, atol=1e-8)
    np.testing.assert_allclose(ours.intercept_, peer.intercept_, atol=1e-8)
    np.testing.assert_allclose(ours.predict_proba(x), peer.predict_proba(x), atol=1e-8)


@RATIOS
def test_linear_is_scikit_learns_on_the_outcome_by_its_spread(ratio):
    x, weights = rows(100, 8) + 2.0, weights_of(100)
    y = outcome(Task.CONTINUOUS, x - 2.0)
    spread = np.sqrt(np.average((y - np.average(y, weights=weights)) ** 2, weights=weights))
    peer = ElasticNet(alpha=0.05, l1_ratio=ratio, tol=1e-14, max_iter=100_000).fit(x, y / spread, weights)
    ours = LinearElasticNet(0.05, ratio, tolerance=1e-22).fit(x, y, weights)
    np.testing.assert_allclose(ours.coef_, peer.coef_ * spread, atol=1e-8)
    np.testing.assert_allclose(ours.intercept_, peer.intercept_ * spread, atol=1e-8)


@RATIOS
@pytest.mark.parametrize(("n", "p"), [(100, 8), (50, 120)])
def test_cox_is_scikit_survivals(ratio, n, p):
    x = rows(n, p)
    y = survival(x)
    alphas = [0.2, 0.1, 0.05]
    peer = CoxnetSurvivalAnalysis(alphas=alphas, l1_ratio=ratio, tol=1e-14, max_iter=1_000_000).fit(
        x, of_peer(y)
    )
    for place, alpha in enumerate(alphas):
        ours = CoxElasticNet(alpha, ratio, tolerance=1e-20).fit(x, y)
        np.testing.assert_allclose(ours.coef_, peer.coef_[:, place], atol=2e-6)
        assert ours.notices_ == ()


def test_a_ridge_alone_is_that_of_newton():
    x = rows(60, 90)
    y = survival(x)
    net = CoxElasticNet(0.3, 0.0, tolerance=1e-20).fit(x, y)
    newton = CoxRegression(0.3, ties="breslow").fit(x, y)
    np.testing.assert_allclose(net.coef_, newton.coef_, atol=1e-8)
    np.testing.assert_allclose(
        net.predict_survival(x, [5, 30]), newton.predict_survival(x, [5, 30]), atol=1e-8
    )


@settings(max_examples=30)
@given(
    seed=st.integers(0, 10_000),
    alpha=st.floats(0.02, 0.5),
    ratio=st.floats(0.05, 1.0),
    weighted=st.booleans(),
)
def test_a_cox_fit_meets_the_conditions_of_a_minimum(seed, alpha, ratio, weighted):
    x = rows(40, 60, seed)
    y = survival(x, seed)
    weights = weights_of(40) if weighted else np.ones(40)
    model = CoxElasticNet(alpha, ratio, tolerance=1e-18).fit(x, y, weights)
    likelihood = PartialLikelihood(y["time_days"], y["event"], weights, Ties.BRESLOW)
    slope = x.T @ likelihood.at(x @ model.coef_).gradient / weights.sum() - alpha * (1 - ratio) * model.coef_
    chosen = model.coef_ != 0
    np.testing.assert_allclose(slope[chosen], alpha * ratio * np.sign(model.coef_[chosen]), atol=1e-6)
    assert np.abs(slope[~chosen]).max(initial=0) <= alpha * ratio + 1e-6


@settings(max_examples=30)
@given(seed=st.integers(0, 10_000))
def test_the_second_derivative_is_that_of_the_gradient(seed):
    x = rows(15, 1, seed)
    y = survival(x, seed)
    likelihood = PartialLikelihood(y["time_days"], y["event"], weights_of(15), Ties.BRESLOW)
    at = x[:, 0]
    hessian = likelihood.hessian(at)
    step = 1e-6
    for k, unit in enumerate(np.eye(15) * step):
        change = likelihood.at(at - unit).gradient - likelihood.at(at + unit).gradient
        np.testing.assert_allclose(hessian[k], change / (2 * step), atol=1e-6)
    np.testing.assert_allclose(np.diag(hessian), likelihood.at(at).curvature, atol=1e-12)


@pytest.mark.parametrize("model", [LogisticElasticNet, LinearElasticNet, CoxElasticNet])
def test_the_path_begins_with_nothing_and_ends_at_what_was_asked_for(model):
    task = {LogisticElasticNet: Task.BINARY, LinearElasticNet: Task.CONTINUOUS, CoxElasticNet: Task.SURVIVAL}[
        model
    ]
    x = rows(60, 20)
    found = model(0.02, 0.9, path_length=6).fit(x, outcome(task, x))
    assert len(found.alphas_) == 6
    assert found.alphas_[-1] == 0.02
    assert (np.diff(found.alphas_) < 0).all()
    counts = (found.coef_path_ != 0).sum(axis=0)
    assert counts[0] <= 1
    assert counts[-1] > counts[0]
    np.testing.assert_array_equal(found.coef_path_[:, -1], np.ravel(found.coef_))


@pytest.mark.parametrize("model", [LogisticElasticNet, LinearElasticNet, CoxElasticNet])
def test_the_length_of_the_path_does_not_matter(model):
    task = {LogisticElasticNet: Task.BINARY, LinearElasticNet: Task.CONTINUOUS, CoxElasticNet: Task.SURVIVAL}[
        model
    ]
    x = rows(60, 150)
    x[:, 50:100] = x[:, :50] + 0.1 * x[:, 50:100]  # some features come in only behind others
    y = outcome(task, x)
    found = [np.ravel(model(0.03, 0.8, path_length=k, tolerance=1e-20).fit(x, y).coef_) for k in (1, 2, 15)]
    np.testing.assert_allclose(found[0], found[2], atol=1e-7 * max(1.0, np.abs(found[2]).max()))
    np.testing.assert_allclose(found[1], found[2], atol=1e-7 * max(1.0, np.abs(found[2]).max()))


def test_a_strong_penalty_leaves_the_share_of_the_classes():
    x = rows(50, 4)
    y = outcome(Task.BINARY, x)
    model = LogisticElasticNet(10.0, 1.0, tolerance=1e-20).fit(x, y)
    assert not model.coef_.any()
    np.testing.assert_allclose(model.predict_proba(x)[:, 1], y.mean(), atol=1e-9)


@pytest.mark.parametrize("model", [LogisticElasticNet, LinearElasticNet, CoxElasticNet])
def test_rows_apart_from_each_other_and_wide_tables_end_with_finite_numbers(model):
    task = {LogisticElasticNet: Task.BINARY, LinearElasticNet: Task.CONTINUOUS, CoxElasticNet: Task.SURVIVAL}[
        model
    ]
    x = rows(60, 400)
    x[:, 1] = x[:, 0]
    x[:, 2] = 0.0
    y = outcome(task, 5 * x)
    found = model(0.02, 0.25).fit(x, y)
    assert np.isfinite(found.coef_).all()
    assert np.ravel(found.coef_)[2] == 0
    assert found.notices_ == ()


def test_rounds_that_run_out_are_told():
    x = rows(60, 30)
    (notice,) = (
        LogisticElasticNet(0.001, 0.5, tolerance=1e-20, max_rounds=1).fit(x, outcome(Task.BINARY, x)).notices_
    )
    assert notice.code is Code.NOT_CONVERGED


def test_above_the_most_rows_the_answer_is_the_same(monkeypatch):
    x = rows(60, 10)
    y = survival(x)
    whole = CoxElasticNet(0.05, 0.5, tolerance=1e-18).fit(x, y)
    monkeypatch.setattr("oncometry.prediction.models.coxnet._MOST_ROWS", 10)
    apart = CoxElasticNet(0.05, 0.5, tolerance=1e-18, max_rounds=1000).fit(x, y)
    np.testing.assert_allclose(apart.coef_, whole.coef_, atol=1e-7)


def test_what_cannot_be_learned_is_refused():
    x = rows(30, 2)
    y = outcome(Task.BINARY, x)
    with pytest.raises(SettingsError, match="one class") as error:
        LogisticElasticNet().fit(x, np.ones(30))
    assert error.value.code is Code.ONE_CLASS
    with pytest.raises(SettingsError, match="all of one class") as error:
        LogisticElasticNet().fit(x, y, y)
    assert error.value.code is Code.ONE_CLASS
    with pytest.raises(SettingsError, match="binary"):
        LogisticElasticNet().fit(x, np.arange(30) % 3)
    for wrong in ({"alpha": -0.1}, {"l1_ratio": 1.5}, {"path_length": 0}, {"tolerance": np.nan}):
        with pytest.raises(SettingsError, match=next(iter(wrong))):
            LogisticElasticNet(**wrong).fit(x, y)
    none = survival_outcome(np.zeros(30), np.arange(1.0, 31))
    with pytest.raises(SettingsError, match="none of 30"):
        CoxElasticNet().fit(x, none)


def test_the_kernel_refuses_arrays_that_do_not_go_together():
    with pytest.raises(ValueError, match="one a row"):
        _native.descend_elastic_net(
            np.zeros((2, 3)), np.ones(3), (0.1, 0.1, True), 10, 1e-9, np.zeros(2), np.zeros(2), 0.0
        )
