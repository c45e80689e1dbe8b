"""Cells that should have a value and have none: formulas that nobody computed, errors of a spreadsheet."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from oncometry.core import Code
from oncometry.io.clinical import ClinicalSheet, RowStatus, read_clinical

ANCHOR = {"P1": date(2024, 1, 10), "P2": date(2024, 2, 1)}
ERRORS = ("#REF!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#VALUE!", "#N/A", "#SPILL!", "#BEZUG!", "#NV")


def book(folder: Path, *rows: tuple[object, ...]) -> ClinicalSheet:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
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
    assert f"{header} {formula!r}: a formula without a value; open the sheet in Excel and save it" in first.detail
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
