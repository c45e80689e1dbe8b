"""The demo's clinical sheet, written by one room, is read fully by another."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

from oncometry.io.clinical import RowStatus, read_clinical
from oncometry.synthesis import DemoSettings, write_demo


def test_every_cell_of_the_demo_sheet_comes_in(tmp_path: Path) -> None:
    demo = write_demo(tmp_path / "demo", DemoSettings(patients=6, seed=3, tables_only=True))
    with next(demo.folder.rglob("clinical.csv")).open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["patient_id"] in demo.patients]
    anchors: dict[str, date] = {}
    for row in rows:
        anchors.setdefault(row["patient_id"], date.fromisoformat(row["date"]))
    sheet = read_clinical(demo.clinical, demo.patients, anchors)
    assert sheet.counts[RowStatus.MATCHED] == len(rows)
    assert sheet.counts[RowStatus.UNMATCHED] == 1
    assert not [row.detail for row in sheet.rows if row.detail and row.status is RowStatus.MATCHED]
    filled = sum(
        bool(cell) for row in rows for name, cell in row.items() if name not in ("patient_id", "date")
    )
    assert len(sheet.values) == filled
    assert {e.patient_id: (e.day, e.observed) for e in sheet.events} == {
        row["patient_id"]: (int(row["overall_survival_days"]), row["death_observed"] == "1") for row in rows
    }
    assert {t.patient_id: t.start_day for t in sheet.treatments} == {
        r["patient_id"]: (date.fromisoformat(r["treatment_start"]) - anchors[r["patient_id"]]).days
        for r in rows
        if r["treatment"] != "observation"
    }
    days = [(date.fromisoformat(r["date"]) - anchors[r["patient_id"]]).days for r in rows]
    graded = [(t.patient_id, t.term, t.grade, t.day) for t in sheet.toxicities]
    assert graded == [
        (r["patient_id"], r["toxicity_term"], int(r["toxicity_grade"]), day)
        for r, day in zip(rows, days, strict=True)
    ]
