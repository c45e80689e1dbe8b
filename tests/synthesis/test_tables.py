"""The cohort without images: consistent, fast, the same bytes."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from lifelines.utils import concordance_index
from openpyxl import load_workbook

from oncometry.core import Code, SettingsError
from oncometry.synthesis import DemoSettings, write_demo
from oncometry.synthesis.patient import make_tabled_patient


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tables")
    write_demo(folder, DemoSettings(patients=60, tables_only=True))
    return folder


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_one_clinical_row_a_visit_and_one_that_matches_nothing(cohort: Path) -> None:
    rows = _rows(cohort / "clinical.csv")
    assert len(rows) == 60 * 3 + 1
    assert [r["patient_id"] for r in rows if r["treatment"] == "screening failure"] == ["DEMO-999"]
    assert all(r["origin"].startswith("synthetic") for r in rows)


def test_treatment_starts_between_the_first_two_visits(cohort: Path) -> None:
    own: dict[str, list[dict[str, str]]] = {}
    for row in _rows(cohort / "clinical.csv")[:-1]:
        own.setdefault(row["patient_id"], []).append(row)
    starts = {}
    for patient, rows in own.items():
        (starts[patient],) = {row["treatment_start"] for row in rows}
        observed = rows[0]["treatment"] == "observation"
        assert observed == (starts[patient] == "")
        assert observed or rows[0]["date"] < starts[patient] < rows[1]["date"]
        if not observed:
            assert rows[0]["toxicity_term"] not in ("Dermatitis radiation", "Platelet count decreased")
    told = json.loads((cohort / "truth.json").read_text(encoding="utf-8"))["patients"]
    assert starts == {p["patient_id"]: p["treatment_start"] or "" for p in told}


def test_the_workbook_says_the_same_as_the_text(cohort: Path) -> None:
    sheet = load_workbook(cohort / "clinical.xlsx").active
    rows = list(sheet.values)
    text = _rows(cohort / "clinical.csv")
    assert list(rows[0]) == list(text[0])
    assert [r[1] for r in rows[1:]] == [r["patient_id"] for r in text]
    assert [r[3].date().isoformat() for r in rows[1:]] == [r["date"] for r in text]
    at = rows[0].index("treatment_start")
    assert [r[at].date().isoformat() if r[at] else "" for r in rows[1:]] == [
        r["treatment_start"] for r in text
    ]


def test_compartments_add_up(cohort: Path) -> None:
    rows = _rows(cohort / "truth.csv")
    parts: dict[tuple[str, ...], dict[str, float]] = {}
    for r in rows:
        key = (r["patient_id"], r["timepoint"], r["lesion"], r["part"])
        parts.setdefault(key, {})[r["compartment"]] = float(r["volume_ml"])
    for volumes in parts.values():
        assert volumes["whole"] == pytest.approx(volumes["core"] + volumes["edema"], abs=1e-3)
        assert volumes["core"] == pytest.approx(volumes["enhancing"] + volumes["necrosis"], abs=1e-3)


def test_every_kind_of_event_is_there(cohort: Path) -> None:
    events = {r["event"] for r in _rows(cohort / "truth.csv")}
    assert events == {"", "appeared", "vanished", "split"}
    responses = {r["response"] for r in _rows(cohort / "clinical.csv")}
    assert {"PR", "SD", "PD"} <= responses


def test_progression_is_told_only_where_tumor_grew_or_is_new(cohort: Path) -> None:
    truth = _rows(cohort / "truth.csv")
    for row in _rows(cohort / "clinical.csv"):
        if row["response"] != "PD":
            continue
        volume = {
            t: sum(
                float(r["volume_ml"])
                for r in truth
                if r["patient_id"] == row["patient_id"]
                and r["compartment"] == "enhancing"
                and int(r["timepoint"]) == t
            )
            for t in range(1, int(row["visit"]) + 1)
        }
        here = [r for r in truth if r["patient_id"] == row["patient_id"] and r["timepoint"] == row["visit"]]
        new = any(r["event"] == "appeared" for r in here)
        assert new or volume.pop(int(row["visit"])) > 1.4 * min(volume.values())


def test_survival_outlasts_the_last_visit(cohort: Path) -> None:
    last = {r["patient_id"]: int(r["day"]) for r in _rows(cohort / "truth.csv")}
    rows = [r for r in _rows(cohort / "clinical.csv") if r["patient_id"] in last]
    assert all(int(r["overall_survival_days"]) > last[r["patient_id"]] for r in rows)
    assert 0.3 < sum(int(r["death_observed"]) for r in rows) / len(rows) < 0.95


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not(cohort: Path, tmp_path: Path) -> None:
    write_demo(tmp_path / "again", DemoSettings(patients=60, tables_only=True))
    names = sorted(p.name for p in cohort.iterdir())
    assert names == sorted(p.name for p in (tmp_path / "again").iterdir())
    for name in names:
        assert (cohort / name).read_bytes() == (tmp_path / "again" / name).read_bytes()
    write_demo(tmp_path / "other", DemoSettings(patients=60, tables_only=True, seed=2))
    assert (cohort / "truth.csv").read_bytes() != (tmp_path / "other" / "truth.csv").read_bytes()


def test_more_patients_leave_the_first_ones_as_they_were(cohort: Path, tmp_path: Path) -> None:
    write_demo(tmp_path, DemoSettings(patients=5, tables_only=True))
    few = _rows(tmp_path / "truth.csv")
    assert few == _rows(cohort / "truth.csv")[: len(few)]


def test_it_says_that_it_is_synthetic(cohort: Path) -> None:
    assert "Nobody in this folder exists" in (cohort / "README.md").read_text(encoding="utf-8")
    assert json.loads((cohort / "truth.json").read_text(encoding="utf-8"))["synthetic"] is True
    assert "Synthetic" in load_workbook(cohort / "clinical.xlsx").properties.title


def test_a_folder_that_holds_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("precious", encoding="utf-8")
    with pytest.raises(SettingsError) as refused:
        write_demo(tmp_path, DemoSettings(patients=1, tables_only=True))
    assert refused.value.code is Code.SETTINGS
    assert (tmp_path / "mine.txt").read_text(encoding="utf-8") == "precious"


def test_there_is_something_to_learn_and_not_too_much() -> None:
    """Of many patients: survival from age, markers and last volume; toxicity from treatment."""
    settings = DemoSettings(patients=600, tables_only=True)
    last, grades, before = [], {}, {}
    for number in range(1, 601):
        made = make_tabled_patient(number, settings)
        visits = made.clinical
        ml = sum(r.volume_ml for r in made.truth if r.timepoint == 3 and r.compartment == "enhancing")
        row = visits[-1]
        risk = 0.03 * row.age_years + 0.35 * np.log1p(ml / 5) - 0.9 * (row.idh == "mutant")
        last.append(
            (row.overall_survival_days, -(risk - 0.5 * (row.mgmt == "methylated")), row.death_observed)
        )
        grades.setdefault(row.treatment, []).extend(v.toxicity_grade for v in visits[1:])
        before.setdefault(row.treatment, []).append(visits[0].toxicity_grade)
    days, risks, died = np.array(last).T
    assert 0.6 < concordance_index(days, risks, died) < 0.8
    assert 0.3 < died.mean() < 0.95
    severe = {treatment: np.mean(np.array(found) >= 2) for treatment, found in grades.items()}
    assert severe["observation"] < 0.2 < 0.3 < max(severe.values()) < 0.7
    assert all(np.mean(np.array(found) >= 2) < 0.2 for found in before.values())
