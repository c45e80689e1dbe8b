"""The clinical sheet: every row accounted for, nothing ambiguous read in silence."""

from __future__ import annotations

import csv
import io
import os
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncometry.core import Code, OncometryError, SettingsError
from oncometry.io.clinical import ClinicalSheet, RowStatus, read_clinical
from oncometry.io.clinical.cells import (
    Dialect,
    date_order,
    dialect_of,
    parse_date,
    parse_grade,
    parse_number,
    parse_truth,
)
from oncometry.io.clinical.columns import Role, recognize, split_unit
from oncometry.io.clinical.denials import treatment_given
from oncometry.io.clinical.kinds import treatment_kind
from oncometry.io.clinical.patients import match_ids

POINT, COMMA = Dialect(decimal_comma=False), Dialect(decimal_comma=True)
ANCHOR = {"P1": date(2024, 1, 10), "P2": date(2024, 2, 1)}
DEMO = (
    "patient_id,visit,date,age_years,sex,diagnosis,idh,mgmt,treatment,dexamethasone_mg_per_day,response,"
    "overall_survival_days,death_observed,toxicity_term,toxicity_grade,ctcae_version\n"
    "P1,1,2024-01-10,61.5,F,glioblastoma,wildtype,methylated,radiotherapy + temozolomide,4,NA,412,1,,,\n"
    "P1,2,2024-04-09,61.7,F,glioblastoma,wildtype,methylated,temozolomide,2,SD,412,1,Fatigue,2,5.0\n"
    "P2,1,2024-02-01,48,M,glioblastoma,mutant,unknown,none,0,NA,900,0,,,\n"
)


def read(folder: Path, text: str, known: tuple[str, ...] = ("P1", "P2"), **column_map: str) -> ClinicalSheet:
    path = folder / "clinical.csv"
    path.write_text(text, encoding="utf-8")
    return read_clinical(path, known, ANCHOR, column_map)


def value(sheet: ClinicalSheet, patient: str, name: str) -> list[object]:
    return [
        v.text if v.number is None else v.number
        for v in sheet.values
        if (v.patient_id, v.name) == (patient, name)
    ]


def test_the_demo_columns_come_in_fully(tmp_path: Path) -> None:
    sheet = read(tmp_path, DEMO)
    assert sheet.counts == {
        RowStatus.MATCHED: 3,
        RowStatus.UNMATCHED: 0,
        RowStatus.CONFLICTING: 0,
        RowStatus.EXCLUDED: 0,
    }
    assert not [row.detail for row in sheet.rows if row.detail]
    assert value(sheet, "P1", "dexamethasone_mg_per_day") == [4.0, 2.0]
    assert value(sheet, "P1", "age_years") == [61.5, 61.7]
    assert value(sheet, "P1", "response") == ["SD"]
    assert [(v.day, v.unit) for v in sheet.values if v.name == "age_years"] == [
        (0, "years"),
        (90, "years"),
        (0, "years"),
    ]
    assert [(t.kind, t.agent) for t in sheet.treatments] == [
        ("radiotherapy+chemotherapy", "radiotherapy + temozolomide"),
        ("chemotherapy", "temozolomide"),
    ]
    assert [(e.patient_id, e.endpoint, e.observed, e.day) for e in sheet.events] == [
        ("P1", "death", True, 412),
        ("P2", "death", False, 900),
    ]
    (toxicity,) = sheet.toxicities
    assert (toxicity.term, toxicity.grade, toxicity.ctcae_version, toxicity.day) == ("Fatigue", 2, "5.0", 90)
    assert all((v.text is None) != (v.number is None) for v in sheet.values)


