"""Sheets beside each other in one cohort: a fact counts once, a contradiction not at all, sites do not mix."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from oncometry import Cohort
from oncometry.pipeline import CohortFolder, Settings, import_clinical, stored_timepoints

from ..small_cohort import P1, P2

HEADER = "patient_id,date,response,kps,os_days,deceased\n"


@pytest.fixture
def folder(copy: Path) -> CohortFolder:
    return CohortFolder.open(copy)


def write(path: Path, *rows: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def bring(folder: CohortFolder, sheet: Path) -> None:
    with folder.store() as store:
        import_clinical(sheet, stored_timepoints(store), store, Settings().clinical)


def facts(folder: CohortFolder) -> dict[str, pd.DataFrame]:
    with Cohort.open(folder.path) as cohort:
        return {name: cohort.table(name) for name in ("clinical_values", "events", "clinical_rows")}


def test_the_same_facts_under_another_name_count_once(folder: CohortFolder, tmp_path: Path) -> None:
    first = write(
        tmp_path / "a" / "visits.csv", f"{P1},2020-03-01,PR,90,300,1", f"{P2},2020-03-01,CR,80,400,0"
    )
    bring(folder, first)
    before = facts(folder)
    assert len(before["events"]) == 2
    pd.read_csv(first, dtype=str).to_excel(tmp_path / "visits.xlsx", index=False)
    bring(folder, tmp_path / "visits.xlsx")
    after = facts(folder)
    assert len(after["events"]) == len(before["events"])
    assert len(after["clinical_values"]) == len(before["clinical_values"])
    assert len(after["clinical_rows"]) == len(before["clinical_rows"]) + 2


def test_a_contradiction_between_sheets_is_said_and_not_used(folder: CohortFolder, tmp_path: Path) -> None:
    bring(folder, write(tmp_path / "one.csv", f"{P1},2020-03-01,PR,90,300,1"))
    bring(folder, write(tmp_path / "two.csv", f"{P1},2020-03-01,SD,90,310,1"))
    found = facts(folder)
    assert found["events"].empty
    assert found["clinical_values"].query("name == 'response' and patient_id == @P1").empty
    assert list(
        found["clinical_values"].query("name == 'kps' and patient_id == @P1 and day == 60")["number"]
    ) == [90]
    row = found["clinical_rows"].query("sheet == 'two.csv' or sheet == 'two'").iloc[-1]
    assert row["code"] == "ROW_CONFLICTING"
    assert "'SD' here, but 'PR' in another sheet" in row["detail"]
    assert "day 310, observed here, but day 300, observed" in row["detail"]


def test_a_newer_reading_replaces_a_sheet_and_another_site_does_not(
    folder: CohortFolder, tmp_path: Path
) -> None:
    bring(folder, write(tmp_path / "a" / "site.csv", f"{P1},2020-03-01,PR,90,300,1"))
    bring(folder, write(tmp_path / "b" / "site.csv", f"{P2},2020-03-01,CR,80,400,0"))
    assert set(facts(folder)["events"]["patient_id"]) == {P1, P2}
    bring(folder, write(tmp_path / "a" / "site.csv", f"{P1},2020-03-01,PR,90,320,1"))
    assert sorted(facts(folder)["events"]["day"]) == [320, 400]


def test_what_two_sheets_say_stays_while_one_of_them_says_it(folder: CohortFolder, tmp_path: Path) -> None:
    row = f"{P1},2020-03-01,PR,90,300,1"
    bring(folder, write(tmp_path / "one.csv", row))
    bring(folder, write(tmp_path / "two.csv", row, f"{P2},2020-03-01,CR,80,400,0"))
    assert sorted(facts(folder)["events"]["day"]) == [300, 400]
    bring(folder, write(tmp_path / "one.csv", f"{P1},2020-03-01,PR,90,500,1"))
    assert list(facts(folder)["events"]["day"]) == [400]
    bring(folder, write(tmp_path / "one.csv", f"{P1},2020-03-01,PR,90,,"))
    assert sorted(facts(folder)["events"]["day"]) == [300, 400]
