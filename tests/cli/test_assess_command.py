"""`oncometry assess`: rows with their proof, what is announced, and words for every mistake."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import pytest

from oncometry.core import Quantity
from oncometry.response import response_columns

pytestmark = pytest.mark.storeless

TABLE = """patient,day,reader,lesion,role,diameter_mm,organ
p1,0,A,L1,target,20,liver
p1,0,A,N1,target,18,lymph node
p1,42,A,L1,target,12,liver
p1,42,A,N1,target,9,lymph node
p1,84,A,L1,target,12,liver
p1,84,A,N1,target,9,lymph node
p1,84,A,L2,new,7,liver
"""
ISSUE_COLUMNS = [
    "patient", "timepoint", "reader", "day", "scope", "category", "sum_mm", "nadir_mm", "flip_mm", "probabilities",
    "explanation", "ruleset", "verified",
]  # fmt: skip


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "lesions.csv"
    path.write_text(TABLE)
    return path


def test_the_overall_category_of_every_visit_is_shown(oncometry, table):
    ran = oncometry("assess", "--table", table, "--criteria", "recist-1.1")
    head, *lines = (line.split() for line in ran.out.splitlines())
    assert ran.code == 0
    assert head[:6] == ["patient", "reader", "timepoint", "day", "scope", "category"]
    assert [line[5] for line in lines[:3]] == ["NONE", "PR", "PD"]
    assert lines[3][-3:] == ["best", "overall", "PR"]


def test_json_has_every_scope_with_its_proof(oncometry, table):
    rows = json.loads(oncometry("assess", "--table", table, "--criteria", "recist-1.1", "--json").out)
    assert set(ISSUE_COLUMNS) <= set(rows[0])
    assert list(rows[0]) == list(response_columns(Quantity.LONGEST_DIAMETER_MM))
    last = next(row for row in rows if row["timepoint"] == "84" and row["scope"] == "overall")
    assert (last["category"], last["sum_mm"], last["verified"]) == ("PD", 21.0, True)
    assert all(
        word in last["explanation"]
        for word in ("new", "10.1016/j.ejca.2008.10.026", "lesions.csv:8", "L1 12")
    )
    second = next(row for row in rows if row["timepoint"] == "42" and row["scope"] == "overall")
    assert second["change_from_baseline_percent"] == pytest.approx(-44.74, abs=0.01)
    assert (second["flip_lesion"], second["flip_category"]) == ("N1", "SD") or second["flip_lesion"] == "L1"


def test_rows_are_written(oncometry, table, tmp_path):
    ran = oncometry("assess", "--table", table, "--criteria", "recist-1.1", "-o", tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert (ran.code, ran.out, len(rows)) == (0, "", 3 * 4 + 1)
    assert "written: " in ran.err


def test_settings_of_the_best_response(oncometry, table):
    words = ("assess", "--table", table, "--criteria", "recist-1.1", "--json")

    def best(*more: str) -> str:
        return json.loads(oncometry(*words, *more).out)[-1]["category"]

    assert best() == "PR"
    assert best("--confirmation-days", "28") == "SD"
    assert best("--confirmation-days", "28", "--minimum-sd-days", "56") == "PD"


def test_unverified_rules_are_announced(oncometry, table):
    ran = oncometry("assess", "--table", table, "--criteria", "rano-2.0")
    assert "warning: rano-2.0 is unverified" in ran.err
    assert "unverified" not in oncometry("assess", "--table", table, "--criteria", "recist-1.1").err


def test_criteria_that_the_table_has_no_sizes_for_are_announced(oncometry, table):
    ran = oncometry("assess", "--table", table, "--criteria", "volumetric")
    assert "volumetric needs volume_ml, and no baseline is complete in it" in ran.err


def test_rows_that_conflict_are_told_and_end_in_8(oncometry, table):
    table.write_text(TABLE + "p1,84,A,L1,target,13,liver\n")
    ran = oncometry("assess", "--table", table, "--criteria", "recist-1.1")
    assert ran.code == 8
    assert "conflicting: lesions.csv:9: ROW_CONFLICTING" in ran.err


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["--criteria", "recist-1.1"], 2, "Give COHORT, --table TABLE, or both --tu TU and --tr TR."),
        (
            ["--table", "lesions.csv", "--criteria", "recist"],
            2,
            "there are no criteria 'recist'. There are recist-1.1, ",
        ),
        (
            ["--table", "lesions.csv", "--tu", "x", "--criteria", "recist-1.1"],
            2,
            "Give --table, or --tu and --tr.",
        ),
        (["--table", "lesions.csv", "--criteria", "recist-1.1", "-o", "x.xlsx"], 2, "must end with .csv"),
        (["--table", "nowhere.csv", "--criteria", "recist-1.1"], 3, "there is no such sheet"),
        (
            ["--tu", "lesions.csv", "--tr", "lesions.csv", "--criteria", "recist-1.1"],
            4,
            "there is no column USUBJID",
        ),
    ],
)
def test_what_is_said(oncometry, table, monkeypatch, words, code, says):
    monkeypatch.chdir(table.parent)
    ran = oncometry("assess", *words)
    assert (ran.code, ran.out) == (code, "")
    assert says in ran.err


@pytest.mark.skipif("ONCOMETRY_DATA" not in os.environ, reason="needs the CDISC tables of ONCOMETRY_DATA")
def test_every_published_response_comes_out_the_same(oncometry):
    """66 of 66, each with the rule that gave it."""
    folder = Path(os.environ["ONCOMETRY_DATA"]) / "tables" / "cdisc_recist"
    words = [word for d in ("tu", "tr", "rs") for word in (f"--{d}", folder / f"{d}_onco_recist.csv")]
    ran = oncometry("assess", *words, "--criteria", "recist-1.1", "--json")
    overall = [row for row in json.loads(ran.out) if row["scope"] == "overall" and row["category"] != "NONE"]
    assert ran.code == 0
    assert "66 of 66 responses are as the RS file has them" in ran.err
    assert len(overall) == 66
    assert all(
        "doi:10.1016" in row["explanation"] and "_onco_recist.csv:" in row["explanation"] for row in overall
    )


def test_probabilities_are_drawn_unless_none_are_asked_for(oncometry, table):
    words = ("assess", "--table", table, "--criteria", "recist-1.1", "--json")
    drawn = json.loads(oncometry(*words).out)
    assert all(sum(row["probabilities"].values()) == pytest.approx(1) for row in drawn)
    assert json.loads(oncometry(*words).out) == drawn
    assert all(row["probabilities"] == {} for row in json.loads(oncometry(*words, "--draws", "0").out))