def test_a_workbook_gives_the_same_as_its_csv(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for line in DEMO.strip().split("\n"):
        book.active.append([float(c) if c.replace(".", "").isdigit() else c for c in line.split(",")])
    book.save(tmp_path / "clinical.xlsx")
    workbook, text = read_clinical(tmp_path / "clinical.xlsx", ANCHOR, ANCHOR), read(tmp_path, DEMO)
    assert workbook.values == text.values
    assert workbook.events == text.events
    assert workbook.toxicities == text.toxicities


def test_every_row_is_accounted_for(tmp_path: Path) -> None:
    sheet = read(
        tmp_path,
        "Study table 2024,,\n"
        "patient,date,score\n"
        "P1,2024-01-10,3\n"
        "P1,2024-01-10,3\n"
        "P2,2024-02-01,3\n"
        "P2,2024-02-01,4\n"
        "P9,2024-02-01,4\n"
        ",2024-02-01,4\n"
        "\n"
        "patient,date,score\n"
        "Scores from 0 to 10,,\n",
    )
    assert [(row.row, row.status, row.code) for row in sheet.rows] == [
        (1, RowStatus.EXCLUDED, Code.ROW_EXCLUDED),
        (3, RowStatus.MATCHED, None),
        (4, RowStatus.EXCLUDED, Code.ROW_EXCLUDED),
        (5, RowStatus.CONFLICTING, Code.ROW_CONFLICTING),
        (6, RowStatus.CONFLICTING, Code.ROW_CONFLICTING),
        (7, RowStatus.UNMATCHED, Code.ROW_UNMATCHED),
        (8, RowStatus.EXCLUDED, Code.ROW_EXCLUDED),
        (10, RowStatus.EXCLUDED, Code.ROW_EXCLUDED),
        (11, RowStatus.EXCLUDED, Code.ROW_EXCLUDED),
    ]
    assert sum(sheet.counts.values()) == len(sheet.rows)
    assert value(sheet, "P2", "score") == []
    assert "row 6 '4'" in sheet.rows[3].detail


@given(st.lists(st.tuples(st.sampled_from(["P1", "p1", "P2", "P9", ""]), st.sampled_from("123")), min_size=1))
def test_counts_sum_to_the_rows(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    text = "patient_id,score\n" + "".join(f"{who},{score}\n" for who, score in rows)
    sheet = read(tmp_path_factory.mktemp("rows"), text)
    assert sum(sheet.counts.values()) == len(sheet.rows) == len(rows)
    used = {row.row for row in sheet.rows if row.status is RowStatus.MATCHED}
    assert {v.row for v in sheet.values} == used


WORDS = st.sampled_from(["P1", "P2", "id", "date", "os_days", "1,5", "3/4/2020"])
TABLE = st.lists(
    st.lists(st.text(max_size=6) | WORDS, min_size=2, max_size=4),
    min_size=1,
    max_size=6,
)


@given(TABLE, st.sampled_from(["utf-8", "utf-16"]), st.sampled_from(",;\t|"))
def test_any_table_is_read_or_refused_with_a_code(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], encoding: str, delimiter: str
) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows([["id", "date", "death date", "age"], *rows])
    path = tmp_path_factory.mktemp("any") / "any.csv"
    path.write_bytes(text.getvalue().encode(encoding, "replace"))
    try:
        sheet = read_clinical(path, ANCHOR, ANCHOR)
    except OncometryError:
        return
    assert sum(sheet.counts.values()) == len(sheet.rows)
    assert all((v.text is None) != (v.number is None) for v in sheet.values)
    assert {v.patient_id for v in sheet.values} <= set(ANCHOR)


@pytest.mark.parametrize(
    ("found", "known", "expected"),
    [
        (["0012"], ["0012"], ["0012"]),
        (["12"], ["0012"], ["0012"]),
        (["12", "0012"], ["0012"], [None, "0012"]),
        (["12"], ["0012", "00012"], [None]),
        (["pgbm-2"], ["PGBM-002"], ["PGBM-002"]),
        (["1E5"], ["100000"], [None]),
        (["p1"], ["P1", "p1"], ["p1"]),
        (["P1"], ["p1", "pP1"], ["p1"]),
        (["10"], ["1", "100"], [None]),
        (["0"], ["000"], ["000"]),
    ],
)
def test_ids_are_text_and_loose_matches_are_unique(
    found: list[str], known: list[str], expected: list[str | None]
) -> None:
    matches = match_ids(found, known)
    assert [matches[text].patient_id for text in found] == expected


def test_a_loose_match_is_announced_in_the_row(tmp_path: Path) -> None:
    sheet = read(tmp_path, "id,score\np1,3\n")
    assert sheet.rows[0].patient_id == "P1"
    assert "differ only in letter case" in sheet.rows[0].detail


@pytest.mark.parametrize(
    ("text", "point", "comma"),
    [
        ("12.5", 12.5, 12.5),
        ("12,5", None, 12.5),
        ("1,234", None, 1.234),
        ("1.234", 1.234, None),
        ("0012", None, None),
        ("0", 0.0, 0.0),
        ("1E5", None, None),
        ("1.5e-3", 1.5e-3, 1.5e-3),
        ("-7", -7.0, -7.0),
        ("1.234,5", None, None),
        ("<5", None, None),
        ("inf", None, None),
    ],
)
def test_only_what_has_one_meaning_is_a_number(text: str, point: float | None, comma: float | None) -> None:
    assert parse_number(text, POINT) == point
    assert parse_number(text, COMMA) == comma


def test_decimal_commas_are_seen_in_the_file() -> None:
    assert dialect_of(["12,5", "3"], ";").decimal_comma
    assert dialect_of(["1,234"], ";").decimal_comma
    assert not dialect_of(["1,234"], ",").decimal_comma
    assert not dialect_of(["12,5", "12.5"], ";").decimal_comma
    assert not dialect_of(["12", "a"], ";").decimal_comma


def test_a_sheet_with_decimal_commas(tmp_path: Path) -> None:
    sheet = read(tmp_path, "id;date;age_years;weight\nP1;10.01.2024;61,5;70,25\n")
    assert value(sheet, "P1", "age_years") == [61.5]
    assert value(sheet, "P1", "weight") == [70.25]
    assert "decimal comma" in sheet.notices[0].what


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("2024-03-04", None, date(2024, 3, 4)),
        ("20240304", None, date(2024, 3, 4)),
        ("04.03.2024", None, date(2024, 3, 4)),
        ("2024-03-04 10:30:00", None, date(2024, 3, 4)),
        ("4-Mar-2024", None, date(2024, 3, 4)),
        ("3/4/2024", None, None),
        ("4/4/2024", None, date(2024, 4, 4)),
        ("3/4/2024", "day first", date(2024, 4, 3)),
        ("3/4/2024", "month first", date(2024, 3, 4)),
        ("31/31/2024", "day first", None),
        ("3/4/24", "day first", None),
        ("soon", None, None),
    ],
)
def test_dates_that_may_be_two_are_not_read(text: str, order: str | None, expected: date | None) -> None:
    assert parse_date(text, order) == expected


