"""The clinical sheet: what is measured of a patient stays, whose it is goes."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from oncometry.core import Code, SettingsError
from oncometry.io.clinical import read_clinical
from oncometry.io.deidentify import Beside, DeidentifySettings, Key, ProfileOption, deidentify
from oncometry.io.deidentify.sheet import clean_sheet

from .answer_key import base, save

KEY = Key(bytes(range(32)))
EVERY = DeidentifySettings(options=frozenset(ProfileOption))
SHEET = """patient_id,name,mrn,date,birth date,age,sex,response,kps,phone,zip,birth year,treatment,remarks,dead,visit
0012,ZQ Adams,998877,2020-02-28,1940-01-01,93,F,PR,90,0612345678,1234,1940,ZQ gave temozolomide,ZQ was here,1,week 4
13,ZQ Baker,112233,2020-03-01,1950-01-01,61,M,SD,80,0611111111,2345,1950,none,ZQ 2020,0,with ZQ
"""


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines()))


def cleaned(path: Path, settings: DeidentifySettings = EVERY, **columns: str) -> list[dict[str, str]]:
    (table,) = clean_sheet(path, {"0012"}, KEY, settings, columns).tables
    return rows(table)


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "patients.csv"
    path.write_text(SHEET)
    return path


def test_only_what_is_understood_stays(sheet: Path) -> None:
    first, second = cleaned(sheet)
    moved = [
        date.fromisoformat(row["date"]) - date.fromisoformat(day)
        for row, day in ((first, "2020-02-28"), (second, "2020-03-01"))
    ]
    assert [step.days for step in moved] == [KEY.day_shift("0012"), KEY.day_shift("13")]
    for row in (first, second):
        del row["date"]
    assert first == {
        "patient_id": KEY.pseudonym("0012"), "age": "90", "sex": "F", "response": "PR", "kps": "90",
        "treatment": "temozolomide", "dead": "1", "visit": "week 4",
    }  # fmt: skip
    assert second == {
        "patient_id": KEY.pseudonym("13"), "age": "61", "sex": "M", "response": "SD", "kps": "80",
        "treatment": "none", "dead": "0", "visit": "",
    }  # fmt: skip


def test_the_basic_profile_keeps_no_date_age_or_sex(sheet: Path) -> None:
    assert not {"date", "age", "sex"} & cleaned(sheet, DeidentifySettings())[0].keys()


def test_text_that_is_named_stays_but_for_dates_and_the_patient(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("patient_id,idh\n0012,mutant\n13,of 13 wildtype\n14,tested 2020-03-01\n")
    assert [row["idh"] for row in cleaned(path, idh="idh")] == ["mutant", "", ""]
    assert "idh" not in cleaned(path)[0]


def test_ids_are_matched_as_the_import_does(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("patient_id,kps\n12,90\n")
    assert cleaned(path)[0]["patient_id"] == KEY.pseudonym("0012")


def test_a_workbook_gives_a_table_a_sheet_and_drops_explanations(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for name, header in (
        ("ZQ", ("patient_id", "kps")),
        ("B", ("subject", "weight_kg")),
        ("C", ("ZQ", "about")),
    ):
        page = book.create_sheet(name)
        page.append(header)
        page.append(("0012" if name != "C" else "ZQ text", 70))
    del book["Sheet"]
    book.save(tmp_path / "a.xlsx")
    tables = clean_sheet(tmp_path / "a.xlsx", {"0012"}, KEY, EVERY, {}).tables
    pseudonym = KEY.pseudonym("0012")
    assert tables == [f"patient_id,kps\n{pseudonym},70\n", f"subject,weight_kg\n{pseudonym},70\n"]


def test_a_sheet_without_patients_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x,y\n1,2\n")
    with pytest.raises(SettingsError, match="no column of the sheet holds the patient"):
        clean_sheet(tmp_path / "a.csv", set(), KEY, EVERY, {})


def test_days_from_the_first_scan_are_kept(tmp_path: Path, sheet: Path) -> None:
    """What the import makes of the clean sheet against clean scans is what it makes of the originals."""
    save(base(patient="0012", date="20200131"), tmp_path / "in" / "a.dcm")
    done = deidentify([tmp_path / "in"], tmp_path / "out", KEY, EVERY, beside=Beside(clinical=sheet))
    assert (done.files, done.written) == (2, 2)
    original, first = "0012", date(2020, 1, 31)
    pseudonym, shift = KEY.pseudonym(original), KEY.day_shift(original)
    before = read_clinical(sheet, {original}, {original: first})
    (copy,) = (tmp_path / "out" / place for place in done.sheets)
    after = read_clinical(copy, {pseudonym}, {pseudonym: date.fromordinal(first.toordinal() + shift)})
    days = [[(v.name, v.day, v.number) for v in s.values if v.name in ("kps",)] for s in (before, after)]
    assert days[0] == days[1] != []
    assert all(b"ZQ" not in p.read_bytes() for p in (tmp_path / "out").rglob("*") if p.is_file())
    assert "sheet,treatment,temozolomide,1" in (tmp_path / "out" / "review" / "review.csv").read_text()


HOSTILE = """patient_id,volume 2020-02-28 Dr Jansen,postcode,zipcode,hospitalnumber,bsn,geburtsjahr,"Smith, John",sex,visit
SUBJ1,3,1012,1234,123,9999,1944,1,Smith,12.03.85
SUBJ2,4,2033,1811,124,9998,99,2,f,555-123-456
SUBJ3,4,2033,1811,124,9998,99,2,m,week-012-2
"""


def test_columns_that_are_not_known_go_with_their_headers(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(HOSTILE)
    clean = clean_sheet(tmp_path / "a.csv", set(), KEY, EVERY, {})
    people = [KEY.pseudonym(f"SUBJ{n}") for n in (1, 2, 3)]
    assert clean.tables == [
        f"patient_id,sex,visit\n{people[0]},,\n{people[1]},f,\n{people[2]},m,week-012-2\n"
    ]
    assert clean.columns_left_out == [f"table 1: column {letter}" for letter in "BCDEFGH"]
    assert clean.cells_left_out == {("sex", Code.NAME_UNSAFE): 1, ("visit", Code.NAME_UNSAFE): 2}


@pytest.mark.parametrize("header", ["score of 2020-02-28", "SUBJ1", "score SUBJ1"])
def test_a_named_column_whose_header_identifies_goes(tmp_path: Path, header: str) -> None:
    (tmp_path / "a.csv").write_text(f"patient_id,{header}\nSUBJ1,3\n")
    clean = clean_sheet(tmp_path / "a.csv", set(), KEY, EVERY, {header: header})
    assert clean.columns_left_out == ["table 1: column B"]
    assert "SUBJ1" not in clean.tables[0]


def test_a_censoring_column_is_no_place_for_words(tmp_path: Path) -> None:
    for header, left in (("censored by Jansen", {}), ("OS_censored", {"OS_censored": "0"})):
        (tmp_path / "a.csv").write_text(f"patient_id,{header}\n1,0\n")
        assert cleaned(tmp_path / "a.csv") == [{"patient_id": KEY.pseudonym("1"), **left}]


@pytest.mark.parametrize(
    ("cell", "with_dates", "without"),
    [
        ("20200228", "moved", ""),
        ("43889", "unclear", ""),
        ("-14", "-14", "-14"),
        ("01/02/2020", "unclear", ""),
    ],
)
def test_a_start_of_treatment_is_a_date_or_a_day(
    tmp_path: Path, cell: str, with_dates: str, without: str
) -> None:
    (tmp_path / "a.csv").write_text(f"patient_id,treatment_start\n13,{cell}\n")
    moved = date(2020, 2, 28).fromordinal(date(2020, 2, 28).toordinal() + KEY.day_shift("13")).isoformat()
    for settings, wanted in ((EVERY, with_dates), (DeidentifySettings(), without)):
        (row,) = cleaned(tmp_path / "a.csv", settings)
        assert row["treatment_start"] == (moved if wanted == "moved" else wanted)


def test_a_date_that_may_be_two_is_told_and_the_import_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("patient_id,date,kps\n1,01/02/2020,90\n2,03/04/2020,80\n")
    clean = clean_sheet(tmp_path / "a.csv", {"1", "2"}, KEY, EVERY, {})
    assert clean.cells_left_out == {("date", Code.DATE_MISSING): 2}
    (tmp_path / "b.csv").write_text(clean.tables[0])
    people = {KEY.pseudonym(n): date(2019, 1, 1) for n in "12"}
    assert {row.code for row in read_clinical(tmp_path / "b.csv", set(people), people).rows} == {
        Code.DATE_MISSING
    }


def test_another_sheet_leaves_the_first_where_it_is(tmp_path: Path) -> None:
    save(base(patient="0012"), tmp_path / "in" / "a.dcm")
    said = []
    for name, value in (("a.csv", 1), ("b.csv", 2), ("a.csv", 3)):
        (tmp_path / name).write_text(f"patient_id,kps\n0012,{value}\n")
        deidentify([tmp_path / "in"], tmp_path / "out", KEY, EVERY, beside=Beside(clinical=tmp_path / name))
        said.append(sorted(p.read_text()[-2:-1] for p in (tmp_path / "out" / "clinical").iterdir()))
    assert said == [["1"], ["1", "2"], ["2", "3"]]


def test_the_review_lists_headers_and_visits(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('patient_id,visit,kps,note\n0012,4,90,"555-123"\n')
    save(base(patient="0012"), tmp_path / "in" / "a.dcm")
    beside = Beside(clinical=tmp_path / "a.csv", columns={"note": "note"})
    deidentify([tmp_path / "in"], tmp_path / "out", KEY, EVERY, beside=beside)
    review = (tmp_path / "out" / "review" / "review.csv").read_text().splitlines()
    assert {f"sheet,header,{h},1" for h in ("patient_id", "visit", "kps", "note")} <= set(review)
    assert {"sheet,visit,4,1", "sheet,note,555-123,1"} <= set(review)


def test_what_two_columns_say_of_one_meaning_stays_two(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("patient_id,age,age,date,scan date\n1,50,51,2020-03-01,2020-03-02\n")
    (tmp_path / "clean.csv").write_text(clean_sheet(tmp_path / "a.csv", {"1"}, KEY, EVERY, {}).tables[0])
    (row,) = read_clinical(tmp_path / "clean.csv", {KEY.pseudonym("1")}, {}).rows
    assert row.code is Code.ROW_CONFLICTING
    assert "'50' here, but age (2) is '51'" in row.detail
    assert "scan date is" in row.detail


def test_a_row_that_names_two_patients_refuses_the_sheet(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("patient_id,subject,age\nJANSEN,MEIER,50\n")
    with pytest.raises(SettingsError) as caught:
        clean_sheet(tmp_path / "a.csv", {"JANSEN", "MEIER"}, KEY, EVERY, {})
    assert caught.value.code is Code.PATIENT_CONFLICT
    assert not {"JANSEN", "MEIER"} & set(str(caught.value).replace("'", " ").split())


def test_a_cell_that_lacks_its_value_is_counted(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("patient_id,age,kps\n1,#REF!,=A9\n")
    clean = clean_sheet(tmp_path / "a.csv", {"1"}, KEY, EVERY, {})
    assert dict(clean.cells_left_out) == {("age", Code.VALUE_MISSING): 1}
    assert rows(clean.tables[0]) == [{"patient_id": KEY.pseudonym("1"), "age": ""}]


DENIED = (
    ("declined RT", "", "", "2020-02-10", "declined"),
    ("RT refused", "", "60", "", "declined"),
    ("VMAT", "radiotherapy refused", "", "2020-02-10", "VMAT"),
    ("surgery, no RT", "", "", "2020-02-10", "surgery, rest declined"),
    ("surgery by Dr Jansen, no RT", "", "", "", "surgery, rest declined"),
    ("declined RT, ABT-888", "", "", "2020-02-10", "other, rest declined"),
    ("RT", "", "60", "2020-02-10", "RT"),
)
"""Treatment, its type, Gy, start, and what stays of the first."""


def test_what_was_declined_does_not_become_what_was_given(tmp_path: Path) -> None:
    """The clean sheet has the courses of the original, with whatever stands beside the denial."""
    people = [f"SUBJ{n}" for n in range(len(DENIED))]
    with (tmp_path / "a.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["patient_id", "treatment", "treatment type", "RT dose (Gy)", "treatment start"])
        table.writerows([who, *cells] for who, (*cells, _) in zip(people, DENIED, strict=True))
    clean = clean_sheet(tmp_path / "a.csv", set(), KEY, EVERY, {})
    assert [row["treatment"] for row in rows(clean.tables[0])] == [kept for *_, kept in DENIED]
    (tmp_path / "b.csv").write_text(clean.tables[0])
    first = date(2020, 1, 31)
    moved = {KEY.pseudonym(w): date.fromordinal(first.toordinal() + KEY.day_shift(w)) for w in people}
    before = read_clinical(tmp_path / "a.csv", set(people), dict.fromkeys(people, first)).treatments
    after = read_clinical(tmp_path / "b.csv", set(moved), moved).treatments
    assert [(t.patient_id, t.kind) for t in before] == [
        ("SUBJ3", "surgery"), ("SUBJ4", "surgery"), ("SUBJ5", "other"), ("SUBJ6", "radiotherapy"),
    ]  # fmt: skip
    courses = [(KEY.pseudonym(t.patient_id), t.kind, t.start_day, t.dose_gy) for t in before]
    assert [(t.patient_id, t.kind, t.start_day, t.dose_gy) for t in after] == courses
    assert "ABT" not in clean.tables[0]
    assert "Jansen" not in clean.tables[0]


def test_a_denial_behind_a_code_is_one_in_the_clean_sheet(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("patient_id,arm,treatment start\n1,N,2020-02-10\n")
    clean = clean_sheet(tmp_path / "a.csv", {"1"}, KEY, EVERY, {"arm": "treatment: N=declined RT"})
    assert rows(clean.tables[0])[0]["arm"] == "declined"
