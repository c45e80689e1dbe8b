"""Sheets as they are written: decimal commas are read where nothing else can be meant, and said where not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.prediction.test_features import experiment

from oncometry.core import Code, SettingsError
from oncometry.pipeline.experiment.tables import read_patients
from oncometry.prediction.features import feature_table

pytestmark = pytest.mark.storeless


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def test_decimal_commas_are_read_and_told(tmp_path: Path) -> None:
    made = read_patients(
        write(tmp_path / "a.csv", "id;age;psa;sex\n1;61,5;3;F\n2;70;0,35;M\n3;NA;12;M\n"), "id"
    )
    np.testing.assert_array_equal(made.columns["age"], [61.5, 70, np.nan])
    np.testing.assert_array_equal(made.columns["psa"], [3, 0.35, 12])
    (told,) = made.notices
    assert told.code is Code.COLUMN_GUESSED
    assert "61,5 is 61.5 (age, psa)" in told.what


@pytest.mark.parametrize("text", ['id,age,psa\n1,"61,5",3\n2,70,0.35\n', 'id,age\n1,"1,234"\n2,"5,678"\n'])
def test_commas_that_may_be_of_thousands_are_not_read(tmp_path: Path, text: str) -> None:
    made = read_patients(write(tmp_path / "a.csv", text), "id")
    assert made.columns["age"].dtype == object
    assert not made.notices


def test_a_feature_with_such_commas_is_refused_with_how_to_mend_it(tmp_path: Path) -> None:
    rows = "".join(f'{i},"6{i},5",{i}.5,{i % 2}\n' for i in range(9))
    made = read_patients(write(tmp_path / "a.csv", f"id,age,psa,out\n{rows}"), "id")
    with pytest.raises(SettingsError, match=r"'60,5'.*comma") as caught:
        feature_table(made, experiment(["age"]))
    assert "decimal comma, write a point there" in str(caught.value)
    with pytest.raises(SettingsError, match=r"logarithm"):
        feature_table(made, experiment(["age"], log=["age"]))


def test_codes_that_are_declared_as_categories_may_have_commas(tmp_path: Path) -> None:
    rows = "".join(f'{i},"{["1", "2", "1,2"][i % 3]}",{i}.5,{i % 2}\n' for i in range(9))
    made = read_patients(write(tmp_path / "a.csv", f"id,place,psa,out\n{rows}"), "id")
    found = feature_table(made, experiment(["place"], categories=["place"]))
    assert found.names == ("place=1", "place=1,2", "place=2")
