"""A feature that nobody knew before a grade of toxicity was reached is told, patient by patient."""

from __future__ import annotations

from typing import Any

import numpy as np

from oncometry.core import Code
from oncometry.prediction.declaration import Derived, Experiment
from oncometry.prediction.derive import with_derived
from oncometry.prediction.features import feature_table
from oncometry.prediction.sheet import PatientSheet

NAN = float("nan")


def sheet(**columns: list[float]) -> PatientSheet:
    made = {
        "toxicity.pain.grade": np.array([3.0, 2, 0, 2, 1]),
        "toxicity.pain.baseline": np.array([0.0, 0, 0, 2, 0]),
        "toxicity.pain.grade_2.day": np.array([50.0, 80, NAN, 5, NAN]),
        "dose": np.array([1.0, 2, 3, 4, 5]),
        **{name: np.array(cells) for name, cells in columns.items()},
    }
    return PatientSheet(np.array(list("abcde")), made, {"dose": 60.0})


def told(made: PatientSheet, columns: str = "dose", day: float | None = None, **endpoint: Any) -> list[str]:
    return notices(made, columns, day, Code.FEATURE_AFTER_OUTCOME, **endpoint)


def notices(made: PatientSheet, columns: str, day: float | None, code: Code, **endpoint: Any) -> list[str]:
    said = {"name": "pain", "kind": "toxicity", "column": "toxicity.pain.grade", "grade": 2, **endpoint}
    experiment = Experiment.model_validate(
        {
            "name": "pain",
            "cohort": "c",
            "endpoint": said,
            "features": [{"block": "dose", "columns": columns, "day": day}],
        }
    )
    return [n.what for n in feature_table(made, experiment).notices if n.code is code]


def with_days(made: PatientSheet, *days: float) -> PatientSheet:
    return PatientSheet(
        made.patients, made.columns, {"dose": np.nanmax(days)}, row_days={"dose": np.array(days)}
    )


def test_a_column_known_on_the_day_of_the_grade_or_after_it_is_told() -> None:
    assert len(told(with_days(sheet(), 50, 0, 0, 0, 0))) == 1, "on the day"
    (what,) = told(with_days(sheet(), 51, 90, 0, 0, 0))
    assert "in 2 of the 2 patients with grade 2 or higher" in what
    assert not told(with_days(sheet(), 49, 79, 0, 0, 0))


def test_only_who_came_to_the_grade_counts() -> None:
    late_in_others = with_days(sheet(), 10, 10, 500, 500, 500)
    assert not told(late_in_others), "without the grade, or with it before treatment"
    unknown = with_days(sheet(dose=[NAN, 2, 3, 4, 5]), 60, 10, 0, 0, 0)
    assert not told(unknown), "a value that is missing says nothing"
    assert not told(with_days(sheet(), NAN, 10, 0, 0, 0)), "nobody says when it was known"


def test_a_grade_without_a_day_is_counted_and_told() -> None:
    undated = {"toxicity.pain.grade_2.day": [50.0, NAN, NAN, 5, NAN]}
    (what,) = told(with_days(sheet(**undated), 60, 10, 0, 0, 0))
    assert "in 1 of the 2 patients with grade 2 or higher, only on the day it was reached or after" in what
    assert "; of 1 the day is not known" in what
    timely = with_days(sheet(**undated), 10, 10, 0, 0, 0)
    assert not told(timely)
    (what,) = notices(timely, "dose", None, Code.DATE_MISSING)
    assert "of 1 of the 2 patients with grade 2 or higher the day it was reached is not known" in what
    assert not notices(with_days(sheet(), 10, 10, 0, 0, 0), "dose", None, Code.DATE_MISSING)
    made = sheet()
    del made.columns["toxicity.pain.grade_2.day"]  # type: ignore[attr-defined]
    (what,) = notices(made, "dose", None, Code.DATE_MISSING)
    assert "of 2 of the 2 patients" in what


def test_without_days_of_rows_the_columns_day_counts_and_a_declared_one_before_it() -> None:
    (what,) = told(sheet())
    assert "in 1 of the 2 patients" in what
    assert not told(sheet(), day=49)
    assert told(with_days(sheet(), 0, 0, 0, 0, 0), day=50)


def test_a_stated_day_of_the_outcome_does_not_silence_that_of_the_grade_and_a_table_has_no_days() -> None:
    (what,) = told(sheet(), known_day=200)
    assert "in 1 of the 2 patients with grade 2 or higher" in what
    after, both = told(sheet(), known_day=59)
    assert "only after the outcome (day 59)" in both + after
    assert not told(with_days(sheet(), 49, 79, 0, 0, 0), known_day=200)
    made = sheet()
    del made.columns["toxicity.pain.grade_2.day"]  # type: ignore[attr-defined]
    assert not told(made)
    assert told(made, known_day=59)


def test_what_is_derived_is_known_from_its_last_part_on() -> None:
    made = with_days(sheet(other=[1.0, 1, 1, 1, 1]), 10, 90, 0, NAN, 0)
    derived = {"both": Derived(product=("dose",), over=("other",))}
    assert told(with_derived(made, derived), "both")
    other = PatientSheet(
        made.patients, made.columns, {**made.days, "other": 20.0}, row_days={**made.row_days}
    )
    assert with_derived(other, derived).row_days["both"].tolist() == [20, 90, 20, 20, 20]