def test_a_column_tells_its_order_of_day_and_month() -> None:
    assert date_order(["3/4/2024", "25/4/2024"]) == "day first"
    assert date_order(["3-4-2024", "4-25-2024"]) == "month first"
    assert date_order(["13/4/2024", "4/13/2024"]) is None
    assert date_order(["3/4/2024"]) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1900-01-01", Code.DATES_IMPLAUSIBLE),
        ("2999-01-01", Code.DATES_IMPLAUSIBLE),
        ("3/4/2024", Code.DATE_MISSING),
    ],
)
def test_an_implausible_date_gives_no_day(tmp_path: Path, text: str, code: Code) -> None:
    sheet = read(tmp_path, f"id,date,score\nP1,{text},3\n")
    assert (sheet.rows[0].status, sheet.rows[0].code) == (RowStatus.MATCHED, code)
    assert [v.day for v in sheet.values] == [None]


def test_days_across_a_leap_day(tmp_path: Path) -> None:
    sheet = read(tmp_path, "id,date,score\nP1,2024-03-10,3\n")
    assert sheet.values[0].day == 60


def test_a_date_and_a_day_that_disagree_give_none(tmp_path: Path) -> None:
    sheet = read(tmp_path, "id,date,day,score\nP1,2024-01-20,10,3\nP2,2024-02-11,11,3\n")
    assert [v.day for v in sheet.values] == [10, None]


