"""Outcomes from cells: every row accounted for, nothing guessed in silence."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from oncometry.core import Code, SettingsError
from oncometry.prediction.declaration import Endpoint, Experiment
from oncometry.prediction.endpoint import outcome_of
from oncometry.prediction.outcome import Task
from oncometry.prediction.sheet import PatientSheet


def sheet(**columns: Any) -> PatientSheet:
    typed = {
        n: np.array(c, dtype=float if not any(isinstance(x, str) for x in c) else object)
        for n, c in columns.items()
    }
    count = len(next(iter(typed.values())))
    return PatientSheet(np.array([f"P{i}" for i in range(count)]), typed, {})


def test_a_class_is_what_the_declaration_names_and_unknown_rows_are_counted() -> None:
    found = outcome_of(
        sheet(pcr=["Yes", "No", None, "Yes"]),
        Endpoint(name="pcr", kind="binary", column="pcr", positive=("Yes",)),
    )
    assert found.task is Task.BINARY
    assert found.y.tolist() == [1, 0, 1]
    assert found.known.tolist() == [True, True, False, True]
    assert found.flow == (("outcome unknown", 1),)
    assert found.events == 2


def test_several_negative_cells_are_told() -> None:
    endpoint = Endpoint(name="r", kind="binary", column="r", positive=("CR",))
    found = outcome_of(sheet(r=["CR", "PD", "SD"]), endpoint)
    assert found.notices[0].code is Code.COLUMN_GUESSED


@pytest.mark.parametrize(
    ("cells", "told", "advice"),
    [
        (["3,5", "4", "5"], "column 'a' holds '3,5': whether its comma is decimal or of thousands", "comma"),
        (["4", "big", "3,5"], "column 'a' holds 'big' of patient 'P1', which is no number", "leave it empty"),
        (
            ["4", "2021-01-01", "5"],
            "'2021-01-01' of patient 'P1', which is no number",
            "write days from an origin",
        ),
        (
            ["4", "3/4/2021", "5"],
            "'3/4/2021' of patient 'P1', which is no number",
            "write days from an origin",
        ),
    ],
)
@pytest.mark.parametrize(
    "endpoint",
    [
        {"kind": "continuous", "column": "a"},
        {"kind": "toxicity", "column": "a", "grade": 2},
        {"kind": "survival", "time": "a", "event": "e", "observed": ("1",)},
    ],
    ids=lambda endpoint: endpoint["kind"],
)
def test_cells_that_are_no_numbers_say_why(
    endpoint: dict[str, Any], cells: list[str], told: str, advice: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        outcome_of(sheet(a=cells, e=[1, 0, 1]), Endpoint.model_validate({"name": "x"} | endpoint))
    assert caught.value.code is Code.SETTINGS
    assert told in caught.value.what
    assert advice in str(caught.value.advice)


@pytest.mark.parametrize(
    ("endpoint", "columns", "code"),
    [
        ({"kind": "binary", "column": "a", "positive": ("1",)}, {"a": [1, 1, 1]}, Code.ONE_CLASS),
        ({"kind": "binary", "column": "a", "positive": ("2",)}, {"a": [1, 0, 1]}, Code.SETTINGS),
        ({"kind": "binary", "column": "b", "positive": ("1",)}, {"a": [1, 0, 1]}, Code.COLUMN_MISSING),
        ({"kind": "toxicity", "column": "a", "grade": 2}, {"a": [1, 7, 1]}, Code.SETTINGS),
        ({"kind": "toxicity", "column": "a", "grade": 2}, {"a": ["x", "1", "2"]}, Code.SETTINGS),
        ({"kind": "ordinal", "column": "a", "order": ("0", "1", "2")}, {"a": [0, 1, 3]}, Code.SETTINGS),
        ({"kind": "continuous", "column": "a"}, {"a": [2, 2, 2]}, Code.ONE_CLASS),
        ({"kind": "survival", "time": "t", "event": "e", "observed": ("1",)},
         {"t": [5, 0, 7], "e": [1, 0, 1]}, Code.TIME_NOT_POSITIVE),
        ({"kind": "survival", "time": "t", "event": "e", "observed": ("1",)},
         {"t": [5, -3, 7], "e": [1, 0, 1]}, Code.TIME_NOT_POSITIVE),
    ],
)  # fmt: skip
def test_what_cannot_be_learned_has_its_code(
    endpoint: dict[str, Any], columns: dict[str, Any], code: Code
) -> None:
    with pytest.raises(SettingsError) as caught:
        outcome_of(sheet(**columns), Endpoint.model_validate({"name": "x", **endpoint}))
    assert caught.value.code is code


def survival(**more: Any) -> Endpoint:
    return Endpoint.model_validate(
        {"name": "os", "kind": "survival", "time": "t", "event": "e", "observed": ("1",), **more}
    )


def test_times_are_days_and_competing_events_have_codes_of_their_own() -> None:
    found = outcome_of(sheet(t=[12, 24, 36], e=[1, 0, 2]), survival(unit="months", competing=("2",)))
    assert found.y["time_days"] == pytest.approx([365.25, 730.5, 1095.75])
    assert found.y["event"].tolist() == [1, 0, 2]


@pytest.mark.parametrize(
    ("times", "unit"),
    [
        ([44000.0, 44050, 44099], "days"),
        ([20210101.0, 20210201, 20210301], "days"),
        ([44000.0, 20, 30], "months"),
    ],
)
def test_dates_that_are_written_as_numbers_are_no_times(times: list[float], unit: str) -> None:
    with pytest.raises(SettingsError, match="they look like dates") as caught:
        outcome_of(sheet(t=times, e=[1, 0, 1]), survival(unit=unit))
    assert caught.value.code is Code.DATES_IMPLAUSIBLE
    assert f"({times[0]:.0f}" in caught.value.what
    assert "days from an origin" in str(caught.value.advice)


def test_a_hundred_years_of_follow_up_are_times() -> None:
    assert outcome_of(sheet(t=[36500, 20, 30], e=[0, 1, 0]), survival()).y["time_days"].max() == 36500


@pytest.mark.parametrize(
    ("horizon", "why"),
    [(99999, "nobody is followed to it"), (700.5, "nobody is"), (19, "no event comes by it")],
)
def test_a_horizon_by_which_nothing_is_seen_is_refused(horizon: float, why: str) -> None:
    made = sheet(t=[10, 20, 300, 700], e=[0, 1, 1, 0])
    with pytest.raises(SettingsError, match=why) as caught:
        outcome_of(made, survival(horizon_days=horizon))
    assert caught.value.code is Code.SETTINGS
    told = "the longest follow-up is 700 days, and the first event comes on day 20"
    assert f"endpoint.horizon_days is {horizon:g}" in caught.value.what
    assert told in caught.value.what
    for day in (20.0, 700.0):
        assert outcome_of(made, survival(horizon_days=day)).horizon_days == day


def test_a_horizon_counts_from_the_landmark_and_asks_for_an_event_after_it() -> None:
    made = sheet(t=[50, 90, 300, 700], e=[1, 0, 2, 0])
    with pytest.raises(SettingsError, match="the longest follow-up is 616 days, and there is no event"):
        outcome_of(made, survival(landmark_day=84, competing=("2",), horizon_days=616))


def test_events_without_letters_are_named_by_what_they_stand_for() -> None:
    found = outcome_of(sheet(t=[12, 24, 36], e=[1, 0, 2]), survival(competing=("2",)))
    assert found.classes == ("censored", "event (1)", "competing event (2)")


def test_a_landmark_leaves_out_who_was_no_longer_at_risk() -> None:
    found = outcome_of(sheet(t=[50, 84, 100, 200], e=[1, 0, 1, 0]), survival(landmark_day=84))
    assert found.y["time_days"].tolist() == [16, 116]
    assert ("not at risk at the landmark", 2) in found.flow


def test_a_censoring_flag_is_pointed_out_by_its_times() -> None:
    rng = np.random.default_rng(1)
    early, late = rng.uniform(10, 200, 30), rng.uniform(300, 900, 30)
    times, flag = np.r_[early, late], np.r_[np.zeros(30), np.ones(30)]
    found = outcome_of(sheet(t=times, e=flag), survival())
    assert [n.code for n in found.notices] == [Code.EVENT_FLAG_DOUBTFUL]
    assert "come later" in found.notices[0].what
    assert not outcome_of(sheet(t=times, e=1 - flag), survival()).notices


def test_a_censoring_flag_is_pointed_out_by_its_name() -> None:
    endpoint = survival(event="Censorship")
    found = outcome_of(
        PatientSheet(
            np.array(["a", "b", "c", "d"]),
            {"t": np.array([1.0, 2, 3, 4]), "Censorship": np.array([1.0, 0, 1, 0])},
            {},
        ),
        endpoint,
    )
    assert found.notices[0].code is Code.EVENT_FLAG_DOUBTFUL
    assert "behaves as an event" in found.notices[0].what


def test_a_landmark_does_not_hide_times_that_are_no_times() -> None:
    with pytest.raises(SettingsError) as caught:
        outcome_of(sheet(t=[-5, 84, 100, 200], e=[1, 0, 1, 0]), survival(landmark_day=84))
    assert caught.value.code is Code.TIME_NOT_POSITIVE


def test_several_cells_that_count_as_censored_are_told() -> None:
    endpoint = survival(observed=("dead",))
    found = outcome_of(sheet(t=[1, 2, 3, 4], e=["dead", "Dead", "alive", "dead"]), endpoint)
    assert [n.code for n in found.notices] == [Code.COLUMN_GUESSED]
    assert "Dead, alive" in found.notices[0].what


def toxicity(**more: Any) -> Endpoint:
    return Endpoint.model_validate({"name": "tox", "kind": "toxicity", "column": "g", "grade": 2, **more})


def test_a_grade_that_was_there_before_treatment_is_none_of_treatment() -> None:
    made = sheet(g=[3, 2, 0, 2, 1], before=[2, 1, 0, float("nan"), 3])
    found = outcome_of(made, toxicity(baseline="before"))
    assert found.known.tolist() == [False, True, True, True, False]
    assert found.y.tolist() == [1, 0, 1]
    assert ("grade >= 2 before treatment", 2) in found.flow
    told = {n.code: n.what for n in found.notices}
    assert "of 2 patients grade 2 or higher was there" in told[Code.ROW_EXCLUDED]
    assert "of 1 patients no grade before treatment is known" in told[Code.VALUE_MISSING]
    with pytest.raises(SettingsError, match="7 is no grade"):
        outcome_of(sheet(g=[3, 2, 0], before=[7, 1, 0]), toxicity(baseline="before"))


def test_a_cohorts_grade_has_its_baseline_without_being_told() -> None:
    columns = {"toxicity.pain.grade": [2, 2, 0], "toxicity.pain.baseline": [2, 0, 0]}
    found = outcome_of(sheet(**columns), toxicity(column="toxicity.pain.grade"))
    assert found.known.tolist() == [False, True, True]
    del columns["toxicity.pain.baseline"]
    assert outcome_of(sheet(**columns), toxicity(column="toxicity.pain.grade")).known.all()


def test_nobody_without_a_grade_is_free_of_toxicity_unless_it_is_declared() -> None:
    made = sheet(g=[3, float("nan"), 0, float("nan")])
    unknown = outcome_of(made, toxicity())
    assert unknown.known.tolist() == [True, False, True, False]
    assert unknown.flow == (("outcome unknown", 2),)
    declared = outcome_of(made, toxicity(unrecorded="none"))
    assert declared.y.tolist() == [1, 0, 0, 0]
    assert "of 2 patients no grade is recorded: taken as none" in declared.notices[0].what


def test_who_had_another_treatment_is_left_out_whatever_is_recorded() -> None:
    nan = float("nan")
    columns = {"toxicity.pain.grade": [2, 0, nan, nan], "toxicity.treated": [1, 1, 1, 0]}
    meant = toxicity(column="toxicity.pain.grade", treatment="radiotherapy", unrecorded="none")
    found = outcome_of(sheet(**columns), meant)
    assert found.known.tolist() == [True, True, True, False]
    assert found.flow == (("outcome unknown", 0), ("without radiotherapy", 1))
    assert outcome_of(sheet(**columns), toxicity(column="toxicity.pain.grade")).known.tolist() == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("endpoint", "why"),
    [
        ({"kind": "toxicity", "column": "grade", "grade": 2}, "is of the toxicity of a cohort"),
        ({"kind": "continuous", "column": "toxicity.pain.grade"}, "is of the toxicity of a cohort"),
    ],
)
def test_a_treatment_is_of_a_cohorts_toxicity(endpoint: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Endpoint.model_validate({"name": "x", "treatment": "radiotherapy", **endpoint})
    meant = {
        "name": "x",
        "kind": "toxicity",
        "column": "toxicity.pain.grade",
        "grade": 2,
        "treatment": "surgery",
    }
    tables = {
        "name": "x",
        "endpoint": meant,
        "tables": [{"file": "a.csv", "patient": "id"}],
        "features": [{"block": "dose", "columns": ["dose"]}],
    }
    with pytest.raises(ValueError, match="tables have no treatments"):
        Experiment.model_validate(tables)


@pytest.mark.parametrize("field", [{"baseline": "before"}, {"unrecorded": "none"}])
def test_what_is_of_toxicity_is_not_ignored_elsewhere(field: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="are of toxicity"):
        Endpoint.model_validate({"name": "x", "kind": "continuous", "column": "g", **field})
