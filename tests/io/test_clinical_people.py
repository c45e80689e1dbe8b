"""Whom a sheet names, which visits, and which of its values are outcomes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from oncometry.core import NothingFoundError
from oncometry.io.clinical import says_course_day, says_outcome, says_untreated
from oncometry.io.clinical.people import People, SaidVisit, is_made, read_people


def people(tmp_path: Path, text: str, **columns: str) -> People:
    (tmp_path / "sheet.csv").write_text(text, encoding="utf-8")
    return read_people(tmp_path / "sheet.csv", columns)


def test_patients_with_their_visits(tmp_path: Path) -> None:
    found = people(
        tmp_path,
        "A study\npatient_id,date,visit,kps\n0012,2020-01-05,one,90\n0012,2020-03-05,two,80\n0012,2020-03-05,two,70\n"
        "B,03.04.2020,,60\npatient_id,date,visit,kps\n,2020-01-01,one,50\nan explanation,,,\n",
    )
    assert found.visits == {
        "0012": (SaidVisit(date(2020, 1, 5), None, "one"), SaidVisit(date(2020, 3, 5), None, "two")),
        "B": (SaidVisit(date(2020, 4, 3), None, ""),),
    }
    assert found.made == frozenset()


def test_days_and_dates_that_cannot_be(tmp_path: Path) -> None:
    found = people(tmp_path, "id,day,date,x\nA,-3,1890-01-01,1\nA,14,2190-01-01,2\nA,soon,3/4/2020,3\n")
    assert found.visits["A"] == (SaidVisit(None, -3), SaidVisit(None, 14), SaidVisit())


def test_a_stated_column_and_none_at_all(tmp_path: Path) -> None:
    assert people(tmp_path, "code_of_ours,age\nK1,70\n").visits == {}
    stated = people(tmp_path, "code_of_ours,age\nK1,70\n", code_of_ours="patient_id")
    assert set(stated.visits) == {"K1"}


def test_who_is_made_says_so(tmp_path: Path) -> None:
    found = people(tmp_path, "id,origin\nA,synthetic (Oncometry demo)\nB,hospital\n")
    assert found.made == {"A"}
    assert not is_made("synthetic mesh implanted")


def test_a_sheet_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NothingFoundError):
        read_people(tmp_path / "none.csv")


@pytest.mark.parametrize(
    "name",
    [
        "response",
        "RANO",
        "overall_survival_days",
        "PFS_months",
        "death_observed",
        "Censorship",
        "date_of_death",
        "last_followup",
        "toxicity_grade",
        "toxicity_term",
        "ctcae_version",
        "recurrence",
        "status",
    ],
)
def test_outcomes(name: str) -> None:
    assert says_outcome(name)


@pytest.mark.parametrize(
    "name", ["age_years", "sex", "kps", "idh", "grade", "dexamethasone_mg_per_day", "visit", "treatment"]
)
def test_what_was_known_before(name: str) -> None:
    assert not says_outcome(name)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("treatment", "Observation", True),
        ("Treatment arm", "screening failure", True),
        ("agent", "none", True),
        ("treatment", "radiotherapy", False),
        ("treatment_type", "observation", False),
        ("status", "no", False),
    ],
)
def test_who_is_said_to_be_untreated(name: str, text: str, *, expected: bool) -> None:
    assert says_untreated(name, text) is expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [("treatment_start", True), ("RT end date", True), ("treatment", False), ("scan date", False)],
)
def test_days_of_a_course(name: str, *, expected: bool) -> None:
    assert says_course_day(name) is expected
