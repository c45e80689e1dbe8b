"""`oncometry assess COHORT`: rows as for a table, kept in the cohort, with readers beside the program."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from oncometry.core import DecisionKind

from ..pipeline.deciding import SECOND, decide, import_reads, read, table
from ..small_cohort import P1, P2


@pytest.fixture
def two_readers(copy: Path) -> Path:
    import_reads(copy, read("R1", "T01", (40.0, 20.0)), read("R2", "T01", (40.0, 39.0)))
    return copy


def test_rows_are_those_of_a_table_and_are_kept(oncometry, two_readers):
    ran = oncometry("assess", two_readers, "--criteria", "recist-1.1", "--json")
    assert ran.code == 0
    rows = json.loads(ran.out)
    assert {"patient", "reader", "sum_mm", "flip_mm", "probabilities", "explanation", "value_id"} <= set(
        rows[0]
    )
    assert {row["reader"] for row in rows} == {"", "R1", "R2"}
    kept = table(two_readers, "responses").set_index("value_id")
    for row in (row for row in rows if row["patient"] == P1):
        assert kept.loc[row["value_id"], "category"] == row["category"]
        assert sum(row["probabilities"].values()) == pytest.approx(1)
    told = oncometry("why", two_readers, rows[0]["value_id"])
    assert told.code == 0


def test_the_same_again_changes_nothing(oncometry, two_readers):
    first = oncometry("assess", two_readers, "--criteria", "recist-1.1", "--json").out
    before = table(two_readers, "responses")
    assert oncometry("assess", two_readers, "--criteria", "recist-1.1", "--json").out == first
    assert before.equals(table(two_readers, "responses"))


def test_one_reader_and_one_patient_are_shown_when_asked(oncometry, two_readers):
    ran = oncometry("assess", two_readers, "--criteria", "recist-1.1", "--reader", "R1", "--patient", P1)
    assert "R1" in ran.out
    assert "oncometry" not in ran.out
    assert "R2" not in ran.out
    program = oncometry("assess", two_readers, "--criteria", "recist-1.1", "--reader", "oncometry", "--json")
    assert {row["reader"] for row in json.loads(program.out)} == {""}
    assert {row["patient"] for row in json.loads(program.out)} == {P1, P2}


def test_where_readers_differ_is_said_with_whose_word_counts(oncometry, two_readers):
    assert "readers differ" in oncometry("assess", two_readers, "--criteria", "recist-1.1").err
    decide(two_readers, DecisionKind.ACCEPT, at=SECOND, accepted_reader="R2")
    ran = oncometry("assess", two_readers, "--criteria", "recist-1.1", "--json")
    (line,) = (line for line in ran.err.splitlines() if line.startswith(f"readers differ: {P1}, 02"))
    assert line.endswith("oncometry PD, R1 PR, R2 SD; accepted: R2")
    second = {r["reader"]: r for r in json.loads(ran.out) if r["timepoint"] == "02" and r["patient"] == P1}
    assert {reader: row["accepted"] for reader, row in second.items()} == {"": False, "R1": False, "R2": True}


def test_a_table_of_visits_is_kept_for_later(oncometry, copy, tmp_path):
    visits = tmp_path / "visits.csv"
    visits.write_text(
        f"patient,day,clinical_status,steroid_mg\n{P1},0,stable,4\n{P1},60,deteriorated,4\nnobody,0,stable,4\n"
    )
    ran = oncometry("assess", copy, "--criteria", "macdonald", "--visits", visits, "--patient", P1)
    assert "not said: end of radiotherapy" in ran.err
    assert "unmatched: visits.csv:4: ROW_UNMATCHED" in ran.err
    again = oncometry("assess", copy, "--criteria", "macdonald", "--patient", P1)
    assert again.out == ran.out
    assert "not said: end of radiotherapy" in again.err


def test_all_rows_go_to_a_file_with_their_value_ids(oncometry, copy, tmp_path):
    out = tmp_path / "rows.csv"
    assert oncometry("assess", copy, "--criteria", "volumetric", "-o", out).code == 0
    with out.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["value_id"] for row in rows} <= set(table(copy, "responses")["value_id"]) | set(
        table(copy, "responses", P2)["value_id"]
    )
    assert all(row["value_id"].startswith("response:") for row in rows)


def test_what_cannot_be_judged_is_told_and_the_rest_is_shown(oncometry, copy):
    import_reads(copy, read("R1", "T01", (40.0,)) + read("R1", "T01", (41.0,)))
    ran = oncometry("assess", copy, "--criteria", "recist-1.1")
    assert ran.code == 8
    assert "failed: ROW_CONFLICTING" in ran.err
    assert P2 in ran.out


def test_a_confirmation_that_is_asked_for_is_kept(oncometry, two_readers):
    asked = oncometry(
        "assess",
        two_readers,
        "--criteria",
        "recist-1.1",
        "--confirmation-days",
        28,
        "--json",
        "--reader",
        "R1",
    )
    best = next(row for row in json.loads(asked.out) if row["scope"] == "best overall")
    assert best["category"] != "PR"
    kept = table(two_readers, "responses").set_index("value_id")
    assert kept.loc[best["value_id"], "category"] == best["category"]
    # later assessments, and runs, go by it until they are asked otherwise
    assert (
        "cohort/settings.yaml, for all criteria and later runs: response: {confirmation_days: 28}"
        in asked.err
    )
    again = oncometry("assess", two_readers, "--criteria", "recist-1.1", "--json", "--reader", "R1")
    assert again.out == asked.out
    assert "settings.yaml" not in again.err


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("patient,day,clinical_status\nP,0,alive\n", "row 2, column clinical_status: 'alive' is not one of"),
        ("patient,day,steroids_mg\nP,0,4\n", "column 'steroids_mg' is not known"),
    ],
)
def test_a_table_of_visits_is_refused_whole(oncometry, copy, tmp_path, text, says):
    (tmp_path / "visits.csv").write_text(text)
    before = len(table(copy, "clinical_rows"))
    ran = oncometry("assess", copy, "--criteria", "macdonald", "--visits", tmp_path / "visits.csv")
    assert ran.code != 0
    assert says in ran.err
    assert len(table(copy, "clinical_rows")) == before


def test_a_visit_without_images_is_told(oncometry, copy, tmp_path):
    (tmp_path / "visits.csv").write_text(f"patient,day,steroid_mg\n{P1},0,4\n{P1},61,2\n")
    ran = oncometry("assess", copy, "--criteria", "macdonald", "--visits", tmp_path / "visits.csv")
    assert f"not used: steroid_mg 2 of day 61: there are no images of that day ({P1})" in ran.err


@pytest.mark.parametrize(
    ("more", "code", "says"),
    [
        (("--table", "x.csv"), 2, "a cohort and a table of lesions are given"),
        (("--reader", "R9"), 3, "there is no reader 'R9'. There are oncometry"),
        (("--patient", "nobody"), 3, "there is no patient 'nobody'"),
        (("--draws", 0), 2, "--draws 0"),
        (("--visits", "nowhere.csv"), 3, "NOTHING_FOUND: nowhere.csv"),
    ],
)
def test_mistakes_have_an_answer(oncometry, copy, more, code, says):
    ran = oncometry("assess", copy, "--criteria", "recist-1.1", *more)
    assert (ran.code, says in ran.err) == (code, True), ran.err


def test_a_cohort_without_lesions_says_what_to_do(oncometry, small_inputs, tmp_path):
    oncometry("curate", small_inputs / "scans", "-o", tmp_path / "cohort", "--quiet")
    ran = oncometry("assess", tmp_path / "cohort", "--criteria", "recist-1.1")
    assert ran.code == 3
    assert "nothing was measured or read in this cohort" in ran.err
