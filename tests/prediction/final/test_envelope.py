"""Who is unlike the patients of training gets reasons, each of its own kind."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tests.prediction.final.made_models import made_models
from tests.prediction.made_tables import made_sheet

from oncometry.core import Code, SettingsError
from oncometry.prediction.final.card import KnownColumn
from oncometry.prediction.final.patient_model import PatientModel
from oncometry.prediction.sheet import PatientSheet


def one(**changed: Any) -> PatientSheet:
    """A typical patient of `made_sheet`, with some cells changed; None takes a column away."""
    cells: dict[str, Any] = {
        "age": 60.0, "sex": "F", "volume": 7.0, **{f"texture_{i}": 0.0 for i in range(8)}, "site": "S0", **changed
    }  # fmt: skip
    columns = {
        name: np.array([cell], dtype=float if isinstance(cell, float) else object)
        for name, cell in cells.items()
        if cell is not None
    }
    return PatientSheet(np.array(["N1"]), columns, {})


def reasons(model: PatientModel, **changed: Any) -> str:
    return " / ".join(model.predict(one(**changed)).patients[0].verdict.reasons)


def test_a_typical_patient_is_inside() -> None:
    _, (model, *_) = made_models("binary")
    said = model.predict(one()).patients[0]
    assert said.verdict.is_inside
    assert not said.verdict.notices
    assert said.low is not None
    assert said.high is not None
    assert said.low <= said.value <= said.high
    assert said.value == pytest.approx(said.typical + sum(c.amount for c in said.contributions), abs=1e-12)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"age": 150.0}, "age is 150, outside of"),
        ({"volume": 1e6}, "volume is 1e+06, outside of"),
        ({"volume": -3.0}, "volume is -3, below 0"),
        ({"sex": "X"}, "sex is 'X', not F or M"),
        ({"age": "sixty"}, "age is 'sixty', no number"),
        ({"age": None}, "1 of 11 features are missing (age); of training patients at most 0"),
        ({"texture_0": float("nan")}, "features are missing (texture_0)"),
        ({"texture_0": float("inf")}, "features are missing (texture_0)"),
        ({f"texture_{i}": 2.0 for i in range(8)}, "all features together lie"),
    ],
)
def test_each_reason(changed: dict[str, Any], says: str) -> None:
    _, (model, *_) = made_models("binary")
    said = model.predict(one(**changed)).patients[0]
    assert says in " / ".join(said.verdict.reasons)
    assert {n.code for n in said.verdict.notices} == {Code.OUTSIDE_TRAINING}


@pytest.mark.parametrize(
    "changed", [{"age": 600.0}, {"age": "sixty"}, {"sex": "X"}, {"volume": -3.0}, {"volume": 1e9}], ids=str
)
def test_one_odd_cell_is_one_reason(changed: dict[str, Any]) -> None:
    """It is not also said to be missing, nor to lie far away, nor once more as a column of the acquisition."""
    _, (model, *_) = made_models("binary")
    known = (KnownColumn(name="age", low=30, high=90), KnownColumn(name="sex", seen={"F": 3, "M": 4}))
    limits = model.card.limits.model_copy(update={"acquisition": known})
    strict = replace(model, card=model.card.model_copy(update={"limits": limits}))
    said = strict.predict(one(**changed)).patients[0].verdict
    assert len(said.reasons) == 1
    assert not said.cautions


def test_two_odd_cells_are_two_reasons_and_what_is_missing_is_a_third() -> None:
    _, (model, *_) = made_models("binary")
    said = model.predict(one(age=600.0, sex="X", texture_0=None)).patients[0].verdict
    assert len(said.reasons) == 3
    assert "(texture_0)" in said.reasons[2]


def test_a_new_site_is_said_and_silences_where_none_was_held_out_or_it_cannot_be_harmonized() -> None:
    _, (model, *_) = made_models("binary", None, 3)
    assert not model.card.limits.site_judged  # this validation held no site out
    judged = model.card.limits.model_copy(update={"site_judged": True})
    lenient = replace(model, card=model.card.model_copy(update={"limits": judged}))
    said = lenient.predict(one(site="elsewhere")).patients[0]
    assert "a new site 'elsewhere'" in " ".join(said.verdict.cautions)
    for update in ({"site_judged": False}, {"site_refused": True}):
        limits = model.card.limits.model_copy(update=update)
        strict = replace(model, card=model.card.model_copy(update={"limits": limits}))
        assert "a site 'elsewhere' is none of the 3 of training" in reasons(strict, site="elsewhere")
        assert "a site that is not stated" in reasons(strict, site=None)
        assert not reasons(strict, site="S1")


def test_the_acquisition_is_held_against_what_was_seen() -> None:
    _, (model, *_) = made_models("binary")
    known = (
        KnownColumn(name="scanner", seen={"A": 50, "B": 40}),
        KnownColumn(name="slice_mm", low=1.0, high=3.0),
    )
    limits = model.card.limits.model_copy(update={"acquisition": known})
    strict = replace(model, card=model.card.model_copy(update={"limits": limits}))
    assert "scanner is 'C', which training never saw (A, B)" in reasons(strict, scanner="C", slice_mm=2.0)
    assert "slice_mm is 5, outside of 1 to 3" in reasons(strict, scanner="A", slice_mm=5.0)
    assert not reasons(strict, scanner="A", slice_mm=2.0)
    assert "scanner is not known" in model_cautions(strict)


def model_cautions(model: PatientModel) -> str:
    return " / ".join(model.predict(one()).patients[0].verdict.cautions)


def test_whom_the_experiment_left_out_the_model_is_not_for() -> None:
    _, (model, *_) = made_models("binary")
    declaration = model.card.declaration | {"where": {"arm": ["treated"]}}
    other = replace(model, card=model.card.model_copy(update={"declaration": declaration}))
    assert "arm is 'control'; the model is for treated" in reasons(other, arm="control")
    assert not reasons(other, arm="treated")


def test_a_table_of_something_else_is_refused() -> None:
    _, (model, *_) = made_models("binary")
    sheet = PatientSheet(np.array(["N1"]), {"height": np.array([1.8])}, {})
    with pytest.raises(SettingsError) as caught:
        model.predict(sheet)
    assert caught.value.code is Code.COLUMN_MISSING


def test_order_and_neighbors_do_not_matter() -> None:
    _, (model, *_) = made_models("binary", None, 3)
    sheet = made_sheet(patients=12, seed=5, sites=3)
    whole = model.predict(sheet).patients
    columns = {n: c[::-1] for n, c in list(sheet.columns.items())[::-1]}
    turned = model.predict(PatientSheet(sheet.patients[::-1], columns, {})).patients
    for one_, other in zip(whole, turned[::-1], strict=True):
        assert one_.patient == other.patient
        assert one_.value == pytest.approx(other.value, abs=1e-12)
        assert one_.verdict.is_inside == other.verdict.is_inside


def test_who_had_the_grade_before_treatment_is_no_patient_of_a_toxicity_model() -> None:
    _, (model, *_) = made_models("binary")
    endpoint = {"name": "end", "kind": "toxicity", "column": "grade", "grade": 2, "baseline": "before"}
    card = model.card.model_copy(update={"declaration": {**model.card.declaration, "endpoint": endpoint}})
    of_toxicity = replace(model, card=card)
    assert "before is 2: the model is for patients without grade 2" in reasons(of_toxicity, before=2.0)
    assert reasons(of_toxicity, before=1.0) == reasons(of_toxicity) == ""