def test_missing_words_are_no_values(tmp_path: Path) -> None:
    sheet = read(tmp_path, "id,a,b,c,d,e\nP1,NA,n/a,.,unknown,none\n")
    assert [(v.name, v.text) for v in sheet.values] == [("e", "none")]


def test_age_in_days_and_without_a_unit(tmp_path: Path) -> None:
    assert value(read(tmp_path, "id,Age (days)\nP1,3652.5\n"), "P1", "age_years") == [10.0]
    assert value(read(tmp_path, "id,age\nP1,10\n"), "P1", "age_years") == [10.0]
    unsure = read(tmp_path, "id,age\nP1,10\nP2,3652\n")
    assert value(unsure, "P1", "age_years") == []
    assert value(unsure, "P1", "age") == [10.0]
    assert unsure.rows[0].code is Code.UNIT_UNKNOWN


def test_sex_codes_need_a_stated_map(tmp_path: Path) -> None:
    text = "id,sex\nP1,1\nP2,female\n"
    plain = read(tmp_path, text)
    assert value(plain, "P1", "sex") == ["1"]
    assert "sex: 1=M" in plain.rows[0].detail
    assert value(plain, "P2", "sex") == ["F"]
    assert value(read(tmp_path, text, sex="sex: 1=M, 2=F"), "P1", "sex") == ["M"]


def test_a_patient_with_two_sexes_has_none(tmp_path: Path) -> None:
    sheet = read(tmp_path, "id,visit,sex,score\nP1,1,M,3\nP1,2,F,4\n")
    assert value(sheet, "P1", "sex") == []
    assert value(sheet, "P1", "score") == [3.0, 4.0]
    assert {row.code for row in sheet.rows} == {Code.ROW_CONFLICTING}


def test_survival_in_months(tmp_path: Path) -> None:
    sheet = read(tmp_path, "id,OS (months),vital status\nP1,10,Dead\nP2,24,alive\n")
    assert [(e.observed, e.day) for e in sheet.events] == [(True, 304), (False, 730)]
    assert "30.4375 days" in sheet.notices[0].what


@pytest.mark.parametrize("header", ["Censorship", "censored", "os_censoring"])
def test_a_censoring_flag_is_pointed_out_and_not_guessed(tmp_path: Path, header: str) -> None:
    text = f"id,os_days,{header}\nP1,100,True\n"
    sheet = read(tmp_path, text)
    assert sheet.events == ()
    assert "censoring flag" in sheet.rows[0].detail
    assert [e.observed for e in read(tmp_path, text, **{header: "death_observed: true=0"}).events] == [False]
    assert [e.observed for e in read(tmp_path, text, **{header: "death_observed"}).events] == [True]


def test_survival_without_unit_or_state_is_only_a_value(tmp_path: Path) -> None:
    sheet = read(tmp_path, "id,survival,death_observed\nP1,100,1\n")
    assert sheet.events == ()
    assert sheet.rows[0].code is Code.UNIT_UNKNOWN
    assert value(sheet, "P1", "survival") == [100.0]
    assert read(tmp_path, "id,os_days\nP1,100\n").events == ()
    assert read(tmp_path, "id,os_days,vital_status\nP1,100,1\n").events == ()


def test_event_dates_count_from_the_first_scan(tmp_path: Path) -> None:
    sheet = read(
        tmp_path,
        "id,date of death,last follow-up,progression date\nP1,2024-02-09,,2024-01-20\nP2,,2024-03-02,\n",
    )
    assert {(e.patient_id, e.endpoint, e.observed, e.day) for e in sheet.events} == {
        ("P1", "death", True, 30),
        ("P1", "progression", True, 10),
        ("P2", "death", False, 30),
    }


