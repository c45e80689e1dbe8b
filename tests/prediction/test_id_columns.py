"""Columns of ids are told from features."""

from __future__ import annotations

import numpy as np
import pytest

from oncometry.prediction.id_columns import is_id

NUMBERS = np.arange(1.0, 9.0)
WORDS = np.array([f"x{i}" for i in range(8)], dtype=object)


@pytest.mark.parametrize(
    "name", ["id", "ID", "PatientID", "patient_id", "Study ID", "case no", "SUBJECTID", "Unnamed: 0"]
)
def test_by_name_also_of_numbers(name: str) -> None:
    assert is_id(name, NUMBERS)
    assert is_id(name, WORDS)
    assert not is_id(name, NUMBERS / 2)


@pytest.mark.parametrize("name", ["age", "glcm_idmn", "video", "grid", "covid", "row_length"])
def test_numbers_of_other_names_are_none(name: str) -> None:
    assert not is_id(name, NUMBERS)
    assert is_id(name, WORDS)


def test_a_cell_twice_or_missing_is_no_id() -> None:
    twice, lacking = WORDS.copy(), WORDS.copy()
    twice[1], lacking[1] = twice[0], None
    assert not is_id("id", twice)
    assert not is_id("id", lacking)
    assert not is_id("word", WORDS[:3])
