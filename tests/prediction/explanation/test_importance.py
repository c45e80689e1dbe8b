"""Permutation importance, partial dependence, stability of rankings, and what chance alone makes."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from sklearn.ensemble import RandomForestRegressor
from sklearn.inspection import partial_dependence as peer_dependence
from sklearn.inspection import permutation_importance as peer_importance
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from oncometry.core import Code, SettingsError
from oncometry.prediction.explanation import (
    Players,
    correlated_players,
    each_column,
    importance_over_chance,
    partial_dependence,
    permutation_importance,
    ranking_stability,
    selection_stability,
)

from .made import names, probability, table


def test_importance_agrees_with_scikit_learn():
    x, y = table(0, n=400)
    model = LogisticRegression().fit(x[:200], y[:200])
    test, truth = x[200:], y[200:]
    found = permutation_importance(
        probability(model),
        test,
        lambda p: roc_auc_score(truth, p),
        each_column(names(6)),
        np.random.default_rng(1),
        repeats=15,
    )
    peer = peer_importance(model, test, truth, scoring="roc_auc", n_repeats=15, random_state=0)
    error = np.sqrt((found.standard_deviation**2 + peer.importances_std**2) / 15)
    assert (np.abs(found.mean - peer.importances_mean) < 4 * error + 1e-12).all()
    assert found.score == roc_auc_score(truth, probability(model)(test))
    assert found.mean.argmax() == 0


def test_features_that_stand_in_for_each_other_are_permuted_together():
    rng = np.random.default_rng(2)
    x = rng.normal(size=(300, 3))
    x = np.c_[x[:, 0], x[:, 0] + 0.01 * x[:, 1], x[:, 2], np.full(300, 2.0)]
    blocks = correlated_players(x, ("a", "copy", "b", "constant"))
    assert blocks.names == ("a + copy", "b", "constant")
    assert correlated_players(-x, ("a", "copy", "b", "constant"), 0.9).names == blocks.names
    assert correlated_players(x[:, :1], ("a",)).names == ("a",)
    x[:5, 0] = np.nan
    assert correlated_players(x, ("a", "copy", "b", "constant")).names == blocks.names
    x = np.nan_to_num(x)
    y = x[:, 0] + 0.3 * x[:, 2]

    def output(rows):
        return 0.5 * rows[:, 0] + 0.5 * rows[:, 1] + 0.3 * rows[:, 2]

    def dropped(players):
        return permutation_importance(
            output, x, lambda p: -np.mean((p - y) ** 2), players, np.random.default_rng(0)
        ).mean

    alone, together = dropped(each_column(names(4))), dropped(blocks)
    assert together[0] > 1.8 * (alone[0] + alone[1])
    assert together[0] == pytest.approx(2.0, rel=0.15)  # twice the variance
    assert alone[3] == 0


def test_dependence_equals_scikit_learn():
    x, y = table(3)
    model = RandomForestRegressor(n_estimators=10, random_state=0).fit(x, y)
    grid = np.linspace(-2, 2, 7)
    found = partial_dependence(model.predict, x, 1, grid)
    peer = peer_dependence(model, x, [1], kind="both", custom_values={1: grid}, method="brute")
    np.testing.assert_allclose(found.mean, peer["average"][0], atol=1e-12)
    np.testing.assert_allclose(found.curves, peer["individual"][0], atol=1e-12)


def test_parallel_curves_show_that_nothing_interacts():
    x, _ = table(4)
    x[3, 0] = np.nan
    found = partial_dependence(lambda rows: 2 * rows[:, 0] + np.nan_to_num(rows[:, 1]), x, 0)
    assert len(found.grid) == 20
    assert np.ptp(found.centered, axis=0).max() < 1e-12
    crossed = partial_dependence(lambda rows: np.nan_to_num(rows[:, 0]) * rows[:, 1], x, 1)
    assert np.ptp(crossed.centered, axis=0).max() > 1
    few = partial_dependence(lambda rows: rows[:, 0], np.array([[1.0], [0.0], [1.0]]), 0)
    assert few.grid.tolist() == [0, 1]
    with pytest.raises(SettingsError, match="column 9 of 6"):
        partial_dependence(lambda rows: rows[:, 0], x, 9)
    with pytest.raises(SettingsError, match="no value"):
        partial_dependence(lambda rows: rows[:, 0], np.full((3, 1), np.nan), 0)


def test_selections_that_are_the_same_or_random():
    same = np.tile([True, True, False, False, False], (10, 1))
    assert selection_stability(same).value == pytest.approx(1.0)
    rng = np.random.default_rng(0)
    drawn = np.array([[rng.permutation(20) < 6 for _ in range(30)] for _ in range(200)])
    values = [selection_stability(one).value for one in drawn]
    assert np.mean(values) == pytest.approx(0, abs=0.005)
    for selected in (np.zeros((3, 4), bool), np.ones((3, 4), bool)):
        found = selection_stability(selected)
        assert (found.value, found.reason) == (None, Code.UNDEFINED)


def test_the_stability_of_fixed_sizes_is_kuncheva_s_and_its_interval_covers():
    rng = np.random.default_rng(1)
    equal = np.zeros((6, 15), bool)
    for row in equal:
        row[rng.choice(15, 5, replace=False, p=np.arange(1, 16) / 120)] = True
    pairs = [(a, b) for a in range(6) for b in range(a)]
    kuncheva = np.mean([((equal[a] & equal[b]).sum() - 25 / 15) / (5 - 25 / 15) for a, b in pairs])
    assert selection_stability(equal).value == pytest.approx(kuncheva)
    chance = np.arange(1, 21) / 25
    many = rng.random((40_000, 20)) < chance
    truth = selection_stability(many).value
    hits = sum(
        found.low <= truth <= found.high
        for found in (selection_stability(rng.random((50, 20)) < chance) for _ in range(300))
    )
    assert 0.89 <= hits / 300 <= 0.99


def test_rankings():
    base = np.array([5.0, 4, 3, 2, 1, 0])
    found = ranking_stability(np.tile(base, (4, 1)), 2)
    assert (found.kendall, found.jaccard, found.selection.value) == pytest.approx((1, 1, 1))
    assert found.first == (1, 1, 0, 0, 0, 0)
    two = ranking_stability(np.stack([base, [4, 5, 0, 3, 2, 1]]), 3)
    assert two.kendall == pytest.approx(stats.kendalltau(base, [4, 5, 0, 3, 2, 1]).statistic)
    assert two.jaccard == pytest.approx(2 / 4)
    nothing = ranking_stability(np.zeros((3, 4)), 2)
    assert (nothing.kendall, nothing.first, nothing.selection.reason) == (None, (0, 0, 0, 0), Code.UNDEFINED)
    with pytest.raises(SettingsError, match="from 1 to 6"):
        ranking_stability(np.tile(base, (4, 1)), 7)
    with pytest.raises(SettingsError, match="two or more"):
        ranking_stability(base[None], 2)


def test_importance_beyond_chance():
    rng = np.random.default_rng(4)
    found = importance_over_chance(np.array([0.5, 0.1, 0.1]), rng.uniform(0.05, 0.15, (99, 3)))
    assert found.p_value[0] == 0.01
    assert found.p_value[1] > 0.3
    assert found.concentration > 0.7
    assert found.concentration_by_chance < 0.45
    flat = importance_over_chance(np.zeros(4), np.zeros((3, 4)))
    assert (flat.concentration, flat.p_value.tolist()) == (0.25, [1, 1, 1, 1])
    with pytest.raises(SettingsError, match="permuted"):
        importance_over_chance(np.zeros(4), np.zeros((3, 5)))
    with pytest.raises(SettingsError, match="0 or more"):
        importance_over_chance(np.array([-0.1]), np.zeros((3, 1)))


def test_two_repeats_at_least():
    with pytest.raises(SettingsError, match="two or more"):
        permutation_importance(
            lambda r: r[:, 0],
            np.ones((3, 1)),
            float,
            Players(("a",), (np.array([0]),)),
            np.random.default_rng(0),
            1,
        )