def test_survival_that_differs_between_rows_is_not_used(tmp_path: Path) -> None:
    sheet = read(tmp_path, "id,visit,os_days,death_observed\nP1,1,100,1\nP1,2,120,1\nP2,1,50,0\nP2,2,50,0\n")
    assert [(e.patient_id, e.day) for e in sheet.events] == [("P2", 50)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(("1", True), ("0", False), ("1:DECEASED", True), ("0:LIVING", False), ("alive", False)),
        *(("Died", True), ("not dead", None), ("2", None), ("no event", False), ("no progression", None)),
    ],
)
def test_truth(text: str, expected: bool | None) -> None:
    assert parse_truth(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("3", 3), ("G3", 3), ("Grade 2", 2), ("3.0", 3), ("0", 0), ("6", None), ("3-4", None), ("", None)],
)
def test_grades(text: str, expected: int | None) -> None:
    assert parse_grade(text) == expected


def test_several_toxicities_of_one_visit_do_not_conflict(tmp_path: Path) -> None:
    head = "id,date,AE term,AE grade,CTCAE version,attribution\n"
    rows = "P1,2024-01-11,Nausea,1,v5,drug\nP1,2024-01-11,Fatigue,3,v5,tumor\nP1,2024-01-12,Rash,NA,v5,drug\n"
    sheet = read(tmp_path, head + rows)
    assert [(t.term, t.grade, t.ctcae_version) for t in sheet.toxicities] == [
        ("Nausea", 1, "5.0"),
        ("Fatigue", 3, "5.0"),
    ]
    assert sheet.counts[RowStatus.MATCHED] == 3
    assert "grade ''" in sheet.rows[2].detail
    again = read(tmp_path, head + rows + "P1,2024-01-11,Nausea,2,v5,drug\n")
    assert again.counts[RowStatus.CONFLICTING] == 2
    assert [t.term for t in again.toxicities] == ["Fatigue"]


def test_treatment_courses(tmp_path: Path) -> None:
    sheet = read(
        tmp_path,
        "id,treatment,treatment start,treatment end,RT dose (cGy),fractions\n"
        "P1,radiotherapy,2024-01-20,2024-03-01,6000,30\n"
        "P1,temozolomide,2024-01-20,,,\n"
        "P2,Biopsy,2024-03-01,2024-02-01,,\n",
    )
    assert [(t.kind, t.start_day, t.end_day, t.dose_gy, t.fractions) for t in sheet.treatments] == [
        ("radiotherapy", 10, 51, 60.0, 30),
        ("chemotherapy", 10, None, None, None),
        ("surgery", None, None, None, None),
    ]
    assert sheet.rows[2].code is Code.DATES_IMPLAUSIBLE


@pytest.mark.parametrize(
    ("head", "cells", "found"),
    [
        ("treatment_start", "2024-01-20", [("other", 10, None)]),
        ("treatment start,treatment end", "2024-01-20,2024-01-30", [("other", 10, 20)]),
        ("rt_start,treatment_end", "2024-01-20,2024-01-30", [("radiotherapy", 10, 20)]),
        ("chemotherapy start day", "12", [("chemotherapy", 12, None)]),
        (
            "RT start,chemotherapy start,RT end",
            "2024-01-20,2024-01-22,2024-01-30",
            [("radiotherapy", 10, 20), ("chemotherapy", 12, None)],
        ),
        ("treatment type,treatment start", "immunotherapy,2024-01-20", [("immunotherapy", 10, None)]),
        ("treatment type,treatment start", "none,2024-01-20", []),
        ("treatment,treatment start", "observation,2024-01-20", []),
        ("treatment start", "", []),
        ("ae_term,ae_grade,start date", "pain,2,2024-01-20", []),
    ],
)
def test_a_date_alone_is_that_of_a_course(
    tmp_path: Path, head: str, cells: str, found: list[tuple[str, int, int | None]]
) -> None:
    sheet = read(tmp_path, f"id,age_years,{head}\nP1,50,{cells}\n")
    assert [(t.kind, t.start_day, t.end_day) for t in sheet.treatments] == found
    assert all(t.agent == "" for t in sheet.treatments)


def test_a_date_that_every_row_says_again_is_one_course(tmp_path: Path) -> None:
    rows = "P1,,2024-01-20\nP1,surgery,2024-01-20\nP1,,2024-01-20\nP2,,2024-01-20\nP2,,2024-02-20\n"
    sheet = read(tmp_path, f"id,treatment,treatment start\n{rows}")
    assert [(t.patient_id, t.kind) for t in sheet.treatments] == [
        ("P1", "surgery"),
        ("P2", "other"),
        ("P2", "other"),
    ]


