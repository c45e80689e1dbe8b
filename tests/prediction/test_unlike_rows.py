"""Two rows of one patient, and two sheets of one column: what differs is named with both values."""

from __future__ import annotations

import numpy as np
import pytest
from tests.prediction.final.made_models import declared
from tests.prediction.made_tables import made_sheet

from oncometry.core import Code, SettingsError
from oncometry.pipeline.experiment.material import made_material
from oncometry.pipeline.experiment.sources import Sources
from oncometry.prediction.sheet import PatientSheet, joined
from oncometry.prediction.unlike_rows import unlike_cells, unlike_columns


def sheet(ids: list[str], name: str = "made.csv", **columns: list[object]) -> PatientSheet:
    typed = {
        n: np.array(c, dtype=float if all(isinstance(x, float) for x in c) else object)
        for n, c in columns.items()
    }
    return PatientSheet(np.array(ids), typed, {}, (), ((name, "0" * 64),))


def test_what_differs_is_named_and_what_does_not_is_not() -> None:
    made = sheet(
        ["A", "A", "A"],
        age=[61.0, 61.0, 63.5],
        sex=["F", "F", "F"],
        stage=["II", None, "II"],
        at=[np.nan] * 3,
    )
    unlike = unlike_columns(made.columns, np.arange(3))
    assert unlike_cells(unlike) == "age 61 and 63.5, stage 'II' and missing"


def test_many_columns_are_counted() -> None:
    made = sheet(["A", "A"], **{f"c{i}": [0.0, 1.0] for i in range(7)})
    assert unlike_cells(unlike_columns(made.columns, np.arange(2))).endswith("c3 0 and 1 and 3 columns more")


def test_a_patient_twice_in_a_sheet_that_is_joined() -> None:
    other = sheet(["A", "B", "B"], "labs.csv", psa=[1.0, 2.0, 9.0])
    with pytest.raises(
        SettingsError, match=r"patient 'B' has 2 rows in the sheet labs\.csv.* psa 2 and 9"
    ) as caught:
        joined([sheet(["A", "B"], age=[1.0, 2.0]), other])
    assert caught.value.code is Code.ROW_CONFLICTING
    same = sheet(["A", "A"], "labs.csv", psa=[1.0, 1.0])
    with pytest.raises(SettingsError, match="they say the same"):
        joined([sheet(["A", "B"], age=[1.0, 2.0]), same])


def test_one_column_in_two_sheets_that_differs() -> None:
    one, other = sheet(["A", "B"], sex=["F", "M"]), sheet(["B", "A"], sex=["F", "F"])
    with pytest.raises(SettingsError, match="of patient 'B' 'M' and 'F'"):
        joined([one, other])


def test_an_experiment_says_how_rows_of_one_patient_differ() -> None:
    made = made_sheet()
    ids = made.patients.copy()
    ids[1] = ids[0]
    twice = PatientSheet(ids, made.columns, made.days, (), made.origin)
    told = [
        n.what
        for n in made_material(declared("binary"), Sources(twice)).notices
        if n.code is Code.ROW_CONFLICTING
    ]
    (what,) = told
    age = made.columns["age"]
    assert "1 patients have several rows ('P000')" in what
    assert f"The rows of 'P000' differ in age {age[0]:.6g} and {age[1]:.6g}" in what
