"""Forests of classes and numbers: their trees in plain Python, scikit-learn's single tree, and as good as its forest."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.metrics import r2_score, roc_auc_score
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from oncometry import _native
from oncometry.core import Code, SettingsError
from oncometry.prediction.models import ForestClassifier, ForestRegressor
from oncometry.prediction.models.forest import LeafMeans
from oncometry.prediction.models.trees import Trees

from .cases import rows
from .definitions import Draws, grow_mean


def native_forest(x, targets, counts, seeds, rule):
    return _native.mean_forest(
        np.ascontiguousarray(x.T),
        np.ascontiguousarray(targets, dtype=np.float64),
        np.ascontiguousarray(counts, dtype=np.int32),
        np.asarray(seeds, dtype=np.uint64),
        rule,
    )


@settings(max_examples=60)
@given(
    seed=st.integers(0, 2**63),
    n=st.integers(2, 60),
    p=st.integers(1, 6),
    kinds=st.sampled_from([0, 2, 3, 4]),
    tried=st.integers(1, 6),
    leaf_rows=st.integers(1, 5),
    depth=st.integers(0, 6),
    grid=st.sampled_from([0, 1, 4]),
)
def test_a_tree_is_the_one_of_the_definition(seed, n, p, kinds, tried, leaf_rows, depth, grid):
    rng = np.random.default_rng(seed)
    x = rows(n, p, seed)
    x = np.round(x * grid) if grid else x
    score = x[:, 0] + rng.normal(size=n)
    score = np.round(score) if grid else score
    classes = rng.integers(0, kinds, n) if kinds else None
    targets = (classes[:, None] == np.arange(kinds)).astype(float) if kinds else score[:, None]
    counts = rng.integers(0, 3, n)
    counts[0] = 1
    rule = (tried, leaf_rows, depth)
    feature, threshold, left, right, leaf, roots, means = native_forest(
        x, targets, counts[None], [seed], (*rule, 1)
    )
    nodes = grow_mean(x, targets, counts.astype(float), Draws(seed), rule)
    assert roots.tolist() == [0]
    assert feature.tolist() == [node[0] for node in nodes]
    np.testing.assert_allclose(threshold, [node[1] for node in nodes], atol=1e-12)
    assert left.tolist() == [node[2] for node in nodes]
    assert right.tolist() == [node[3] for node in nodes]
    for node, row in zip(nodes, leaf, strict=True):
        assert (row < 0) == (node[4] is None)
        if row >= 0:
            expected = np.average(targets[node[4]], axis=0, weights=counts[node[4]])
            np.testing.assert_allclose(means[row], expected, atol=1e-12)
    assert means.shape == (sum(node[4] is not None for node in nodes), targets.shape[1])


@pytest.mark.parametrize("kinds", [0, 2, 3])
@pytest.mark.parametrize("leaf_rows", [5, 9])  # of two rows any feature makes the same leaves: a tie
def test_of_all_rows_and_features_it_is_scikit_learns_tree(kinds, leaf_rows):
    x = rows(90, 6).astype(np.float32).astype(float)  # scikit-learn's trees round to it
    score = x[:, 0] - x[:, 1] ** 2 + 0.3 * rows(90, 1, 5)[:, 0]
    # Rows of one class that no other splits apart make ties, which scikit-learn breaks by chance: few are left at depth 3.
    depth = 8 if kinds == 0 else 3
    made = DecisionTreeClassifier if kinds else DecisionTreeRegressor
    y = np.digitize(score, np.quantile(score, np.arange(1, kinds) / kinds)) if kinds else score
    targets = (y[:, None] == np.arange(kinds)).astype(float) if kinds else y[:, None]
    *nodes, leaf, roots, means = native_forest(x, targets, np.ones((1, 90)), [0], (6, leaf_rows, depth, 1))
    ours = LeafMeans(Trees(*nodes, roots), leaf, means)
    peer = made(max_depth=depth, min_samples_leaf=leaf_rows, random_state=0).fit(x, y)
    new = rows(200, 6, 3).astype(np.float32).astype(float)
    expected = peer.predict_proba(new) if kinds else peer.predict(new)[:, None]
    assert len(leaf) == peer.tree_.node_count
    np.testing.assert_allclose(ours.of(new), expected, atol=1e-9)


def test_large_tables_with_small_nodes_are_sorted_alike():
    """Rows of small nodes are sorted, of large ones picked in order: many rows and few make both."""
    x = np.round(rows(1500, 2), 1)
    y = x[:, :1] * x[:, 1:] + rows(1500, 1, 4)
    feature, threshold, *_ = native_forest(x, y, np.ones((1, 1500)), [5], (1, 10, 9, 1))
    nodes = grow_mean(x, y, np.ones(1500), Draws(5), (1, 10, 9))
    assert feature.tolist() == [node[0] for node in nodes]
    np.testing.assert_allclose(threshold, [node[1] for node in nodes], atol=1e-12)


def test_it_tells_classes_apart_as_well_as_scikit_learns():
    gaps = []
    for seed in range(8):
        x = rows(1500, 30, seed)
        y = (x[:, 0] + x[:, 1] * x[:, 2] + rows(1500, 1, seed + 50)[:, 0] > 0).astype(int)
        known, new = slice(0, 150), slice(150, None)
        ours = ForestClassifier(100, seed=seed).fit(x[known], y[known])
        peer = RandomForestClassifier(100, min_samples_leaf=3, random_state=seed).fit(x[known], y[known])
        mine, others = (roc_auc_score(y[new], m.predict_proba(x[new])[:, 1]) for m in (ours, peer))
        assert mine > 0.6
        gaps.append(mine - others)
    assert abs(np.mean(gaps)) < 0.015  # its standard error is 0.004


def test_it_foresees_numbers_as_well_as_scikit_learns():
    gaps = []
    for seed in range(8):
        x = rows(300, 8, seed)
        y = 10 * x[:, 0] + 5 * x[:, 1] * x[:, 2] + rows(300, 1, seed + 50)[:, 0]
        known, new = slice(0, 150), slice(150, None)
        ours = ForestRegressor(100, max_features=0.5, seed=seed).fit(x[known], y[known])
        peer = RandomForestRegressor(100, min_samples_leaf=3, max_features=0.5, random_state=seed)
        peer.fit(x[known], y[known])
        mine, others = (r2_score(y[new], m.predict(x[new])) for m in (ours, peer))
        assert mine > 0.5
        gaps.append(mine - others)
    assert abs(np.mean(gaps)) < 0.02


@pytest.mark.parametrize("kinds", [2, 3])
def test_a_seed_gives_one_forest_on_any_number_of_threads(kinds):
    x = rows(60, 8)
    y = np.digitize(x[:, 0], [0.0, 0.7][: kinds - 1])
    one, four, other = (
        ForestClassifier(n_trees=30, seed=s, n_jobs=j).fit(x, y) for s, j in ((5, 1), (5, 4), (6, 1))
    )
    np.testing.assert_array_equal(one.forest_.trees.feature, four.forest_.trees.feature)
    np.testing.assert_array_equal(one.predict_proba(x), four.predict_proba(x))
    assert not np.array_equal(one.predict_proba(x), other.predict_proba(x))
    np.testing.assert_allclose(one.predict_proba(x).sum(axis=1), 1.0, atol=1e-12)


def test_two_classes_are_split_as_two_columns_would_be():
    x = rows(70, 5)
    y = (x[:, 0] > 0).astype(int)
    counts, seeds = np.ones((1, 70)), [3]
    one = native_forest(x, y[:, None], counts, seeds, (2, 2, 9, 1))
    two = native_forest(x, np.column_stack([1 - y, y]), counts, seeds, (2, 2, 9, 1))
    for mine, other in zip(one[:6], two[:6], strict=True):
        np.testing.assert_array_equal(mine, other)
    np.testing.assert_allclose(two[6], np.hstack([1 - one[6], one[6]]), atol=1e-15)


def test_rows_without_weight_are_never_drawn():
    x = rows(60, 3)
    y = x[:, 0].copy()
    y[40:] = 1e6
    weights = (np.arange(60) < 40).astype(float)
    assert ForestRegressor(20).fit(x, y, weights).predict(x).max() < 1e3
    assert ForestRegressor(20).fit(x, y).predict(x).max() > 1e5


def test_monotone_features_give_the_same_trees():
    x = rows(60, 3)
    first, bent = (ForestRegressor(10).fit(z, x[:, 0]) for z in (x, np.exp(x)))
    np.testing.assert_array_equal(first.forest_.trees.feature, bent.forest_.trees.feature)
    np.testing.assert_array_equal(first.forest_.means, bent.forest_.means)


def test_what_cannot_be_grown_is_refused():
    x = rows(20, 2)
    for wrong in ({"n_trees": 0}, {"max_features": "all"}, {"max_features": 0.0}, {"min_leaf_rows": 0},
                  {"max_depth": -1}, {"n_jobs": 0}):  # fmt: skip
        with pytest.raises(SettingsError, match=next(iter(wrong))):
            ForestRegressor(**wrong).fit(x, x[:, 0])
    y = np.arange(20) % 2
    with pytest.raises(SettingsError, match="one class") as error:
        ForestClassifier().fit(x, y, y)
    assert error.value.code is Code.ONE_CLASS


def test_the_kernel_refuses_arrays_that_do_not_go_together():
    good = [
        np.zeros((2, 10)),
        np.zeros((10, 1)),
        np.ones((1, 10), np.int32),
        np.zeros(1, np.uint64),
        (1, 1, 3, 1),
    ]
    assert len(_native.mean_forest(*good)) == 7
    for place, bad in ((1, np.zeros((9, 1))), (1, np.zeros((10, 0))), (2, np.zeros((1, 10), np.int32)),
                       (2, np.ones((2, 10), np.int32)), (2, np.ones((1, 9), np.int32))):  # fmt: skip
        with pytest.raises(ValueError, match="row"):
            _native.mean_forest(*good[:place], bad, *good[place + 1 :])