def test_a_prescription_written_in_the_treatment_is_read(tmp_path: Path) -> None:
    sheet = read(
        tmp_path, "id,treatment\nP1,radiotherapy 60 Gy in 30 fractions with temozolomide\nP2,observation\n"
    )
    assert [(t.kind, t.dose_gy, t.fractions) for t in sheet.treatments] == [
        ("radiotherapy+chemotherapy", 60.0, 30)
    ]
    assert value(sheet, "P2", "treatment") == ["observation"]


IRRADIATED = (
    "VMAT", "vmat_70Gy", "70Gy/35", "brachytherapy", "SABR", "SBRT", "helical tomotherapy", "CyberKnife", "Gamma Knife", "EBRT",
    "WBRT", "carbon ion", "Protons", "3D-CRT", "stereotactic radiosurgery",
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("RT+TMZ", "radiotherapy+chemotherapy"),
        ("gross total resection", "surgery"),
        ("art therapy", "other"),
        ("bevacizumab", "antibody"),
        *((word, "radiotherapy") for word in IRRADIATED),
        *(
            (word, "chemotherapy")
            for word in ("gemcitabine", "capecitabine", "5-FU", "FOLFIRINOX", "R-CHOP", "oxaliplatin")
        ),
        *((word, "other") for word in ("proton pump inhibitor", "cart", "chopped", "ABT-888")),
        *(
            (word, "endocrine")
            for word in ("tamoxifen", "letrozole", "Goserelin 3.6 mg", "enzalutamide", "ADT")
        ),
        ("I-125 seed implant", "radiotherapy"),
        ("CCRT", "radiotherapy+chemotherapy"),
        ("stereotactic biopsy", "surgery"),
    ],
)
def test_treatment_kinds(text: str, kind: str) -> None:
    assert treatment_kind(text) == kind


NOT_GIVEN = (
    "declined RT", "RT refused", "No radiotherapy", "patient did not receive chemotherapy", "radiotherapy not given",
    "declined chemo and RT", "refused surgery and RT", "no surgery/RT", "declined RT/TMZ", "declined RT+TMZ",
    "chemo/RT declined", "surgery and RT declined", "didn't receive RT", "didn’t  receive RT", "w/o RT",
    "not a candidate for RT", "RT: no", "RT: none", "RT - no", "RT contraindicated", "RT has not been given",
    "Neither RT nor chemo", "no RT, chemo or surgery", "no RT, TMZ, or surgery", "no RT & TMZ", "no RT or no chemo",
    "RT not given, nor chemo", "RT (declined)", "RT, declined", "RT, declined due to age", "RT refused by patient",
    "RT offered but declined", "refused to undergo RT", "patient did not consent to RT or chemo", "Treatment: no RT",
    "never irradiated", "tumor not resected", "no tumor resection", "no 5-FU", "no treatment", "declined", "",
    "declined RT, observation", "declined RT, no evidence of disease",
)  # fmt: skip
GIVEN_IN_PART = (
    ("surgery, no RT", "surgery"),
    ("surgery, not radiated", "surgery"),
    ("surgery w/o RT", "surgery"),
    ("surgery - no RT", "surgery"),
    ("surgery (no RT)", "surgery"),
    ("surgery, RT (60 Gy, 30 fx) declined", "surgery"),
    ("surgery, chemo and RT declined", "surgery"),
    ("surgery and declined RT", "surgery"),
    ("surgery, no RT and chemo refused", "surgery"),
    ("patient declined RT and had surgery", "surgery"),
    ("surgery, rest declined", "surgery"),
    ("RT without chemotherapy", "RT"),
    ("RT, not a surgical candidate", "RT"),
    ("surgery + TMZ; RT declined", "surgery, TMZ"),
    ("no RT but temozolomide", "temozolomide"),
    ("no RT, TMZ 75 mg", "TMZ 75 mg"),
    ("no RT, received TMZ and bevacizumab", "TMZ, bevacizumab"),
    ("RT declined and TMZ", "TMZ"),
    ("TMZ instead of RT", "TMZ"),
    ("RT: No. Chemo: yes", "Chemo: yes"),
    ("VMAT 60 Gy/30 fx, no chemo", "VMAT 60 Gy/30 fx"),
)
GIVEN = (
    "RT + TMZ", "chemotherapy NOS", "chemotherapy not otherwise specified", "protocol no. 3: RT + TMZ",
    "protocol no 3: RT", "nodal irradiation", "No residual tumor after RT", "no evidence of disease after RT",
    "RT without complications", "RT not completed", "none",
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [*((text, "") for text in NOT_GIVEN), *GIVEN_IN_PART, *((text, text) for text in GIVEN)],
)
def test_what_a_name_says_was_given(text: str, said: str) -> None:
    assert treatment_given(text) == said


