"""Sheets as text: encodings, delimiters, workbooks."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.worksheet.formula import ArrayFormula

from oncometry.core import Code, CorruptInputError, NothingFoundError, UnsupportedError
from oncometry.io.sheet import read_sheet, sniff_delimiter

CELL = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Zs")), max_size=8)


def written(folder: Path, data: bytes, name: str = "sheet.csv") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_encodings_need_no_guess(tmp_path: Path, encoding: str) -> None:
    sheet = read_sheet(written(tmp_path, "id;größe\n1;ä\n".encode(encoding)))
    assert sheet.tables[0].rows[0].cells == ("id", "größe")
    assert sheet.notices == ()


def test_an_old_western_file_is_read_and_announced(tmp_path: Path) -> None:
    sheet = read_sheet(written(tmp_path, "id,größe\n1,ä\n".encode("latin-1")))
    assert sheet.tables[0].rows[1].cells == ("1", "ä")
    assert [notice.code for notice in sheet.notices] == [Code.ENCODING_GUESSED]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_despite_others_in_the_text(delimiter: str) -> None:
    rows = [["id", "note", "dose"], ["a", "one, two; three", "1,5"], ["b", "x|y", "2,5"], ["c", "", ""]]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    assert sniff_delimiter(text.getvalue()) == delimiter


@given(st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=2, max_size=6))
def test_what_csv_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([["id", "a", "b"], *rows])
    path = written(tmp_path_factory.mktemp("csv"), text.getvalue().encode())
    expected = [tuple(cell.strip() for cell in row) for row in rows if any(cell.strip() for cell in row)]
    assert [row.cells for row in read_sheet(path).tables[0].rows[1:]] == expected


def test_a_workbook_keeps_ids_dates_and_all_its_sheets(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    first = book.active
    first.append(["id", "shown", "whole", "part", "day", "stamp", "truth"])
    first.append(["0012", 12, 12.0, 0.1, date(2024, 3, 1), datetime(2024, 3, 1, 9, 30), True])
    first["B2"].number_format = "0000"
    first.append(["1E5"])
    book.create_sheet("hidden").sheet_state = "hidden"
    book["hidden"].append(["x", "y"])
    book.save(tmp_path / "book.xlsx")
    sheet = read_sheet(tmp_path / "book.xlsx")
    assert [table.name for table in sheet.tables] == ["Sheet", "hidden"]
    rows = sheet.tables[0].rows
    assert rows[1].cells == ("0012", "0012", "12", "0.1", "2024-03-01", "2024-03-01 09:30:00", "TRUE")
    assert rows[2].cells[0] == "1E5"
    assert rows[2].number == 3


def test_a_formula_without_a_stored_value_is_announced(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["id", "sum"])
    book.active.append(["a", "=1+1"])
    book.save(tmp_path / "book.xlsx")
    sheet = read_sheet(tmp_path / "book.xlsx")
    assert sheet.tables[0].rows[1].cells == ("a", "=1+1")
    assert sheet.notices[0].code is Code.VALUE_MISSING
    assert "B2" in sheet.notices[0].what


def test_every_kind_of_formula_without_a_stored_value_is_seen_and_an_empty_text_is_none(
    tmp_path: Path,
) -> None:
    book = openpyxl.Workbook()
    book.active.append(["id", "array", "shared", "table", "text"])
    book.active.append(["a", ArrayFormula("B2", "=SUM(A1:A2)"), "=x", "=x", "=x"])
    book.save(tmp_path / "book.xlsx")
    cells = {
        b'<c r="C2"><f>x</f><v />': b'<c r="C2"><f t="shared" si="0" ref="C2">B1+1</f><v />',
        b'<c r="D2"><f>x</f><v />': b'<c r="D2"><f t="dataTable" ref="D2" r1="A1" /><v />',
        b'<c r="E2"><f>x</f><v />': b'<c r="E2" t="str"><f>IF(A2=1,1,"")</f><v></v>',
    }
    with zipfile.ZipFile(tmp_path / "book.xlsx") as source, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as made:
        for item in source.namelist():
            data = source.read(item)
            for old, new in cells.items():
                assert item != "xl/worksheets/sheet1.xml" or old in data
                data = data.replace(old, new)
            made.writestr(item, data)
    sheet = read_sheet(tmp_path / "b.xlsx")
    assert sheet.tables[0].rows[1].cells == ("a", "=SUM(A1:A2)", "=B1+1", "=?", "")
    assert "B2, C2, D2." in sheet.notices[0].what


def test_a_wrong_stated_size_hides_no_rows(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for n in range(4):
        book.active.append([n, n])
    book.save(tmp_path / "book.xlsx")
    lying = tmp_path / "lying.xlsx"
    with zipfile.ZipFile(tmp_path / "book.xlsx") as source, zipfile.ZipFile(lying, "w") as target:
        for item in source.namelist():
            target.writestr(item, source.read(item).replace(b'ref="A1:B4"', b'ref="A1:A1"'))
    assert [len(row.cells) for row in read_sheet(lying).tables[0].rows] == [2, 2, 2, 2]


@pytest.mark.parametrize(
    ("data", "error", "code"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), UnsupportedError, Code.UNSUPPORTED_TYPE),
        (b"abc\0def", UnsupportedError, Code.UNSUPPORTED_TYPE),
        (b"PK\x03\x04 not a zip", CorruptInputError, Code.CORRUPT),
        (b"\xff\xfeabc", CorruptInputError, Code.CORRUPT),
        (b"id,note\n1," + b"x" * 200_000, CorruptInputError, Code.CORRUPT),
        (b"\n \n,,\n", NothingFoundError, Code.NOTHING_FOUND),
    ],
)
def test_what_is_no_sheet_is_refused(tmp_path: Path, data: bytes, error: type[Exception], code: Code) -> None:
    with pytest.raises(error) as caught:
        read_sheet(written(tmp_path, data))
    assert caught.value.code is code  # type: ignore[attr-defined]


def test_an_archive_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("readme", "hello")
    with pytest.raises(CorruptInputError, match="no XLSX workbook"):
        read_sheet(tmp_path / "a.xlsx")


def test_a_workbook_that_unpacks_too_large_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "")
        with archive.open("xl/bomb.xml", "w", force_zip64=True) as member:
            for _ in range(600):
                member.write(bytes(2**20))
    with pytest.raises(CorruptInputError) as caught:
        read_sheet(tmp_path / "a.xlsx")
    assert caught.value.code is Code.TOO_LARGE


@pytest.mark.parametrize("name", ["~$f.xlsx", "~$f.csv", ".~lock.f.xlsx#"])
def test_the_lock_file_of_a_sheet_is_named_as_such(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnsupportedError, match="lock file") as caught:
        read_sheet(written(tmp_path, b"\x05Maria" + b" " * 100, name))
    assert caught.value.code is Code.UNSUPPORTED_TYPE


def test_a_workbook_with_the_name_of_a_lock_file_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["id", "age"])
    book.save(tmp_path / "~$f.xlsx")
    assert read_sheet(tmp_path / "~$f.xlsx").tables[0].rows[0].cells == ("id", "age")
