"""Cox's regression: against lifelines and scikit-survival, its own likelihood in plain Python, and what must not change it."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import CoxPHFitter
from scipy.optimize import approx_fprime
from sksurv.linear_model import CoxPHSurvivalAnalysis

from oncometry.core import Code, SettingsError
from oncometry.prediction.models import CoxRegression
from oncometry.prediction.outcome import survival_outcome

from .cases import of_peer, rows, survival
from .definitions import partial_likelihood

DAYS = [0.5, 3.0, 10.0, 25.0, 80.0, 500.0]


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize("ridge", [0.0, 7.0])
def test_coefficients_are_those_of_scikit_survival(ties, ridge):
    x = rows()
    y = survival(x)
    peer = CoxPHSurvivalAnalysis(alpha=ridge, ties=ties, tol=1e-14).fit(x, of_peer(y))
    ours = CoxRegression(alpha=ridge / len(x), ties=ties).fit(x, y)
    np.testing.assert_allclose(ours.coef_, peer.coef_, atol=1e-10)
    assert ours.notices_ == ()


def test_weighted_fit_errors_and_survival_are_those_of_lifelines():
    x = rows()
    y = survival(x)
    weights = np.random.default_rng(2).integers(1, 4, len(x)).astype(float)
    table = pd.DataFrame(x).assign(t=y["time_days"], e=y["event"] == 1, w=weights)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        peer = CoxPHFitter().fit(
            table, "t", "e", weights_col="w", fit_options={"precision": 1e-12, "r_precision": 1e-14}
        )
    ours = CoxRegression().fit(x, y, weights)
    np.testing.assert_allclose(ours.coef_, peer.params_, atol=1e-8)
    np.testing.assert_allclose(np.sqrt(np.diag(ours.covariance_)), peer.standard_errors_, atol=1e-8)
    days = ours.event_times_days_  # between them lifelines interpolates
    np.testing.assert_allclose(
        ours.predict_survival(x, days), peer.predict_survival_function(table, times=days).T, atol=1e-7
    )


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_the_likelihood_written_plainly_is_flat_at_the_fit(ties):
    x = rows(30, 3, seed=4)
    y = survival(x)
    weights = np.random.default_rng(5).uniform(0.5, 3, len(x))
    fitted = CoxRegression(ties=ties).fit(x, y, weights).coef_

    def value(b):
        return partial_likelihood(x, y, weights, b, ties == "efron")

    assert np.abs(approx_fprime(fitted, value, 1e-6)).max() < 1e-3
    assert np.abs(approx_fprime(fitted + 0.1, value, 1e-6)).max() > 0.1


@settings(max_examples=30)
@given(seed=st.integers(0, 10_000), shift=st.floats(-1e3, 1e3), ridge=st.sampled_from([0.01, 1.0]))
def test_shifted_features_and_bent_times_change_nothing(seed, shift, ridge):
    x = rows(40, 3, seed)
    y = survival(x, seed)
    first = CoxRegression(ridge).fit(x, y)
    bent = y.copy()
    bent["time_days"] = np.exp(y["time_days"] / y["time_days"].max()) * 7
    second = CoxRegression(ridge).fit(x + shift, bent)
    np.testing.assert_allclose(second.coef_, first.coef_, atol=1e-8)
    np.testing.assert_allclose(second.predict(x + shift), first.predict(x), atol=1e-8)


@settings(max_examples=30)
@given(seed=st.integers(0, 10_000))
def test_rows_that_stand_twice_are_weights_of_two(seed):
    x = rows(30, 3, seed)
    y = survival(x, seed)
    weights = np.random.default_rng(seed).integers(0, 4, len(x))
    weights[np.argmax(y["event"] == 1)] = 1
    repeated = np.repeat(np.arange(len(x)), weights)
    first = CoxRegression(0.1, ties="breslow").fit(x, y, weights)
    second = CoxRegression(0.1, ties="breslow").fit(x[repeated], y[repeated])
    np.testing.assert_allclose(first.coef_, second.coef_, atol=1e-9)
    np.testing.assert_allclose(first.predict(x), second.predict(x), atol=1e-8)
    np.testing.assert_allclose(first.predict_survival(x, DAYS), second.predict_survival(x, DAYS), atol=1e-9)


@settings(max_examples=30)
@given(seed=st.integers(0, 10_000))
def test_the_order_of_rows_does_not_matter(seed):
    x = rows(40, 3, seed)
    y = survival(x, seed)
    order = np.random.default_rng(seed).permutation(len(x))
    first, second = CoxRegression(0.1).fit(x, y), CoxRegression(0.1).fit(x[order], y[order])
    np.testing.assert_allclose(first.coef_, second.coef_, atol=1e-10)


def test_a_constant_column_has_no_coefficient_and_a_duplicate_has_half():
    x = rows(80, 2)
    y = survival(x)
    wide = np.column_stack([x, np.full(len(x), 3.0), x[:, 0]])
    plain, found = CoxRegression().fit(x, y), CoxRegression().fit(wide, y)
    np.testing.assert_allclose(
        found.coef_, [plain.coef_[0] / 2, plain.coef_[1], 0, plain.coef_[0] / 2], atol=1e-9
    )


def test_with_more_features_than_rows_it_solves_the_same_problem():
    x = rows(40, 100)
    y = survival(x)
    peer = CoxPHSurvivalAnalysis(alpha=0.5 * len(x), tol=1e-14).fit(x, of_peer(y))
    breslow = CoxRegression(0.5, ties="breslow").fit(x, y)
    np.testing.assert_allclose(breslow.coef_, peer.coef_, atol=1e-9)


def test_survival_falls_from_one_and_follows_the_risk():
    x = rows()
    y = survival(x)
    model = CoxRegression(0.01).fit(x, y)
    curves = model.predict_survival(x, [0.0, *DAYS])
    assert (curves[:, 0] == 1).all()
    assert (np.diff(curves, axis=1) <= 0).all()
    order = np.argsort(model.predict(x))
    assert (np.diff(curves[order], axis=0) <= 0).all()
    assert model.event_times_days_.tolist() == sorted(set(y["time_days"][y["event"] == 1]))


def test_competing_events_count_as_censored():
    x = rows()
    y = survival(x, kinds=3)
    only = survival_outcome(y["event"] == 1, y["time_days"])
    assert not CoxRegression.handles_competing
    np.testing.assert_array_equal(CoxRegression().fit(x, y).coef_, CoxRegression().fit(x, only).coef_)


def test_a_feature_that_tells_the_order_of_events_is_told():
    x = np.arange(30.0)[:, None] / 10
    y = survival_outcome(np.ones(30), np.arange(30.0, 0.0, -1))
    (notice,) = CoxRegression().fit(x, y).notices_
    assert notice.code is Code.NOT_CONVERGED
    assert CoxRegression(1.0).fit(x, y).notices_ == ()


def test_what_cannot_be_learned_is_refused():
    x = rows(20, 2)
    y = survival(x)
    none = survival_outcome(np.zeros(20), y["time_days"])
    with pytest.raises(SettingsError, match="none of 20 rows") as error:
        CoxRegression().fit(x, none)
    assert error.value.code is Code.NO_EVENTS
    with pytest.raises(SettingsError, match="no row with a weight") as error:
        CoxRegression().fit(x, y, (y["event"] != 1).astype(float))
    assert error.value.code is Code.NO_EVENTS
    for wrong in ({"ties": "exact"}, {"alpha": -1.0}, {"alpha": np.nan}):
        with pytest.raises(SettingsError, match=r"exact|alpha"):
            CoxRegression(**wrong).fit(x, y)
    with pytest.raises(SettingsError, match="survival_outcome"):
        CoxRegression().fit(x, y["time_days"])
    with pytest.raises(SettingsError, match="19"):
        CoxRegression().fit(x, y[:19])
    with pytest.raises(SettingsError, match="weights"):
        CoxRegression().fit(x, y, -np.ones(20))
    with pytest.raises(SettingsError, match="NaN"):
        CoxRegression().fit(np.where(x > 1, np.nan, x), y)
    with pytest.raises(SettingsError, match="days"):
        CoxRegression().fit(x, y).predict_survival(x, [np.nan])