def test_a_finding_denies_no_treatment() -> None:
    assert treatment_kind("No residual tumor after RT") == "radiotherapy"


def test_what_was_declined_is_no_course_and_is_told(tmp_path: Path) -> None:
    sheet = read(
        tmp_path,
        "id,treatment,treatment start,treatment type,chemotherapy start\n"
        "P1,declined RT,2024-01-20,,2024-01-22\n"
        'P2,"surgery, no RT",2024-01-20,,\n'
        "P2,VMAT,2024-03-01,radiotherapy refused,\n",
    )
    assert [(t.patient_id, t.kind, t.start_day) for t in sheet.treatments] == [
        ("P1", "chemotherapy", 12),
        ("P2", "surgery", -12),
    ]
    assert "'declined RT' says what was not given: it is no course" in sheet.rows[0].detail
    assert "'surgery, no RT' says what was not given: 'surgery' is taken as given" in sheet.rows[1].detail
    assert "'radiotherapy refused' says what was not given: it is no course" in sheet.rows[2].detail
    assert value(sheet, "P1", "treatment") == ["declined RT"]


def test_what_one_cell_denies_another_may_have_given(tmp_path: Path) -> None:
    sheet = read(
        tmp_path,
        "id,treatment,drug,treatment type\n"
        "P1,declined RT,temozolomide,\n"
        "P2,RT,declined,\n"
        "P1,no RT,TMZ and bevacizumab,\n"
        "P2,no RT,refused,\n"
        'P2,VMAT,,"radiotherapy, chemo refused"\n',
    )
    assert [(t.patient_id, t.kind, t.agent) for t in sheet.treatments] == [
        ("P1", "chemotherapy", "temozolomide"),
        ("P2", "radiotherapy", "RT"),
        ("P1", "chemotherapy+antibody", "TMZ and bevacizumab"),
        ("P2", "radiotherapy", "VMAT"),
    ]
    assert "'declined RT' says what was not given: 'temozolomide' is taken as given" in sheet.rows[0].detail
    assert "'refused', 'no RT' says what was not given: it is no course" in sheet.rows[3].detail


@pytest.mark.parametrize(
    ("header", "role", "unit", "endpoint"),
    [
        ("SubjectID", Role.PATIENT, None, None),
        ("USUBJID", Role.PATIENT, None, None),
        ("BraTS21ID", Role.PATIENT, None, None),
        ("Patient ID", Role.PATIENT, None, None),
        ("Scan Date", Role.DATE, None, None),
        ("RSDTC", Role.DATE, None, None),
        ("Age at Diagnosis", Role.AGE, None, None),
        ("age_at_scan_days", Role.AGE, "days", None),
        ("Dex dose (mg/day)", Role.STEROID, "mg/day", None),
        ("overall_survival_days", Role.SURVIVAL, "days", "death"),
        ("PFS_months", Role.SURVIVAL, "months", "progression"),
        ("Progression Free Survival", Role.SURVIVAL, None, "progression"),
        ("progression_observed", Role.OBSERVED, None, "progression"),
        ("OS.status", Role.OBSERVED, None, "death"),
        ("Censorship", Role.CENSORING, None, None),
        ("best response", Role.RESPONSE, None, None),
        ("RANO", Role.RESPONSE, None, None),
        ("grade", Role.VALUE, None, None),
        ("tumor_volume_ml", Role.VALUE, "ml", None),
        ("identity", Role.VALUE, None, None),
        ("candidate", Role.VALUE, None, None),
        ("dose_mg", Role.VALUE, "mg", None),
    ],
)
def test_columns_are_known_by_name(header: str, role: Role, unit: str | None, endpoint: str | None) -> None:
    (column,) = recognize([header], {})
    assert (column.role, column.unit, column.endpoint) == (role, unit, endpoint)


