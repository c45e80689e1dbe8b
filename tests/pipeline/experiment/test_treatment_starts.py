"""The start of one kind of treatment, or of the earliest; and what grades say by it, whatever they are."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncometry.core import SettingsError
from oncometry.pipeline.experiment.cohort_columns import CohortColumns
from oncometry.pipeline.experiment.cohort_toxicities import add_toxicities
from oncometry.pipeline.experiment.treatment_starts import check_treatment, treatment_starts

START = 10
GRADED = st.lists(
    st.tuples(st.sampled_from(["pain", "rash"]), st.integers(0, 5), st.integers(0, 30)),
    min_size=1,
    max_size=12,
)


def course(patient: str, kind: str, start: int | None) -> dict[str, Any]:
    return {"patient_id": patient, "kind": kind, "agent": kind, "start_day": start}


TREATMENTS = [
    course("A", "surgery", -20),
    course("A", "radiotherapy+chemotherapy", 12),
    course("A", "radiotherapy", 90),
    course("B", "steroid", -3),
    course("B", "chemotherapy", None),
    course("C", "steroid", -3),
]
VALUES = [
    {"patient_id": "B", "name": "treatment", "text": "observation", "number": None},
    {"patient_id": "C", "name": "treatment", "text": None, "number": 0.0},
]


def test_the_earliest_of_any_but_steroids() -> None:
    starts = treatment_starts(TREATMENTS, VALUES)
    assert starts.days == {"A": -20, "C": 0}
    assert (starts.observed, starts.treated) == ({"C"}, {"A", "B"})


def test_one_kind_is_part_of_those_that_are_given_together() -> None:
    assert treatment_starts(TREATMENTS, VALUES, "radiotherapy").days == {"A": 12}
    assert treatment_starts(TREATMENTS, VALUES, "Chemotherapy").treated == {"A", "B"}
    assert treatment_starts(TREATMENTS, VALUES, "radiotherapy+chemotherapy").days == {"A": 12}
    assert treatment_starts(TREATMENTS, VALUES, "steroid").days == {"B": -3, "C": -3}
    assert not treatment_starts(TREATMENTS, VALUES, "steroid").observed


def test_who_had_a_treatment_of_no_kind_that_is_known_is_not_said_to_be_without_one() -> None:
    rows = [
        *TREATMENTS,
        course("D", "other", 5),
        course("E", "EBRT", 5),
        course("F", "other", 5),
        course("F", "surgery", 1),
    ]
    rows.append({**course("G", "other", 5), "agent": "VMAT"})
    starts = treatment_starts(rows, VALUES, "radiotherapy")
    assert starts.treated == {"A", "E", "G"}
    assert starts.spared == {"B", "C"}, "a course of D and F may be of any kind"
    assert treatment_starts([], VALUES, "radiotherapy").spared == {"B", "C"}, "said to be untreated"
    with pytest.raises(SettingsError) as refused:
        check_treatment(rows, "antibody")
    assert refused.value.advice is not None
    assert refused.value.advice.endswith("Of no kind that is known: other.")


def test_a_kind_that_nobody_has_is_refused_with_those_that_there_are() -> None:
    check_treatment(TREATMENTS, "surgery")
    check_treatment([], None)
    with pytest.raises(SettingsError, match="no patient of the cohort has 'radio'") as refused:
        check_treatment(TREATMENTS, "radio")
    assert refused.value.advice is not None
    assert "chemotherapy, radiotherapy, radiotherapy+chemotherapy, steroid, surgery" in refused.value.advice
    with pytest.raises(SettingsError) as refused:
        check_treatment([], "surgery")
    assert refused.value.advice == "The cohort has no treatments."


@given(GRADED)
def test_a_grade_is_reached_on_a_day_if_and_only_if_it_is_reached(rows: list[tuple[str, int, int]]) -> None:
    tables = {
        "treatments": pd.DataFrame([course("A", "radiotherapy", START)]),
        "clinical_values": pd.DataFrame(VALUES[:0], columns=["patient_id", "name", "text", "number"]),
        "toxicities": pd.DataFrame(
            [{"patient_id": "A", "term": t, "grade": g, "day": d} for t, g, d in rows]
        ),
    }
    columns = CohortColumns(np.array(["A"]), {"A": []})
    add_toxicities(columns, SimpleNamespace(table=tables.__getitem__))  # type: ignore[arg-type]
    found = {name: float(cells[0]) for name, cells in columns.columns.items()}  # type: ignore[arg-type]
    emerged: dict[int, set[int]] = {n: set() for n in range(1, 6)}
    for term in {t for t, _, _ in rows}:
        before = [g for t, g, d in rows if t == term and d <= START]
        under = [(g, d) for t, g, d in rows if t == term and d > START]
        assert found.get(f"toxicity.{term}.baseline") == max(before, default=None)
        assert found.get(f"toxicity.{term}.grade") == max((g for g, _ in under), default=None)
        for n in range(1, 6):
            first = min((d for g, d in under if g >= n), default=None)
            assert found.get(f"toxicity.{term}.grade_{n}.day") == first
            emerged[n] |= {d for g, d in under if g >= n and g > max(before, default=-1)}
    for n, days in emerged.items():
        assert found.get(f"toxicity.any.grade_{n}.day") == min(days, default=None)
        assert (found.get("toxicity.any.grade", 0) >= n) == bool(days)
