"""Nobody is on both sides of a split, and both sides look alike."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncometry.core import Code, SettingsError
from oncometry.prediction.splits import deal, nested_splits, site_splits


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 2)), min_size=6, max_size=80),
    st.integers(2, 5),
    st.integers(0, 99),
)
def test_patients_are_dealt_whole_and_evenly(rows: list[tuple[int, int]], folds: int, seed: int) -> None:
    patients = np.array([f"P{p}" for p, _ in rows])
    strata = np.array([s for _, s in rows])
    fold = deal(strata, patients, folds, np.random.default_rng(seed))
    highest = {p: strata[patients == p].max() for p in patients}
    for patient in highest:
        assert len(set(fold[patients == patient])) == 1
    of_patient = {p: fold[patients == p][0] for p in highest}
    for stratum in set(highest.values()):
        counts = np.bincount([f for p, f in of_patient.items() if highest[p] == stratum], minlength=folds)
        assert counts.max() - counts.min() <= 1
    total = np.bincount(list(of_patient.values()), minlength=folds)
    assert total.max() - total.min() <= 1


def test_every_row_is_tested_once_in_each_repeat_and_inner_folds_stay_inside() -> None:
    rng = np.random.default_rng(3)
    patients = np.array([f"P{i // 2}" for i in range(80)])
    strata = np.repeat(rng.integers(0, 2, 40), 2)
    splits = nested_splits(strata, patients, 5, 4, 3, seed=1)
    assert len(splits) == 15
    for repeat in range(3):
        tested = np.concatenate([s.test for s in splits if s.repeat == repeat])
        assert sorted(tested) == list(range(80))
    for split in splits:
        assert not set(patients[split.train]) & set(patients[split.test])
        assert len(split.inner) == 4
        for train, test in split.inner:
            ours, theirs = split.train[train], split.train[test]
            assert not set(patients[ours]) & (set(patients[theirs]) | set(patients[split.test]))
            assert sorted([*ours, *theirs]) == sorted(split.train)
    assert any((a.test != b.test).any() for a, b in zip(splits[:5], splits[5:10], strict=True))


def test_the_seed_decides() -> None:
    strata, patients = np.tile([0, 1], 20), np.array([f"P{i}" for i in range(40)])
    one, same, other = (nested_splits(strata, patients, 4, 3, 1, seed) for seed in (1, 1, 2))
    assert all((a.test == b.test).all() for a, b in zip(one, same, strict=True))
    assert any(set(a.test) != set(b.test) for a, b in zip(one, other, strict=True))


def test_fewer_patients_of_a_class_than_folds_is_refused() -> None:
    strata = np.array([0] * 20 + [1] * 4)
    patients = np.array([f"P{i}" for i in range(24)])
    with pytest.raises(SettingsError) as caught:
        nested_splits(strata, patients, 5, 5, 1, 1)
    assert caught.value.code is Code.TOO_FEW_PATIENTS
    assert "4 patients have outcome 1" in str(caught.value)


def test_each_site_is_held_out_once_if_the_others_can_teach() -> None:
    sites = np.array(["A"] * 10 + ["B"] * 10 + ["C"] * 4)
    strata = np.tile([0, 1], 12)
    patients = np.array([f"P{i}" for i in range(24)])
    splits = site_splits(strata, patients, sites, 3, 1)
    assert [s.held_out_site for s in splits] == ["A", "B", "C"]
    assert all(set(sites[s.test]) == {s.held_out_site} for s in splits)
    rare = np.array([1] * 10 + [0] * 13 + [1])
    assert [s.held_out_site for s in site_splits(rare, patients, sites, 3, 1)] == ["B", "C"]


def test_a_patient_of_two_sites_is_not_trained_on_where_one_is_held_out() -> None:
    patients = np.array([f"P{i % 20}" for i in range(24)])
    sites = np.array(["A"] * 12 + ["B"] * 12)
    strata = np.tile([0, 1], 12)
    for split in site_splits(strata, patients, sites, 2, 1):
        assert not set(patients[split.train]) & set(patients[split.test])