def test_units_are_split_off_names() -> None:
    assert split_unit("dexamethasone_mg_per_day") == ("dexamethasone", "mg/day")
    assert split_unit("Age (days)") == ("Age", "days")
    assert split_unit("day") == ("day", None)
    assert split_unit("KPS") == ("KPS", None)


def test_repeated_and_blank_headers_lose_no_cell(tmp_path: Path) -> None:
    sheet = read(tmp_path, "id,score,score,\nP1,1,2,3\n")
    assert {v.name: v.number for v in sheet.values} == {"score": 1.0, "score (2)": 2.0, "column D": 3.0}


def test_a_patient_column_is_found_by_its_cells(tmp_path: Path) -> None:
    sheet = read(tmp_path, "who,score\nP1,1\nP2,2\n")
    assert sheet.counts[RowStatus.MATCHED] == 2
    assert "taken as the patient" in sheet.notices[0].what


def test_no_patient_column_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        read(tmp_path, "a,b\n1,2\n")
    assert caught.value.code is Code.COLUMN_MISSING
    with pytest.raises(SettingsError, match="'wrong'"):
        read(tmp_path, "id,b\nP1,2\n", wrong="age")


def test_sheets_without_patients_are_excluded_row_by_row(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Data dictionary"])
    book.active.append(["score", "0 to 10"])
    data = book.create_sheet("data")
    data.append(["id", "score"])
    data.append(["P1", 3])
    book.save(tmp_path / "book.xlsx")
    sheet = read_clinical(tmp_path / "book.xlsx", ["P1"], {})
    assert [row.status for row in sheet.rows] == [RowStatus.EXCLUDED, RowStatus.EXCLUDED, RowStatus.MATCHED]
    assert dict(sheet.columns) == {"data: id": "patient_id", "data: score": "score"}


def _data(name: str) -> Path:
    folder = os.environ.get("ONCOMETRY_DATA")
    if not folder:
        pytest.skip("ONCOMETRY_DATA names no folder of real data")
    return Path(folder) / "tables" / name


@pytest.mark.data
def test_ispy1_workbook() -> None:
    path = _data("ispy1/ispy1_all.xlsx")
    known = [str(n) for n in range(1001, 1240)]
    sheet = read_clinical(path, known, {})
    assert sheet.counts[RowStatus.MATCHED] == 2 * 221
    assert sheet.counts[RowStatus.CONFLICTING] == 0
    assert all("Dictionary" in row.sheet for row in sheet.rows if row.status is not RowStatus.MATCHED)
    stated = read_clinical(
        path,
        known,
        {},
        {"survDtD2 (tx)": "overall_survival_days", "sstat": "death_observed: 7=0, 8=1, 9="},
    )
    first = [e for e in stated.events if e.patient_id in ("1001", "1003")]
    assert [(e.observed, e.day) for e in first] == [(True, 1264), (False, 2387)]


@pytest.mark.data
def test_plgg_censorship_is_not_guessed() -> None:
    path = _data("plgg_cbtn/y.csv")
    known = {line.split(",")[0] for line in path.read_text().splitlines()[1:]}
    sheet = read_clinical(path, known, {})
    assert sheet.events == ()
    stated = {"Censorship": "progression_observed", "Progression Free Survival": "pfs_months"}
    assert len(read_clinical(path, known, {}, stated).events) == len(known)
