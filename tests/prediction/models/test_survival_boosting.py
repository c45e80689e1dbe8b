"""Boosting of Cox's likelihood: equal to scikit-survival's where nothing is drawn, and what draws do."""

from __future__ import annotations

import numpy as np
import pytest
from sksurv.ensemble import GradientBoostingSurvivalAnalysis
from sksurv.metrics import concordance_index_censored

from oncometry.core import Code, SettingsError
from oncometry.prediction.models import GradientBoostedSurvival
from oncometry.prediction.outcome import survival_outcome

from .cases import of_peer, rows, survival


@pytest.mark.parametrize("weighted", [False, True])
def test_without_draws_it_is_scikit_survivals(weighted):
    x = rows(80, 4)
    y = survival(x)
    peer = GradientBoostingSurvivalAnalysis(
        n_estimators=30, learning_rate=0.1, max_depth=3, min_samples_leaf=5, random_state=0
    ).fit(x, of_peer(y))
    weights = np.full(80, 3.0) if weighted else None  # alike for all, they change nothing
    ours = GradientBoostedSurvival(30, 0.1, 3, 5, max_features=1.0, subsample=1.0).fit(x, y, weights)
    np.testing.assert_allclose(ours.predict(x), peer.predict(x), atol=1e-10)


def test_new_rows_are_ranked_and_the_curve_goes_with_the_risk():
    x = rows(300, 5)
    y = survival(x)
    model = GradientBoostedSurvival(60).fit(x[:150], y[:150])
    risk = model.predict(x[150:])
    assert concordance_index_censored(y["event"][150:] == 1, y["time_days"][150:], risk)[0] > 0.63
    curves = model.predict_survival(x[150:], [0.0, 5.0, 20.0, 60.0])
    assert (curves[:, 0] == 1).all()
    assert (np.diff(curves, axis=1) <= 0).all()
    assert (np.diff(curves[np.argsort(risk)], axis=0) <= 1e-15).all()
    assert abs(curves[:, 2].mean() - (y["time_days"][150:] > 20).mean()) < 0.2


def test_a_seed_gives_one_model():
    x = rows(60, 6)
    y = survival(x)
    first, again, other = (GradientBoostedSurvival(10, seed=s).fit(x, y).predict(x) for s in (3, 3, 4))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_rows_without_weight_are_not_there():
    x = rows(60, 3)
    y = survival(x)
    weights = (np.arange(60) < 40).astype(float)
    model = {"n_trees": 10, "subsample": 1.0, "max_features": 1.0}
    first = GradientBoostedSurvival(**model).fit(x, y, weights)
    second = GradientBoostedSurvival(**model).fit(x[:40], y[:40])
    np.testing.assert_allclose(first.predict(x), second.predict(x), atol=1e-12)


def test_what_cannot_be_boosted_is_refused():
    x = rows(20, 2)
    y = survival(x)
    for wrong in (
        {"n_trees": 0},
        {"learning_rate": 0.0},
        {"subsample": 1.5},
        {"max_depth": 0},
        {"min_leaf_rows": 0},
    ):
        with pytest.raises(SettingsError, match=next(iter(wrong))):
            GradientBoostedSurvival(**wrong).fit(x, y)
    with pytest.raises(SettingsError, match="none of 20") as error:
        GradientBoostedSurvival().fit(x, survival_outcome(np.zeros(20), y["time_days"]))
    assert error.value.code is Code.NO_EVENTS
