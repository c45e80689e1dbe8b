"""Two columns that mean the same: they agree and count once, or the row, or the sheet, is not used."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncometry.core import Code, SettingsError
from oncometry.io.clinical import ClinicalSheet, RowStatus, read_clinical

ANCHOR = {"P1": date(2024, 1, 10), "P2": date(2024, 2, 1)}


def read(folder: Path, text: str, **column_map: str) -> ClinicalSheet:
    path = folder / "clinical.csv"
    path.write_text(text, encoding="utf-8")
    return read_clinical(path, ANCHOR, ANCHOR, column_map)


def said(sheet: ClinicalSheet) -> list[tuple[str, object]]:
    return [(v.name, v.text if v.number is None else v.number) for v in sheet.values]


@pytest.mark.parametrize(
    "text",
    [
        "patient_id,patient_id,age\nP1,P1,50\nP1,P2,51\n",
        "patient_id,patient_id,age\nP2,P9,50\n",
        "patient_id,subject,age\nP1,P2,50\n",
        "patient_id,subject,age\nP1,p2,50\n",
    ],
)
def test_a_row_that_names_two_people_refuses_the_sheet(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError, match=r"name different patients in row [23]") as caught:
        read(tmp_path, text)
    assert caught.value.code is Code.PATIENT_CONFLICT
    assert caught.value.path == tmp_path / "clinical.csv"


@pytest.mark.parametrize(
    "text",
    [
        "id,patient_id,age\n1,P1,50\n2,P2,51\n",
        "mrn,subject,age\n00771,P1,50\n00772,P2,51\n",
        "patient_id,patient_id,age\nP1,p1,50\nP2,,51\n",
    ],
)
def test_a_number_of_another_system_beside_the_patient_is_no_contradiction(tmp_path: Path, text: str) -> None:
    sheet = read(tmp_path, text)
    assert [row.patient_id for row in sheet.rows] == ["P1", "P2"]
    assert said(sheet) == [("age_years", 50.0), ("age_years", 51.0)]


TWICE = [
    ("age,age", "50,51", "50,50.0"),
    ("age_days,age_years", "22350,64", "22350,61"),
    ("sex,gender", "M,female", "M,male"),
    ("date,date", "2024-01-10,2024-01-11", "2024-01-10,10.01.2024"),
    ("scan date,visit date", "2024-01-10,2024-01-11", "2024-01-10,10.01.2024"),
    ("day,day", "0,1", "0,0.0"),
    ("visit,visit", "1,2", "1,1"),
    ("response,response", "PR,PD", "PR,partial response"),
    ("treatment,treatment", "surgery,radiotherapy", "surgery,Surgery"),
    ("rt_dose_gy,rt_dose_cgy", "60,5400", "60,6000"),
    ("os_days,overall_survival_months", "304,12", "304,10"),
    ("death_observed,vital status", "1,alive", "1,dead"),
    ("date of death,death date", "2024-03-01,2024-03-02", "2024-03-01,01.03.2024"),
    ("toxicity_grade,Toxicity Grade", "1,2", "1,G1"),
]


@pytest.mark.parametrize(("header", "differing", "alike"), TWICE)
def test_a_row_that_says_two_things_of_one_meaning_is_set_aside(
    tmp_path: Path, header: str, differing: str, alike: str
) -> None:
    sheet = read(tmp_path, f"id,{header},score\nP1,{differing},3\n")
    assert [(r.status, r.code) for r in sheet.rows] == [(RowStatus.CONFLICTING, Code.ROW_CONFLICTING)]
    assert all(cell in sheet.rows[0].detail for cell in differing.split(","))
    assert not sheet.values
    assert not sheet.events
    once = read(tmp_path, f"id,{header},score\nP1,{alike},3\n")
    assert once.rows[0].status is RowStatus.MATCHED
    assert once.rows[0].code in (None, Code.COLUMN_GUESSED)


@given(st.integers(0, 120), st.integers(0, 120), st.sampled_from(["age,age", "Age,AGE", "age,age_years"]))
def test_an_age_is_what_both_columns_say_or_none(
    tmp_path_factory: pytest.TempPathFactory, first: int, second: int, header: str
) -> None:
    sheet = read(tmp_path_factory.mktemp("twice"), f"id,{header}\nP1,{first},{second}\n")
    assert said(sheet) == ([("age_years", float(first))] if first == second else [])


def test_what_both_columns_say_counts_once_and_one_fills_the_other(tmp_path: Path) -> None:
    text = "id,date,age,age,date,os_days,os_days,deceased,dead\n"
    row = "2024-01-10,50,50,10.01.2024,300,300,1,yes\n"
    sheet = read(tmp_path, f"{text}P1,{row}P2,,,51,2024-02-11,,400,,no\n")
    assert [(v.patient_id, v.name, v.number, v.day) for v in sheet.values if v.name == "age_years"] == [
        ("P1", "age_years", 50.0, 0),
        ("P2", "age_years", 51.0, 10),
    ]
    assert [(e.patient_id, e.day, e.observed) for e in sheet.events] == [
        ("P1", 300, True),
        ("P2", 400, False),
    ]
    assert len(sheet.values) == 6


def test_an_order_of_day_and_month_is_that_of_both_columns(tmp_path: Path) -> None:
    sheet = read(tmp_path, "id,date,date,score\nP1,1/25/2024,,3\nP2,,3/2/2024,3\nP2,,25/2/2024,4\n")
    assert sorted(v.day or 0 for v in sheet.values) == [0, 0, 0]
    assert {row.code for row in sheet.rows} == {Code.DATE_MISSING}


def test_columns_of_other_meaning_or_that_cannot_be_compared_are_kept(tmp_path: Path) -> None:
    sheet = read(tmp_path, "id,age_at_diagnosis,age_at_scan,sex,gender\nP1,50,52,1,F\n")
    assert sheet.rows[0].status is RowStatus.MATCHED
    assert {("age_at_diagnosis_years", 50.0), ("age_at_scan", 52.0)} <= set(said(sheet))
    assert {("sex", "1"), ("gender", "F")} <= set(said(sheet))


def test_a_column_that_is_stated_to_be_another_contradicts_nothing(tmp_path: Path) -> None:
    text = "id,scan date,visit date,score\nP1,2024-01-10,2024-01-11,3\n"
    sheet = read(tmp_path, text, **{"visit date": "clinic_visit"})
    assert said(sheet) == [("clinic_visit", "2024-01-11"), ("score", 3.0)]
    assert [v.day for v in sheet.values] == [0, 0]
