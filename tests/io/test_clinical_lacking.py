"""Cells that should have a value and have none: formulas that nobody computed, errors of a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from oncometry.core import Code, NothingFoundError
from oncometry.io.clinical import ClinicalSheet, RowStatus, check_clinical, read_clinical

ANCHOR = {"P1": date(2024, 1, 10), "P2": date(2024, 2, 1)}
ERRORS = ("#REF!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#VALUE!", "#N/A", "#SPILL!", "#BEZUG!", "#NV")


def book(folder: Path, *rows: tuple[object, ...]) -> ClinicalSheet:
    return book_of(folder, {"data": rows})


def book_of(folder: Path, sheets: Mapping[str, Sequence[tuple[object, ...]]]) -> ClinicalSheet:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        page = made.create_sheet(name)
        for row in rows:
            page.append(row)
    made.save(folder / "sheet.xlsx")
    return read_clinical(folder / "sheet.xlsx", ANCHOR, ANCHOR)


@pytest.mark.parametrize("formula", ["=NOW()", "=1/0", "=A1"])
@pytest.mark.parametrize("header", ["age", "date", "score", "overall_survival_days"])
def test_a_formula_without_a_value_is_no_value_and_the_row_says_so(
    tmp_path: Path, formula: str, header: str
) -> None:
    sheet = book(tmp_path, ("id", header, "kps"), ("P1", formula, 90), ("P2", None, 80))
    assert [(v.name, v.number) for v in sheet.values] == [("kps", 90.0), ("kps", 80.0)]
    first, second = sheet.rows
    assert (first.status, first.code, second.code) == (RowStatus.MATCHED, Code.VALUE_MISSING, None)
    assert (
        f"{header} {formula!r}: a formula without a value; open the sheet in Excel and save it"
        in first.detail
    )
    assert first.cells[header] == formula


@pytest.mark.parametrize("error", ERRORS)
def test_an_error_of_a_spreadsheet_is_no_value(tmp_path: Path, error: str) -> None:
    sheet = book(tmp_path, ("id", "age", "note"), ("P1", error, error))
    (tmp_path / "sheet.csv").write_text(f"id,age,note\nP1,{error},{error}\n")
    for found in (sheet, read_clinical(tmp_path / "sheet.csv", ANCHOR, ANCHOR)):
        assert not found.values
        assert found.rows[0].code is Code.VALUE_MISSING
        assert f"age {error!r}, note {error!r}: an error of the spreadsheet" in found.rows[0].detail


@pytest.mark.parametrize("text", ["#1", "# 2!", "#", "= ", "PR = 1", "a!"])
def test_a_text_that_looks_a_little_like_one_stays(tmp_path: Path, text: str) -> None:
    sheet = book(tmp_path, ("id", "note"), ("P1", text))
    assert [v.text for v in sheet.values] == [text.strip()]


def test_a_patient_that_is_a_formula_is_told_and_no_row_is_lost(tmp_path: Path) -> None:
    sheet = book(tmp_path, ("id", "age"), ("=A9", 50), ("=A9", "=B9"), ("P1", 51))
    assert [row.status for row in sheet.rows] == [RowStatus.EXCLUDED, RowStatus.EXCLUDED, RowStatus.MATCHED]
    assert all("a formula without a value" in row.detail for row in sheet.rows[:2])


def test_a_column_whose_header_has_no_value_is_named_by_its_place(tmp_path: Path) -> None:
    sheet = book(tmp_path, ("id", "=A9", "#REF!"), ("P1", 3, 4))
    assert [(v.name, v.number) for v in sheet.values] == [("column B", 3.0), ("column C", 4.0)]
    assert "B1" in sheet.notices[0].what


def test_a_column_that_is_ignored_lacks_nothing(tmp_path: Path) -> None:
    (tmp_path / "sheet.csv").write_text("id,age,note\nP1,50,#REF!\n")
    sheet = read_clinical(tmp_path / "sheet.csv", ANCHOR, ANCHOR, {"note": "ignore"})
    assert sheet.rows[0].code is None


@pytest.mark.parametrize(
    "text", ["patient_id,age\n", "id,age\n\n,,\n", "Study table,\npatient_id,age\n", "x,y\n", "x\n"]
)
def test_a_header_alone_is_no_sheet(tmp_path: Path, text: str) -> None:
    (tmp_path / "sheet.csv").write_text(text)
    with pytest.raises(NothingFoundError, match="no rows below the header") as caught:
        read_clinical(tmp_path / "sheet.csv", ANCHOR, ANCHOR)
    assert caught.value.code is Code.NOTHING_FOUND
    with pytest.raises(NothingFoundError, match="no rows below the header"):
        check_clinical(tmp_path / "sheet.csv")


def test_a_header_alone_beside_a_page_of_notes_is_no_sheet_either(tmp_path: Path) -> None:
    with pytest.raises(NothingFoundError, match="no rows below the header"):
        book_of(tmp_path, {"notes": [("score", "0 to 10"), ("kps", "0 to 100")], "data": [("id", "score")]})
    check_clinical(tmp_path / "sheet.xlsx")  # a page of notes may be one of patients, as far as names tell


@pytest.mark.parametrize(
    "text", ["who,kind\nP1,case\n", "P1\nP2\nP1\n", "who\nP1\n", "id,age\nP1,3\nid,age\n"]
)
def test_rows_below_a_header_are_seen(tmp_path: Path, text: str) -> None:
    (tmp_path / "sheet.csv").write_text(text)
    check_clinical(tmp_path / "sheet.csv")
    assert any(
        row.patient_id is not None for row in read_clinical(tmp_path / "sheet.csv", ANCHOR, ANCHOR).rows
    )
