"""Many k-means at once are the same as one by one."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from oncometry.prediction.clusters.lloyd import assign, best_of_starts, k_means, starts
from oncometry.prediction.clusters.resamples import Resamples, draw_resamples


@given(seed=st.integers(0, 1000), k=st.integers(2, 5), masked=st.booleans())
def test_each_resample_equals_scikit_learn_from_the_same_start(seed: int, k: int, masked: bool) -> None:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(50, 6))
    resamples = draw_resamples((50, 6), 4, 0.8, 0.5 if masked else 1.0, rng)
    centers = starts(values, resamples, k, rng)
    labels = assign(values, resamples, centers)
    for index, rows in enumerate(resamples.rows):
        kept = np.ones(6, bool) if resamples.features is None else resamples.features[index]
        peer = KMeans(k, init=centers[index][:, kept], n_init=1, algorithm="lloyd", tol=0, max_iter=100)
        peer.fit(values[rows][:, kept])
        if len(np.unique(labels[index, rows])) == k:  # an empty cluster is filled in another way
            np.testing.assert_array_equal(labels[index, rows], peer.labels_)


@given(seed=st.integers(0, 1000))
def test_starts_are_rows_of_the_resample(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(20, 3))
    resamples = draw_resamples((20, 3), 5, 0.5, 1.0, rng)
    for rows, centers in zip(resamples.rows, starts(values, resamples, 3, rng), strict=True):
        distances = np.abs(values[rows][:, None] - centers).sum(axis=2)
        assert (distances.min(axis=0) == 0).all()
        assert len(np.unique(centers, axis=0)) == 3


def test_fewer_different_rows_than_clusters() -> None:
    values = np.repeat([[0.0, 0.0], [1.0, 1.0]], 5, axis=0)
    every = Resamples(np.ones((3, 10), bool), None)
    labels = k_means(values, every, 4, np.random.default_rng(0))
    assert all(adjusted_rand_score(np.repeat([0, 1], 5), one) == 1 for one in labels)


def test_the_best_of_starts_is_as_good_as_scikit_learns() -> None:
    rng = np.random.default_rng(0)
    values = rng.normal(size=(120, 4))
    labels = best_of_starts(values, 5, 20, rng)
    within = sum(((values[labels == i] - values[labels == i].mean(0)) ** 2).sum() for i in range(5))
    assert within <= KMeans(5, n_init=20, random_state=0).fit(values).inertia_ * 1.02


def test_draws_have_their_size_and_reach_every_row() -> None:
    drawn = draw_resamples((30, 10), 200, 0.8, 0.3, np.random.default_rng(0))
    assert (drawn.rows.sum(1) == 24).all()
    assert (drawn.features.sum(1) == 3).all()
    np.testing.assert_allclose(drawn.rows.mean(0), 0.8, atol=0.12)
    np.testing.assert_allclose(drawn.features.mean(0), 0.3, atol=0.12)
