"""Fine and Gray's model: against its likelihood in plain Python, weighted intervals in lifelines, and a simulation."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from lifelines import CoxTimeVaryingFitter
from scipy.optimize import minimize

from oncometry.prediction.models import CoxRegression, FineGray, aalen_johansen
from oncometry.prediction.models.curves import censoring_before
from oncometry.prediction.outcome import survival_outcome

from .cases import rows, survival
from .definitions import subdistribution_likelihood


@pytest.mark.parametrize("whole_days", [True, False])
def test_it_is_the_maximum_of_the_likelihood_written_plainly(whole_days):
    x = rows(35, 2, seed=3)
    y = survival(x, kinds=3, whole_days=whole_days)
    found = minimize(lambda b: -subdistribution_likelihood(x, y, b), np.zeros(2), tol=1e-10)
    np.testing.assert_allclose(FineGray().fit(x, y).coef_, found.x, atol=1e-4)


def intervals(x, y):
    """Each row at risk until its time; after a competing event further ones, with the weight of each."""
    events = np.unique(y["time_days"][y["event"] == 1])
    before = censoring_before(
        y["time_days"], y["event"], np.ones(len(y)), np.concatenate([y["time_days"], events])
    )
    own, later = before[: len(y)], before[len(y) :]
    found = []
    for n, row in enumerate(x):
        t, event = y["time_days"][n], y["event"][n]
        found.append((n, 0.0, t, event == 1, 1.0, *row))
        if event == 2:
            start = t
            for s, chance in zip(events, later, strict=True):
                if s > t:
                    found.append((n, start, s, False, chance / own[n], *row))
                    start = s
    return pd.DataFrame(found, columns=["id", "start", "stop", "event", "weight", "a", "b"])


def test_weighted_intervals_in_lifelines_have_the_same_coefficients():
    x = rows(70, 2, seed=6)
    y = survival(x, kinds=3, whole_days=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        peer = CoxTimeVaryingFitter().fit(
            intervals(x, y),
            id_col="id",
            event_col="event",
            start_col="start",
            stop_col="stop",
            weights_col="weight",
        )
    np.testing.assert_allclose(FineGray().fit(x, y).coef_, peer.params_, atol=1e-5)


def simulated(n, seed):
    """As Fine and Gray simulate: incidence of event 1 is 1 - (1 - p (1 - exp(-t)))^exp(x b)."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 2))
    power, p = np.exp(x @ [0.5, -0.5]), 0.5
    ever = rng.random(n) < 1 - (1 - p) ** power
    u = rng.random(n) * (1 - (1 - p) ** power)
    first = -np.log(1 - (1 - (1 - u) ** (1 / power)) / p)
    times = np.where(ever, first, rng.exponential(np.exp(-x @ [0.3, 0.3])))
    censored = rng.exponential(2.0, n)
    return x, survival_outcome(
        np.where(times < censored, np.where(ever, 1, 2), 0), np.minimum(times, censored)
    )


def test_simulated_coefficients_and_incidence_come_back():
    x, y = simulated(4000, seed=1)
    model = FineGray().fit(x, y)
    np.testing.assert_allclose(model.coef_, [0.5, -0.5], atol=0.1)
    days = [0.2, 0.6, 1.5]
    expected = (1 - 0.5 * (1 - np.exp(-np.array(days)))) ** np.exp(0.0)
    np.testing.assert_allclose(model.predict_survival(np.zeros((1, 2)), days)[0], expected, atol=0.04)
    # What Cox makes of the same rows is the hazard among those without the other event: another question.
    assert abs(CoxRegression().fit(x, y).coef_[1] + 0.5) > 0.15


def test_without_competing_events_it_is_cox():
    x = rows()
    y = survival(x)
    cox, ours = CoxRegression(0.1, ties="breslow").fit(x, y), FineGray(0.1).fit(x, y)
    np.testing.assert_allclose(ours.coef_, cox.coef_, atol=1e-12)
    np.testing.assert_allclose(
        ours.predict_survival(x, [5, 20]), cox.predict_survival(x, [5, 20]), atol=1e-12
    )


def test_without_features_that_matter_it_is_the_incidence_of_all():
    x = np.zeros((60, 1))
    y = survival(rows(60, 1), kinds=3, whole_days=False)
    found = FineGray().fit(x, y).predict_survival(x[:1], [5.0, 20.0, 60.0])[0]
    expected = 1 - aalen_johansen(y).at([5.0, 20.0, 60.0])
    np.testing.assert_allclose(found, expected, atol=0.01)  # exp(-sum) against a product
    assert FineGray.handles_competing
