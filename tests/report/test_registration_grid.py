"""The table of registrations."""

from __future__ import annotations

import json

import pytest

from oncometry.report.registration_grid import registration_grid

ROW = {
    "patient_id": "P1",
    "timepoint": 2,
    "scope": "date",
    "fixed_key": "a",
    "moving_key": "b",
    "method": "rigid",
    "quality": 0.3,
    "quality_before": 0.1,
    "translation_mm": 3.25,
    "rotation_deg": 1.5,
    "notices": None,
}


@pytest.mark.parametrize(
    ("code", "shown"), [("TRAILING", ["3.2", "1.5"]), ("SPACING_IMPLAUSIBLE", ["withheld"] * 2)]
)
def test_motion_is_withheld_where_lengths_cannot_be_believed(code: str, shown: list[str]) -> None:
    notices = json.dumps([{"code": code, "what": "said"}])
    series = {key: {"contrast": "T1c", "modality": "MR", "notices": notices} for key in "ab"}
    grid = registration_grid([ROW], series, "r.csv", 10, patients=False)
    (row,) = grid.rows
    texts = [cell if isinstance(cell, str) else cell.text for cell in row]
    assert texts[-3:-1] == shown
