"""`oncometry assess --visits`: what stands beside the scans reaches the verdict."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytestmark = pytest.mark.storeless

LESIONS = """patient,day,lesion,role,longest_diameter_mm,short_axis_mm
p1,0,a,target,40,20
p1,60,a,target,20,20
p1,120,a,target,30,30
"""
VISITS = """patient,day,clinical_status,steroid_mg,t2_flair,radiotherapy_end_day
p1,0,stable,0,stable,50
p1,60,stable,0,stable,
p1,61,stable,0,stable,
"""


@pytest.fixture
def tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("lesions.csv").write_text(LESIONS)
    Path("visits.csv").write_text(VISITS)


def _overall(text: str) -> dict[str, dict[str, object]]:
    return {row["timepoint"]: row for row in json.loads(text) if row["scope"] == "overall"}


@pytest.mark.usefixtures("tables")
def test_states_reach_the_verdict_and_its_proof(oncometry) -> None:
    ran = oncometry(
        "assess", "--table", "lesions.csv", "--visits", "visits.csv", "--criteria", "rano-hgg", "--json"
    )
    rows = _overall(ran.out)
    assert [rows[day]["category"] for day in ("0", "60", "120")] == ["NONE", "PR", "NE"]
    assert "10.0 weeks after radiotherapy" in str(rows["120"]["explanation"])
    assert "Not said: clinical state, steroids, T2/FLAIR." in str(rows["120"]["explanation"])
    assert "visits.csv, row 4: no lesion of patient 'p1' was read at day 61: not used" in ran.err


@pytest.mark.usefixtures("tables")
def test_without_them_the_scans_alone_stand_beside(oncometry) -> None:
    ran = oncometry("assess", "--table", "lesions.csv", "--criteria", "rano-hgg")
    lines = [line.split() for line in ran.out.splitlines()]
    at_60 = [line[3:] for line in lines if line[1:3] == ["60", "60"]]
    assert [line[:3] for line in at_60] == [["imaging", "only", "PR"], ["overall", "NE", "400.00"]]


@pytest.mark.usefixtures("tables")
def test_unverified_rules_are_announced(oncometry) -> None:
    ran = oncometry("assess", "--table", "lesions.csv", "--criteria", "rapno-hgg")
    assert "rapno-hgg is unverified" in ran.err
    assert "unverified" not in oncometry("assess", "--table", "lesions.csv", "--criteria", "macdonald").err


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize(
    ("name", "text", "code", "says"),
    [
        ("nowhere.csv", None, 3, "NOTHING_FOUND"),
        ("bad.csv", "patient,day,steroids\np1,0,1\n", 4, "COLUMN_MISSING"),
        ("bad.csv", "patient,day,steroid_mg\np1,0,much\n", 4, "CORRUPT"),
        ("bad.csv", "patient,day,steroid_mg\np1,0,1\np1,0,2\n", 4, "ROW_CONFLICTING"),
        ("bad.csv", "patient,timepoint,day\np1,0,\np1,,0\n", 2, "ROW_CONFLICTING"),
        ("bad.bin", "\0\1", 4, "UNSUPPORTED_TYPE"),
    ],
)
def test_mistakes(oncometry, name: str, text: str | None, code: int, says: str) -> None:
    if text is not None:
        Path(name).write_text(text)
    ran = oncometry("assess", "--table", "lesions.csv", "--visits", name, "--criteria", "rano-hgg")
    assert (ran.code, ran.out) == (code, "")
    assert says in ran.err
