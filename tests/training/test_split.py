"""Patients are held out whole, every one once in cross-validation, the same ones for the same seed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncometry.core import SettingsError
from oncometry.training.split import fold_patients, held_out_patients

PEOPLE = st.lists(st.text("abc123", min_size=1, max_size=4), min_size=2, max_size=40)


@given(PEOPLE, st.integers(2, 10), st.integers(0, 9))
def test_folds_hold_every_patient_once_and_are_alike_in_size(
    people: list[str], folds: int, seed: int
) -> None:
    if len(set(people)) < folds:
        with pytest.raises(SettingsError, match="folds of"):
            fold_patients(people, folds, seed)
        return
    made = fold_patients(people, folds, seed)
    assert sorted(patient for fold in made for patient in fold) == sorted(set(people))
    sizes = [len(fold) for fold in made]
    assert max(sizes) - min(sizes) <= 1
    assert made == fold_patients(people[::-1], folds, seed)


@given(PEOPLE, st.floats(0, 0.5), st.integers(0, 9))
def test_a_part_of_the_patients_is_held_out_and_some_are_left(
    people: list[str], part: float, seed: int
) -> None:
    there = set(people)
    if len(there) < 2:
        return
    held_out = held_out_patients(people, part, seed)
    assert held_out < there
    assert bool(held_out) is (part > 0)


def test_named_patients_must_be_there_and_not_be_all() -> None:
    assert held_out_patients(["a", "b", "b"], ("b",), 0) == {"b"}
    with pytest.raises(SettingsError, match="no patient c"):
        held_out_patients(["a", "b"], ("c",), 0)
    with pytest.raises(SettingsError, match="none is left"):
        held_out_patients(["a", "b"], ("a", "b"), 0)
