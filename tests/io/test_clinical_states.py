"""The state of a patient in a clinical sheet: kept as it stands, and said where response cannot use it."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path

import pytest

from oncometry.core import ClinicalState, ClinicalStatus, Code, SurroundingChange
from oncometry.io import read_visit_states
from oncometry.io.clinical import ClinicalSheet, RowStatus, read_clinical
from oncometry.io.clinical.states import STATE_COLUMNS, state_column

CELLS = {
    "clinical_status": ("Stable", ClinicalStatus.STABLE, "alive"),
    "steroid_mg": ("4.5", 4.5, "much"),
    "steroid_replacement": ("no", False, "maybe"),
    "antiangiogenic": ("1", True, "bevacizumab"),
    "weeks_since_radiotherapy": ("13.5", 13.5, "long"),
    "outside_radiation_field": ("0", False, "2"),
    "histology_tumor": ("YES", True, "tumor"),
    "t2_flair": ("increased", SurroundingChange.INCREASED, "yes"),
    "enhancement_increased": ("t", True, "increased"),
    "new_symptoms": ("n", False, "headache"),
}
"""Column -> a cell, what it says, and one that says nothing."""


def sheet_of(folder: Path, header: str, row: str) -> ClinicalSheet:
    path = folder / "visits.csv"
    path.write_text(f"{header}\n{row}\n", encoding="utf-8")
    return read_clinical(path, ["p1"], {"p1": date(2024, 1, 10)})


def test_every_state_has_a_case() -> None:
    assert CELLS.keys() == STATE_COLUMNS.keys()


@pytest.mark.parametrize("name", CELLS)
def test_a_sheet_and_a_table_of_visits_say_the_same(tmp_path: Path, name: str) -> None:
    cell, said, _ = CELLS[name]
    sheet = sheet_of(tmp_path, f"patient,day,{name}", f"p1,0,{cell}")
    (row,) = sheet.rows
    assert (row.status, row.code) == (RowStatus.MATCHED, None)
    (value,) = sheet.values
    column = state_column(value.name)
    assert column is not None
    (visit,) = read_visit_states(tmp_path / "visits.csv")
    assert column.read(value.text, value.number) == said == getattr(visit.state, column.field)
    assert visit.state != ClinicalState()


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_that_says_nothing_of_the_patient_is_told(tmp_path: Path, name: str) -> None:
    cell = CELLS[name][2]
    sheet = sheet_of(tmp_path, f"patient,day,{name}", f"p1,0,{cell}")
    (row,) = sheet.rows
    assert (row.status, row.code) == (RowStatus.MATCHED, Code.COLUMN_GUESSED)
    assert f"{name} {cell!r} is not {STATE_COLUMNS[name].wanted}" in row.detail
    (value,) = sheet.values
    column = state_column(value.name)
    assert column is not None
    assert column.read(value.text, value.number) is None


@pytest.mark.parametrize(
    "name", ["Steroid_mg", "dexamethasone_mg", "dexamethasone_mg_per_day", "Steroids (mg/day)"]
)
def test_a_daily_dose_goes_by_several_names(tmp_path: Path, name: str) -> None:
    (value,) = sheet_of(tmp_path, f"patient,day,{name}", "p1,0,8").values
    column = state_column(value.name)
    assert column is not None
    assert (column.field, column.read(value.text, value.number)) == ("steroid_mg", 8.0)


def test_a_dose_below_zero_is_told(tmp_path: Path) -> None:
    (row,) = sheet_of(tmp_path, "patient,day,steroid_mg", "p1,0,-2").rows
    assert "steroid_mg '-2' is not a dose in mg" in row.detail


def test_no_radiotherapy_is_a_word() -> None:
    weeks = STATE_COLUMNS["weeks_since_radiotherapy"]
    assert weeks.read("Never", None) == math.inf
    assert weeks.read("-3", -3.0) == -3.0


def test_text_that_two_numbers_may_be_is_no_dose() -> None:
    assert STATE_COLUMNS["steroid_mg"].read("1.234", None) is None


def test_other_columns_say_no_state() -> None:
    assert state_column("kps") is None
    assert state_column("clinical_status (2)") is None
