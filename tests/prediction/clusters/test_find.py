"""One cloud is one cluster, whatever its shape; several are found again."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from oncometry.core import Code, SettingsError
from oncometry.prediction.clusters import ClusterMethod, ClusterSettings, find_clusters
from oncometry.prediction.clusters.partition import partition_all

from .clouds import ONE_CLOUD, apart

QUICK = ClusterSettings(draws=19, resamples=12, most=3)


def ids(n: int) -> list[str]:
    return [f"P{i:03d}" for i in range(n)]


@pytest.mark.parametrize("cloud", ONE_CLOUD)
def test_one_cloud_is_one_cluster(cloud: str) -> None:
    rng = np.random.default_rng(7)
    found = [find_clusters(ONE_CLOUD[cloud](60, rng), ids(60), QUICK) for _ in range(2)]
    assert sum(one.k > 1 for one in found) <= 1
    for one in found:
        assert one.k > 1 or (one.p_value > 0.05 and set(one.assignment) == {1} and (one.stability == 1).all())


@pytest.mark.slow
@pytest.mark.parametrize("cloud", ONE_CLOUD)
def test_false_findings_are_rare(cloud: str) -> None:
    rng = np.random.default_rng(11)
    found = [find_clusters(ONE_CLOUD[cloud](100, rng), ids(100), QUICK).k > 1 for _ in range(100)]
    assert np.mean(found) <= 0.11  # of 0.05 expected, two standard errors above 0.07


@pytest.mark.parametrize(
    ("k", "method"),
    [
        (2, ClusterMethod.K_MEANS),
        (3, ClusterMethod.K_MEANS),
        (4, ClusterMethod.K_MEANS),
        (3, ClusterMethod.AGGLOMERATIVE),
    ],
)
def test_clouds_that_are_apart_are_found(k: int, method: ClusterMethod) -> None:
    features, which = apart(90, k, 6.0, np.random.default_rng(k))
    found = find_clusters(features, ids(90), ClusterSettings(method=method, draws=19, resamples=20, most=5))
    assert found.k == k
    assert found.p_value == pytest.approx(1 / 20)
    assert adjusted_rand_score(which, found.assignment) > 0.95
    chosen = found.by_k[k - 2]
    assert chosen.ambiguous_share < 0.1
    assert chosen.adjusted_rand > 0.9
    assert chosen.stability_index > 0
    assert found.stability.min() > 0.5
    assert found.gap_k >= k  # the gap statistic's own rule, which may see more


def test_a_mixture_too() -> None:
    features, which = apart(60, 2, 7.0, np.random.default_rng(0), features=4)
    asked = ClusterSettings(method=ClusterMethod.GAUSSIAN_MIXTURE, draws=19, resamples=10, most=2)
    found = find_clusters(features, ids(60), asked)
    assert found.k == 2
    assert adjusted_rand_score(which, found.assignment) > 0.95


def test_features_are_drawn_too() -> None:
    features, which = apart(60, 2, 8.0, np.random.default_rng(1), features=8)
    found = find_clusters(
        features, ids(60), ClusterSettings(feature_share=0.6, draws=19, resamples=30, most=3)
    )
    assert found.k == 2
    assert adjusted_rand_score(which, found.assignment) > 0.9


def test_the_answer_is_that_of_the_seed_and_the_largest_cluster_is_the_first() -> None:
    features, _ = apart(60, 2, 7.0, np.random.default_rng(2))
    one, again = (find_clusters(features, ids(60), QUICK) for _ in range(2))
    np.testing.assert_array_equal(one.assignment, again.assignment)
    assert one.by_k == again.by_k
    counts = np.bincount(one.assignment)[1:]
    assert (np.diff(counts) <= 0).all()


def test_units_and_order_of_features_do_not_matter() -> None:
    features, _ = apart(60, 3, 7.0, np.random.default_rng(3))
    one = find_clusters(features, ids(60), QUICK)
    other = find_clusters(features[:, ::-1] * [1e-3, 1, 50, 7, 1e6, 2] + 4, ids(60), QUICK)
    assert one.k == other.k == 3
    np.testing.assert_array_equal(one.assignment, other.assignment)


def test_more_features_than_patients() -> None:
    rng = np.random.default_rng(4)
    found = find_clusters(rng.normal(size=(40, 300)), ids(40), QUICK)
    assert found.k == 1
    shifted = rng.normal(size=(40, 300))
    shifted[:20] += 1.5
    assert find_clusters(shifted, ids(40), QUICK).k == 2


def test_a_few_outliers_are_no_cluster() -> None:
    rng = np.random.default_rng(5)
    features = rng.normal(size=(80, 5))
    features[0] = 60
    assert find_clusters(features, ids(80), QUICK).k == 1


@pytest.mark.parametrize("method", list(ClusterMethod))
@pytest.mark.parametrize(("flags", "most"), [(1, 3), (2, 5)])
def test_there_are_no_more_clusters_than_different_rows(method: ClusterMethod, flags: int, most: int) -> None:
    features = np.arange(60)[:, None] >> np.arange(flags) & 1
    asked = ClusterSettings(method=method, draws=19, resamples=10, most=most)
    found = find_clusters(features, ids(60), asked)
    assert found.k == found.best_k == len(np.unique(found.assignment)) == 2**flags
    assert [one.k for one in found.by_k] == list(range(2, 2**flags + 1))
    assert found.settings == asked
    (notice,) = found.notices
    assert notice.code is Code.TOO_SMALL
    assert f"{2**flags} different rows of 60" in notice.what


def test_a_number_that_comes_out_as_fewer_clusters_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    def one_cluster_less(
        method: ClusterMethod, values: np.ndarray, ks: tuple[int, ...], rng: object
    ) -> object:
        return {k: np.minimum(labels, 1) for k, labels in partition_all(method, values, ks, rng).items()}

    features, _ = apart(60, 3, 8.0, np.random.default_rng(0))
    monkeypatch.setattr("oncometry.prediction.clusters.find.partition_all", one_cluster_less)
    found = find_clusters(features, ids(60), QUICK)
    assert (found.best_k, found.by_k[1].valley) == (2, 100.0)
    assert [notice.code for notice in found.notices] == [Code.UNDEFINED]


@pytest.mark.parametrize(
    ("features", "patients", "code"),
    [
        (np.full((40, 3), 2.0), ids(40), Code.CONSTANT),
        (np.where(np.arange(120).reshape(40, 3) == 7, np.nan, 1.0), ids(40), Code.VALUE_MISSING),
        (np.random.default_rng(0).normal(size=(12, 3)), ids(12), Code.TOO_SMALL),
        (np.random.default_rng(0).normal(size=(40, 3)), ["P"] * 40, Code.SETTINGS),
        (np.random.default_rng(0).normal(size=(40, 3)), ids(39), Code.SETTINGS),
    ],
)
def test_bad_input_has_a_code(features: np.ndarray, patients: list[str], code: Code) -> None:
    with pytest.raises(SettingsError) as caught:
        find_clusters(features, patients, QUICK)
    assert caught.value.code is code


def test_the_least_number_is_no_more_than_the_different_rows() -> None:
    with pytest.raises(SettingsError, match="2 different rows of 40") as caught:
        find_clusters(np.arange(40)[:, None] % 2, ids(40), ClusterSettings(least=3, most=4))
    assert caught.value.code is Code.TOO_SMALL


def test_a_constant_feature_is_told_and_changes_nothing() -> None:
    features, _ = apart(60, 2, 7.0, np.random.default_rng(6))
    with_it = find_clusters(np.c_[features[:, :2], np.ones(60), features[:, 2:]], ids(60), QUICK)
    assert with_it.by_k == find_clusters(features, ids(60), QUICK).by_k
    (notice,) = with_it.notices
    assert (notice.code, "columns 2" in notice.what) == (Code.CONSTANT, True)


@pytest.mark.parametrize("method", list(ClusterMethod))
def test_a_resample_has_two_patients_for_each_cluster(method: ClusterMethod) -> None:
    features = np.random.default_rng(0).normal(size=(40, 3))
    asked = ClusterSettings(method=method, row_share=0.1, draws=19, resamples=10, most=3)
    with pytest.raises(SettingsError, match=r"row_share=0\.1 draws 4 of 40 patients for up to 3") as caught:
        find_clusters(features, ids(40), asked)
    assert caught.value.code is Code.SETTINGS


def test_pairs_that_were_never_drawn_together_do_not_make_noise_stable() -> None:
    features = np.random.default_rng(0).normal(size=(40, 3))
    asked = ClusterSettings(row_share=0.15, draws=19, resamples=10, most=3)
    found = find_clusters(features, ids(40), asked)
    assert np.isnan(found.consensus).mean() > 0.5
    assert np.isfinite(found.stability).all()
    assert all(one.cdf[0] < 0.9 and one.cdf[-1] == 1.0 for one in found.by_k)
    assert all(np.isfinite([one.ambiguous_share, one.stability_index]).all() for one in found.by_k)


@pytest.mark.parametrize(
    "options",
    [
        {"method": "dbscan"},
        {"least": 1},
        {"least": 5, "most": 4},
        {"row_share": 0.0},
        {"row_share": 1.0},
        {"feature_share": 1.5},
        {"draws": 10},
        {"resamples": 3},
        {"alpha": float("nan")},
        {"alpha": 0.0},
        {"alpha": 1.0},
    ],
)
def test_settings_are_checked(options: dict[str, object]) -> None:
    with pytest.raises(SettingsError):
        ClusterSettings(**options)
