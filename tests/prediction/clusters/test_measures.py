"""Consensus, valley, gap, references and views, each against its definition."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.decomposition import PCA

from oncometry.prediction.clusters import ClusterMethod, gap_statistic, view
from oncometry.prediction.clusters.consensus import (
    CDF_AT,
    ambiguous_share,
    consensus_cdf,
    consensus_matrix,
    own_consensus,
)
from oncometry.prediction.clusters.partition import partition_all, partition_resamples
from oncometry.prediction.clusters.reference import Reference, ReferenceShape, principal_scores
from oncometry.prediction.clusters.resamples import draw_resamples
from oncometry.prediction.clusters.separation import valley

from .clouds import apart


@given(seed=st.integers(0, 1000))
def test_consensus_is_counted(seed: int) -> None:
    rng = np.random.default_rng(seed)
    labels, rows = rng.integers(0, 3, (6, 8)), rng.random((6, 8)) < 0.7
    found = consensus_matrix(labels, rows, 3)
    for i in range(8):
        for j in range(8):
            both = rows[:, i] & rows[:, j]
            expected = (labels[both, i] == labels[both, j]).mean() if both.any() else np.nan
            assert found[i, j] == pytest.approx(expected, abs=1e-6, nan_ok=True)
    pairs = [found[i, j] for i in range(8) for j in range(i) if (rows[:, i] & rows[:, j]).any()]
    assert ambiguous_share(found) == pytest.approx(np.mean([0.1 < x < 0.9 for x in pairs]))
    direct = [(np.array(pairs) <= at + 1e-6).mean() for at in CDF_AT]
    np.testing.assert_allclose(consensus_cdf(found), direct)


def test_own_consensus() -> None:
    matrix = np.array([[1, 0.8, 0.4, 0], [0.8, 1, 0.6, 0], [0.4, 0.6, 1, 0.1], [0, 0, 0.1, 1]])
    np.testing.assert_allclose(own_consensus(matrix, np.array([0, 0, 0, 1])), [0.6, 0.7, 0.5, 1.0])


def test_pairs_that_were_never_drawn_together_are_left_out() -> None:
    rows = np.array([[1, 1, 1, 0, 0], [1, 1, 1, 0, 0], [0, 0, 0, 1, 1]], dtype=bool)
    labels = np.array([[0, 0, 1, 0, 0], [0, 1, 1, 0, 0], [0, 0, 0, 0, 0]])
    found = consensus_matrix(labels, rows, 2)
    assert np.isnan(found[:3, 3:]).all()
    assert ambiguous_share(found) == 0.5  # 0-1 and 1-2, of four pairs drawn
    np.testing.assert_array_equal(consensus_cdf(found)[[0, 50, 99, 100]], [0.25, 0.75, 0.75, 1.0])
    np.testing.assert_array_equal(own_consensus(found, np.array([0, 0, 1, 0, 1])), [0.5, 0.5, 0, 0, 0])


def test_the_valley_tells_hills_apart() -> None:
    rng = np.random.default_rng(0)
    values, which = apart(300, 3, 7.0, rng)
    assert valley(values, which) < 0.2
    line = rng.random((3000, 1))
    assert valley(line, (line[:, 0] > 0.5).astype(int)) == pytest.approx(1.0, abs=0.15)
    normal = rng.normal(size=(3000, 1))
    assert valley(normal, (normal[:, 0] > 0).astype(int)) > 1.1
    halved = np.where(which == 0, 3 * (values[:, 0] > values[which == 0, 0].mean()), which)
    assert valley(values, halved) > 0.8  # one of the clouds is cut in two


def test_one_cluster_is_apart_from_nothing() -> None:
    values = np.random.default_rng(0).normal(size=(20, 2))
    assert valley(values, np.zeros(20, dtype=int)) == np.inf


def test_a_tree_with_merges_of_one_height_is_cut_into_as_many() -> None:
    corners = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]).repeat(5, axis=0)
    found = partition_all(ClusterMethod.AGGLOMERATIVE, corners, (2, 3, 4, 5), np.random.default_rng(0))
    assert [len(np.unique(labels)) for labels in found.values()] == [2, 3, 4, 4]
    assert all(len(np.unique(found[5][at : at + 5])) == 1 for at in range(0, 20, 5))


@pytest.mark.parametrize("shape", list(ReferenceShape))
def test_references_have_the_covariance_of_the_data(shape: ReferenceShape) -> None:
    rng = np.random.default_rng(0)
    values = rng.normal(size=(4000, 3)) @ rng.normal(size=(3, 5))
    scores, directions = principal_scores(values)
    assert scores.shape == (4000, 3)
    np.testing.assert_allclose(scores @ directions, values - values.mean(0), atol=1e-10)
    drawn = Reference(values - values.mean(0)).draw(shape, rng)
    expected = np.cov(values.T)
    np.testing.assert_allclose(np.cov(drawn.T), expected, atol=0.1 * np.abs(expected).max())


def test_the_gap_statistic_says_one_and_three() -> None:
    rng = np.random.default_rng(0)
    flat = gap_statistic(rng.random((150, 2)), 5, 30, ClusterMethod.K_MEANS, rng)
    assert flat.chosen == 1
    values, _ = apart(150, 3, 8.0, rng, features=2)
    found = gap_statistic(principal_scores(values)[0], 5, 30, ClusterMethod.K_MEANS, rng)
    assert found.chosen == 3
    assert max(found.gap, key=found.gap.__getitem__) == 3
    assert set(found.gap) == {1, 2, 3, 4, 5}
    assert all(error > 0 for error in found.standard_error.values())


@pytest.mark.parametrize("method", list(ClusterMethod))
def test_every_method_parts_each_resample(method: ClusterMethod) -> None:
    rng = np.random.default_rng(0)
    values, which = apart(45, 3, 9.0, rng)
    resamples = draw_resamples(values.shape, 6, 0.8, 1.0, rng)
    labels = partition_resamples(method, values, resamples, (2, 3), rng)
    assert [len(np.unique(one[rows])) for one, rows in zip(labels[3], resamples.rows, strict=True)] == [3] * 6
    together = consensus_matrix(labels[3], resamples.rows, 3)
    assert ((together > 0.5) == (which[:, None] == which)).mean() > 0.9


def test_a_view_is_the_principal_components() -> None:
    rng = np.random.default_rng(0)
    features = np.c_[rng.normal(size=(40, 3)) @ rng.normal(size=(3, 5)) * 9, np.ones(40)]
    found = view(features, 2)
    scaled = (features[:, :5] - features[:, :5].mean(0)) / features[:, :5].std(0)
    peer = PCA(2).fit(scaled)
    np.testing.assert_allclose(np.abs(found.scores), np.abs(peer.transform(scaled)), atol=1e-8)
    np.testing.assert_allclose(found.variance_share, peer.explained_variance_ratio_, atol=1e-10)
