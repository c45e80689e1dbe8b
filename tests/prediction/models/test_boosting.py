"""Boosting of classes and numbers: in plain Python, equal to scikit-learn's where nothing is drawn, and as good where it is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.ensemble import GradientBoostingClassifier, GradientBoostingRegressor
from sklearn.metrics import roc_auc_score

from oncometry import _native
from oncometry.core import Code, SettingsError
from oncometry.prediction.models import BoostingClassifier, BoostingRegressor, GradientBoostedSurvival

from .cases import rows, survival
from .definitions import boost


@settings(max_examples=40)
@given(
    seed=st.integers(0, 2**32),
    loss=st.sampled_from(["squared", "two", "three", "cox"]),
    tried=st.integers(1, 4),
    leaf_rows=st.integers(1, 6),
    depth=st.integers(1, 3),
    part=st.sampled_from([0.3, 0.7, 1.0]),
    grid=st.sampled_from([0, 2]),
)
def test_rounds_are_those_of_the_definition(seed, loss, tried, leaf_rows, depth, part, grid):
    n, rng = 30, np.random.default_rng(seed)
    x = rows(n, 4, seed)
    x = np.round(x * grid) if grid else x
    outcomes = {
        "squared": (x[:, 0] + rng.normal(size=n))[None],
        "two": (rng.random(n) < 0.4).astype(float)[None],
        "three": (np.arange(3)[:, None] == rng.integers(0, 3, n)).astype(float),
        "cox": np.stack([np.ceil(np.arange(1, n + 1) / 2), rng.random(n) < 0.6]).astype(float),
    }[loss]
    weights = rng.uniform(0.5, 2.0, n)
    name = {"two": "classes", "three": "classes"}.get(loss, loss)
    scores = np.zeros((len(outcomes) if loss == "three" else 1, n))
    seeds = rng.integers(0, 2**63, 4, dtype=np.uint64)
    seen = max(1, round(part * n))
    rule = (tried, leaf_rows, depth, 0.3, seen)
    feature, threshold, *_ = _native.boosted_trees(
        np.ascontiguousarray(x.T), name, outcomes, weights, seeds, rule, scores
    )
    nodes, expected = boost(x, name, outcomes, weights, seeds, rule)
    assert feature.tolist() == [node[0] for node in nodes]
    np.testing.assert_allclose(threshold, [node[1] for node in nodes], atol=1e-12)
    np.testing.assert_allclose(scores, expected, rtol=1e-9, atol=1e-9)


def single(x):
    """As scikit-learn's trees round it."""
    return x.astype(np.float32).astype(np.float64)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("kinds", [0, 2, 3])
def test_without_draws_it_is_scikit_learns(kinds, weighted):
    x = single(rows(120, 4))
    score = x[:, 0] + x[:, 1] * x[:, 2] + rows(120, 1, 9)[:, 0]
    y = np.digitize(score, np.quantile(score, np.arange(1, kinds) / kinds)) if kinds else 50 * score
    ours, peer = (
        (BoostingClassifier, GradientBoostingClassifier)
        if kinds
        else (BoostingRegressor, GradientBoostingRegressor)
    )
    weights = np.random.default_rng(2).uniform(0.5, 2.0, 120) if weighted else None
    mine = ours(15, 0.1, 2, 8, max_features=1.0, subsample=1.0).fit(x, y, weights)
    other = peer(n_estimators=15, learning_rate=0.1, max_depth=2, min_samples_leaf=8, random_state=0)
    other.fit(x, y, weights)
    new = single(rows(200, 4, 3))
    ask = "predict_proba" if kinds else "predict"
    np.testing.assert_allclose(getattr(mine, ask)(new), getattr(other, ask)(new), rtol=1e-9, atol=1e-9)
    np.testing.assert_array_equal(mine.predict(new) if kinds else 0, other.predict(new) if kinds else 0)


def test_it_tells_classes_apart_as_well_as_scikit_learns():
    gaps = []
    for seed in range(8):
        x = rows(1500, 30, seed)
        y = (x[:, 0] + x[:, 1] * x[:, 2] + rows(1500, 1, seed + 50)[:, 0] > 0).astype(int)
        known, new = slice(0, 150), slice(150, None)
        ours = BoostingClassifier(100, seed=seed).fit(x[known], y[known])
        peer = GradientBoostingClassifier(
            n_estimators=100, learning_rate=0.05, max_depth=3, min_samples_leaf=5,
            max_features="sqrt", subsample=0.7, random_state=seed,
        ).fit(x[known], y[known])  # fmt: skip
        mine, others = (roc_auc_score(y[new], m.predict_proba(x[new])[:, 1]) for m in (ours, peer))
        assert mine > 0.6
        gaps.append(mine - others)
    assert abs(np.mean(gaps)) < 0.015  # its standard error is 0.004


def test_a_seed_gives_one_model():
    x = rows(60, 6)
    y = (x[:, 0] > 0).astype(int)
    first, again, other = (BoostingClassifier(10, seed=s).fit(x, y).predict_proba(x) for s in (3, 3, 4))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    np.testing.assert_allclose(first.sum(axis=1), 1.0)


def test_rows_without_weight_are_not_there():
    x = rows(60, 3)
    y = x[:, 0] > 0
    weights = (np.arange(60) < 40).astype(float)
    first = BoostingClassifier(10).fit(x, y, weights)
    second = BoostingClassifier(10).fit(x[:40], y[:40])
    np.testing.assert_array_equal(first.predict_proba(x), second.predict_proba(x))


def test_what_cannot_be_boosted_is_refused():
    x = rows(20, 2)
    for wrong in ({"n_trees": 0}, {"learning_rate": 0.0}, {"subsample": 1.5}, {"max_depth": 0}, {"min_leaf_rows": 0},
                  {"max_features": "all"}):  # fmt: skip
        with pytest.raises(SettingsError, match=next(iter(wrong))):
            BoostingRegressor(**wrong).fit(x, x[:, 0])
        with pytest.raises(SettingsError, match=next(iter(wrong))):
            GradientBoostedSurvival(**wrong).fit(x, survival(x))
    y = np.arange(20) % 2
    with pytest.raises(SettingsError, match="no row of class 0") as error:
        BoostingClassifier().fit(x, y, y)
    assert error.value.code is Code.ONE_CLASS


def test_the_kernel_refuses_arrays_that_do_not_go_together():
    def good():
        return [np.zeros((2, 10)), "squared", np.zeros((1, 10)), np.ones(10), np.zeros(1, np.uint64),
                (1, 1, 3, 0.1, 5), np.zeros((1, 10))]  # fmt: skip

    assert len(_native.boosted_trees(*good())) == 7
    for place, bad in ((1, "hinge"), (1, "cox"), (2, np.zeros((2, 10))), (2, np.zeros((1, 9))), (3, np.ones(9)),
                       (3, np.zeros(10)), (5, (1, 1, 3, 0.1, 0)), (6, np.zeros((2, 10))), (6, np.zeros((1, 9)))):  # fmt: skip
        given_ = good()
        given_[place] = bad
        with pytest.raises(ValueError, match="row"):
            _native.boosted_trees(*given_)
    given_ = good()
    given_[1], given_[2] = "cox", np.stack([np.full(10, 11.0), np.ones(10)])
    with pytest.raises(ValueError, match="none of the rows"):
        _native.boosted_trees(*given_)
