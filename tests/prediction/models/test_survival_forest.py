"""The survival forest: its trees in plain Python, the same on any number of threads, and a peer's concordance."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sksurv.ensemble import RandomSurvivalForest as Peer
from sksurv.metrics import concordance_index_censored

from oncometry import _native
from oncometry.core import Code, SettingsError
from oncometry.prediction.models import RandomSurvivalForest
from oncometry.prediction.models.survival_forest import reached_times
from oncometry.prediction.outcome import survival_outcome

from .cases import of_peer, rows, survival
from .definitions import grow


def native_tree(x, y, counts, seed, rule):
    times, reached = reached_times(y["time_days"], y["event"])
    return _native.survival_forest(
        np.ascontiguousarray(x.T),
        reached,
        (y["event"] == 1).astype(np.uint8),
        len(times),
        counts[None].astype(np.int32),
        np.array([seed], dtype=np.uint64),
        np.arange(len(times), dtype=np.int32),
        (*rule, 1),
    )


@settings(max_examples=60)
@given(
    seed=st.integers(0, 2**63),
    n=st.integers(2, 40),
    p=st.integers(1, 6),
    tried=st.integers(1, 6),
    leaf_rows=st.integers(1, 6),
    depth=st.integers(0, 5),
    grid=st.sampled_from([0, 1, 4]),
)
def test_a_tree_is_the_one_of_the_definition(seed, n, p, tried, leaf_rows, depth, grid):
    x = rows(n, p, seed)
    x = np.round(x * grid) if grid else x
    y = survival(x, seed)
    y["event"][0] = 1
    counts = np.random.default_rng(seed).integers(0, 3, n)
    counts[0] = 1
    rule = (tried, leaf_rows, depth)
    feature, threshold, left, right, leaf, roots, hazards = native_tree(x, y, counts, seed, rule)
    nodes = grow(x, y["time_days"], y["event"] == 1, counts, seed, rule)
    assert roots.tolist() == [0]
    assert feature.tolist() == [node[0] for node in nodes]
    np.testing.assert_allclose(threshold, [node[1] for node in nodes], atol=1e-12)
    assert left.tolist() == [node[2] for node in nodes]
    assert right.tolist() == [node[3] for node in nodes]
    known = reached_times(y["time_days"], y["event"])[0]
    every = np.unique(y["time_days"][y["event"] == 1])
    np.testing.assert_array_equal(known, every)
    for node, row in zip(nodes, leaf, strict=True):
        assert (row < 0) == (node[4] is None)
        if row >= 0:
            np.testing.assert_allclose(hazards[row], node[4], atol=1e-12)


def test_a_seed_gives_one_forest_on_any_number_of_threads():
    x = rows(60, 8)
    y = survival(x)
    one, four, other = (
        RandomSurvivalForest(n_trees=30, seed=s, n_jobs=j).fit(x, y) for s, j in ((5, 1), (5, 4), (6, 1))
    )
    np.testing.assert_array_equal(one.forest_.trees.feature, four.forest_.trees.feature)
    np.testing.assert_array_equal(one.forest_.hazards, four.forest_.hazards)
    assert not np.array_equal(one.predict(x), other.predict(x))


def test_it_ranks_new_rows_as_well_as_scikit_survivals():
    x = rows(300, 6)
    y = survival(x)
    new, known = slice(150, None), slice(0, 150)
    peer = Peer(100, min_samples_leaf=5, max_features="sqrt", random_state=0).fit(x[known], of_peer(y)[known])
    ours = RandomSurvivalForest(100, min_leaf_rows=5).fit(x[known], y[known])
    risks = (ours.predict(x[new]), peer.predict(x[new]))
    mine, others = (
        concordance_index_censored(y["event"][new] == 1, y["time_days"][new], risk)[0] for risk in risks
    )
    assert mine > 0.65
    assert abs(mine - others) < 0.03
    assert np.corrcoef(np.argsort(np.argsort(risks[0])), np.argsort(np.argsort(risks[1])))[0, 1] > 0.9


def test_survival_falls_from_one_and_goes_with_the_hazard():
    x = rows(60, 4)
    y = survival(x)
    model = RandomSurvivalForest(20).fit(x, y)
    days = np.concatenate([[0.0], model.event_times_days_, [1e6]])
    curves = model.predict_survival(x, days)
    assert (curves[:, 0] == 1).all()
    assert (np.diff(curves, axis=1) <= 0).all()
    np.testing.assert_allclose(-np.log(curves[:, 1:-1]).sum(axis=1), model.predict(x))
    np.testing.assert_array_equal(curves[:, -1], curves[:, -2])


def test_a_row_that_is_the_only_one_to_be_drawn_gives_its_hazard():
    x = rows(40, 2)
    y = survival(x)
    weights = np.zeros(40)
    weights[3] = 1  # drawn 40 times: the only one
    y["event"][3] = 1
    model = RandomSurvivalForest(1, max_depth=0).fit(x, y, weights)
    assert len(model.forest_.trees.feature) == 1
    expected = (model.event_times_days_ >= y["time_days"][3]).astype(float)
    np.testing.assert_array_equal(model.forest_.hazards[0], expected)


def test_a_feature_without_values_apart_is_never_asked():
    x = rows(60, 3)
    x[:, 1] = 7.0
    model = RandomSurvivalForest(20, max_features=0.34, min_leaf_rows=3).fit(x, survival(x))
    assert set(np.unique(model.forest_.trees.feature)) == {-1, 0, 2}


def test_times_that_are_left_out_change_no_split():
    x = rows(80, 3)
    y = survival(x, whole_days=False)
    every, some = (RandomSurvivalForest(10, max_times=m).fit(x, y) for m in (1000, 12))
    assert len(some.event_times_days_) == 12
    assert {some.event_times_days_[0], some.event_times_days_[-1]} <= set(every.event_times_days_[[0, -1]])
    np.testing.assert_array_equal(some.forest_.trees.threshold, every.forest_.trees.threshold)
    days = some.event_times_days_
    np.testing.assert_array_equal(some.predict_survival(x, days), every.predict_survival(x, days))


def test_monotone_features_give_the_same_trees():
    x = rows(60, 3)
    y = survival(x)
    first, bent = (RandomSurvivalForest(10).fit(z, y) for z in (x, np.exp(x)))
    np.testing.assert_array_equal(first.forest_.trees.feature, bent.forest_.trees.feature)
    np.testing.assert_array_equal(first.forest_.hazards, bent.forest_.hazards)


def test_what_cannot_be_grown_is_refused():
    x = rows(20, 2)
    y = survival(x)
    for wrong in ({"n_trees": 0}, {"max_features": "all"}, {"max_features": 0.0}, {"min_leaf_rows": 0},
                  {"max_depth": -1}, {"n_jobs": 0}, {"max_times": 1}):  # fmt: skip
        with pytest.raises(SettingsError, match=next(iter(wrong))):
            RandomSurvivalForest(**wrong).fit(x, y)
    with pytest.raises(SettingsError, match="none of 20") as error:
        RandomSurvivalForest().fit(x, survival_outcome(np.zeros(20), y["time_days"]))
    assert error.value.code is Code.NO_EVENTS


def test_the_kernel_refuses_arrays_that_do_not_go_together():
    x = rows(10, 2)
    y = survival(x)
    times, reached = reached_times(y["time_days"], y["event"])
    events = (y["event"] == 1).astype(np.uint8)
    kept = np.arange(len(times), dtype=np.int32)
    good = [np.ascontiguousarray(x.T), reached, events, len(times), np.ones((1, 10), np.int32),
            np.zeros(1, np.uint64), kept, (1, 1, 3, 1)]  # fmt: skip
    assert len(_native.survival_forest(*good)) == 7
    for place, bad in ((1, reached + len(times)), (1, reached[:5]), (2, events[:5]), (4, np.zeros((1, 10), np.int32)),
                       (4, np.ones((2, 10), np.int32)), (1, reached - 1), (6, kept + 1)):  # fmt: skip
        with pytest.raises(ValueError, match="row"):
            _native.survival_forest(*good[:place], np.ascontiguousarray(bad), *good[place + 1 :])
