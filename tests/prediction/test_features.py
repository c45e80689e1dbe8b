"""Columns of a sheet become features, and what is odd about them is said."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from oncometry.core import Code, SettingsError
from oncometry.prediction.declaration import Experiment
from oncometry.prediction.features import feature_table
from oncometry.prediction.sheet import PatientSheet, joined


def sheet(count: int = 20, **more: Any) -> PatientSheet:
    rng = np.random.default_rng(1)
    columns = {
        "age": rng.normal(60, 9, count),
        "sex": np.array(["F", "M"] * (count // 2), dtype=object),
        "stage": np.array(["I", "II", "III", "IV"] * (count // 4), dtype=object),
        "out": np.array([0.0, 1.0] * (count // 2)),
        **more,
    }
    return PatientSheet(np.array([f"P{i}" for i in range(count)]), columns, {})


def experiment(columns: list[str], **more: Any) -> Experiment:
    return Experiment.model_validate(
        {
            "name": "x",
            "tables": [{"file": "x.csv", "patient": "id"}],
            "endpoint": {
                "name": "out",
                "kind": "binary",
                "column": "out",
                "positive": ["1"],
                **more.pop("endpoint", {}),
            },
            "features": [{"block": "clinical", "columns": columns, **more}],
        }
    )


def test_numbers_stay_and_categories_become_indicators() -> None:
    found = feature_table(sheet(), experiment(["age", "sex", "stage"]))
    assert found.names == ("age", "sex=M", "stage=I", "stage=II", "stage=III", "stage=IV")
    assert found.values[:, 1].tolist() == [0, 1] * 10
    assert found.values[:, 2:].sum(1).tolist() == [1] * 20


def test_codes_that_are_said_to_be_categories_are() -> None:
    made = sheet(site=np.array([1.0, 2, 3, 2] * 5))
    found = feature_table(made, experiment(["site"], categories=["site"]))
    assert found.names == ("site=1", "site=2", "site=3")


def test_many_cells_without_a_category_are_one_of_their_own() -> None:
    made = sheet(
        site=np.array([1.0, 2, 3, np.nan] * 5), sex=np.array(["F", None, "M", "M"] * 5, dtype=object)
    )
    found = feature_table(made, experiment(["site", "sex"], categories=["site"]))
    assert found.names == ("site=1", "site=2", "site=3", "site=(missing)", "sex=M", "sex=(missing)")
    assert found.values[3, :4].tolist() == [0, 0, 0, 1]
    assert found.values[1, 4:].tolist() == [0, 1]
    assert np.isfinite(found.values).all()
    told = [n.what for n in found.notices if n.code is Code.VALUE_MISSING]
    assert told == [
        f"{name}: 5 of 20 rows say no category: that is a category of its own." for name in ("site", "sex")
    ]


def test_few_cells_without_a_category_are_filled_in_the_fold_and_too_many_leave_the_column_out() -> None:
    few, many = np.array(["I", "II"] * 10, dtype=object), np.array(["I", "II"] * 10, dtype=object)
    few[:1], many[:12] = None, None
    found = feature_table(sheet(stage=few), experiment(["stage"]))
    assert found.names == ("stage=II",)
    assert np.isnan(found.values[0]).all()
    assert "1 of 20 rows say no category: they get the most frequent" in found.notices[0].what
    assert feature_table(sheet(stage=many), experiment(["stage"])).names == ("stage=II",)


@pytest.mark.parametrize(
    ("columns", "code"),
    [(["absent"], Code.COLUMN_MISSING), (["x*"], Code.COLUMN_MISSING), (["out"], Code.SETTINGS)],
)
def test_columns_that_cannot_be_features(columns: list[str], code: Code) -> None:
    with pytest.raises(SettingsError) as caught:
        feature_table(sheet(), experiment(columns))
    assert caught.value.code is code


def test_free_text_is_no_feature() -> None:
    made = sheet(note=np.array([f"text {i}" for i in range(20)], dtype=object))
    with pytest.raises(SettingsError, match="20 different texts"):
        feature_table(made, experiment(["note"]))


@pytest.mark.parametrize("bad", ["sixty", "n.a.", "#DIV/0!"])
@pytest.mark.parametrize("decimal", [".", ","])
def test_a_slip_among_numbers_is_named_with_its_patient(bad: str, decimal: str) -> None:
    ages = np.array([f"{30 + i}{decimal}5" for i in range(20)], dtype=object)
    ages[7] = bad
    with pytest.raises(SettingsError) as caught:
        feature_table(sheet(age=ages), experiment(["age"]))
    assert caught.value.what == f"column 'age' holds {bad!r} of patient 'P7', which is no number."
    assert "Correct the cell, or leave it empty" in str(caught.value.advice)
    with pytest.raises(SettingsError, match="20 different texts"):
        feature_table(sheet(age=ages), experiment(["age"], categories=["age"]))


def test_constant_duplicate_and_sparse_columns_are_told() -> None:
    rng = np.random.default_rng(2)
    half = rng.normal(size=20)
    half[:9] = np.nan
    made = sheet(same=np.ones(20), twin=sheet().columns["age"].copy(), half=half)
    codes = {n.code: n.what for n in feature_table(made, experiment(["age", "same", "twin", "half"])).notices}
    assert "same" in codes[Code.CONSTANT]
    assert "twin" in codes[Code.COLUMN_DUPLICATE]
    assert "half" in codes[Code.VALUE_MISSING]
    assert not feature_table(sheet(), experiment(["age"])).notices


def test_a_feature_known_after_the_outcome_is_told() -> None:
    late = experiment(["age"], day=90, endpoint={"known_day": 60})
    assert [n.code for n in feature_table(sheet(), late).notices] == [Code.FEATURE_AFTER_OUTCOME]
    early = experiment(["age"], day=30, endpoint={"known_day": 60})
    assert not feature_table(sheet(), early).notices


def test_sheets_join_by_patient_and_strangers_are_told() -> None:
    one = sheet()
    other = PatientSheet(np.array(["P3", "P1", "Q9"]), {"extra": np.array([3.0, 1.0, 9.0])}, {})
    found = joined([one, other])
    assert found.patients.tolist() == ["P1", "P3"]
    assert found.columns["extra"].tolist() == [1.0, 3.0]
    assert [n.code for n in found.notices] == [Code.ROW_UNMATCHED] * 2


def test_sheets_of_other_patients_are_refused() -> None:
    other = PatientSheet(np.array(["7", "8"]), {"extra": np.array([3.0, 1.0])}, {})
    with pytest.raises(SettingsError) as caught:
        joined([sheet(), other])
    assert caught.value.code is Code.ROW_UNMATCHED
