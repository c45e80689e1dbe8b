"""The clinical sheet: what is measured of a patient stays, whose it is goes."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from oncometry.core import SettingsError
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
    (table,) = clean_sheet(path, {"0012"}, KEY, settings, columns)
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
    tables = clean_sheet(tmp_path / "a.xlsx", {"0012"}, KEY, EVERY, {})
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
    copy = tmp_path / "out" / "clinical" / "sheet-1.csv"
    after = read_clinical(copy, {pseudonym}, {pseudonym: date.fromordinal(first.toordinal() + shift)})
    days = [[(v.name, v.day, v.number) for v in s.values if v.name in ("kps",)] for s in (before, after)]
    assert days[0] == days[1] != []
    assert all(b"ZQ" not in p.read_bytes() for p in (tmp_path / "out").rglob("*") if p.is_file())
    assert "sheet,treatment,temozolomide,1" in (tmp_path / "out" / "review" / "review.csv").read_text()
