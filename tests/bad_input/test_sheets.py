"""Clinical sheets: each row matched, unmatched, conflicting or excluded; what is no sheet is refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from oncometry.core import OncometryError
from oncometry.io.clinical import read_clinical
from oncometry.io.clinical.result import ClinicalSheet, RowStatus

from .row import BadInput, Outcome
from .sheet_rows import KNOWN, SHEET_ROWS

VARIANTS = [pytest.param(v, id=v.name) for row in SHEET_ROWS for v in row.variants]


def _read(folder: Path) -> ClinicalSheet:
    (sheet,) = folder.iterdir()
    return read_clinical(sheet, KNOWN, dict.fromkeys(KNOWN, date(2020, 1, 1)))


@pytest.mark.parametrize("bad", VARIANTS)
def test_sheet(bad: BadInput, tmp_path: Path) -> None:
    bad.make(tmp_path)
    if bad.outcome is Outcome.REFUSED:
        with pytest.raises(OncometryError) as caught:
            _read(tmp_path)
        assert str(caught.value.code) == bad.code
        assert caught.value.path is not None
        assert all(part in str(caught.value) for part in bad.told)
        return
    sheet = _read(tmp_path)
    codes = {str(row.code): row.detail for row in sheet.rows if row.code} | {
        str(n.code): str(n) for n in sheet.notices
    }
    if bad.code is not None:
        assert bad.code in codes
        assert all(part in codes[bad.code] for part in bad.told)
    if bad.outcome is not Outcome.WITHHELD:
        assert {row.status for row in sheet.rows} == {RowStatus.MATCHED}
    assert {row.patient_id for row in sheet.rows if row.status is RowStatus.MATCHED} <= set(KNOWN)


def test_ids_stay_text_and_commas_are_decimal(tmp_path: Path) -> None:
    rows = {v.name: v for row in SHEET_ROWS for v in row.variants}
    for name, patient in (("id 0012", "0012"), ("id 1E5", "1E5")):
        (tmp_path / patient).mkdir()
        rows[name].make(tmp_path / patient)
        assert [row.patient_id for row in _read(tmp_path / patient).rows] == [patient]
    (tmp_path / "comma").mkdir()
    rows["decimal commas"].make(tmp_path / "comma")
    assert [value.number for value in _read(tmp_path / "comma").values] == [12.5, 7.5]


@pytest.mark.parametrize(
    ("name", "column"), [("sex 1 and 2, without a word of what they mean", "sex"), ("ages in days", "age")]
)
def test_a_code_is_not_made_a_word_and_days_are_not_years(tmp_path: Path, name: str, column: str) -> None:
    rows = {v.name: v for row in SHEET_ROWS for v in row.variants}
    rows[name].make(tmp_path)
    values = [v for v in _read(tmp_path).values if column in v.name]
    assert all(v.text not in ("M", "F", "male", "female") for v in values)
    assert all(v.number is None or column != "age" or v.unit == "days" or v.number < 120 for v in values)
