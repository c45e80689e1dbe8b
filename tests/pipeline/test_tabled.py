"""A run on sheets alone: patients and visits are those that they name, and a folder by mistake stays one."""

from __future__ import annotations

from pathlib import Path

import pytest

from oncometry import Cohort
from oncometry.core import Code, NothingFoundError, SettingsError
from oncometry.io.deidentify import Key
from oncometry.pipeline import RunRequest, RunSummary, SilentProgress, run
from oncometry.pipeline.stored_rows import plain_rows

from .conftest import run_inline, tables_of

READS = "patient,date,reader,lesion,volume_ml,state\n"


@pytest.fixture
def sheets(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "clinical.csv").write_text(
        "patient_id,date,visit,kps,overall_survival_days,death_observed\n"
        "0001,2020-01-05,screening,90,300,1\n"
        "0001,2020-03-05,later,80,300,1\n"
        "B,2020-02-01,first,70,200,0\n"
        "C,,first,60,100,0\n",
        encoding="utf-8",
    )
    (folder / "reads.csv").write_text(
        READS + "1,2020-01-10,Dr. A,L1,10,\n1,2020-03-10,Dr. A,L1,5,\nD,2020-05-01,Dr. A,L1,7,\n",
        encoding="utf-8",
    )
    return folder


def bring(folder: Path, cohort: Path, *, reads: bool = True) -> RunSummary:
    given = (folder / "reads.csv",) if reads else ()
    return run_inline(folder, cohort, clinical=folder / "clinical.csv", reads=given)


def test_patients_and_visits_are_those_of_the_sheets(sheets: Path, tmp_path: Path) -> None:
    summary = bring(sheets, tmp_path / "cohort")
    assert (summary.of_sheets, summary.patients, summary.series, summary.failures) == (4, 4, 0, ())
    assert summary.reads is not None
    assert (summary.reads["readings"], summary.reads["kept"]) == (3, 3)
    assert (summary.files, summary.used, summary.quarantined) == (2, 2, 0)
    tables = tables_of(tmp_path / "cohort")
    visits = tables["timepoints"]
    assert visits["patient_id"].tolist() == ["0001", "0001", "B", "C", "D"]
    assert visits.query("patient_id == '0001'")["date"].str[:10].tolist() == ["2020-01-10", "2020-03-10"], (
        "where lesions were read the visits are the reads', as they are the scans' where there are some"
    )
    with Cohort.open(tmp_path / "cohort") as cohort:
        days = {table: plain_rows(cohort.table(table)) for table in ("timepoints", "clinical_values")}
    assert [row["day"] for row in days["timepoints"]] == [0, 60, 0, None, 0]
    kps = [(row["patient_id"], row["day"]) for row in days["clinical_values"] if row["name"] == "kps"]
    assert kps == [("0001", -5), ("0001", 55), ("B", 0), ("C", None)]
    assert set(tables["clinical_rows"]["status"]) == {"matched"}
    assert set(tables["readings"]["timepoint"]) == {"1", "2"}
    assert set(tables["responses"]["patient_id"]) >= {"0001"}


def test_the_same_again_adds_nothing_and_less_takes_nothing_away(sheets: Path, tmp_path: Path) -> None:
    cohort = tmp_path / "cohort"
    bring(sheets, cohort)
    before = tables_of(cohort)
    assert bring(sheets, cohort).rows_added == 0
    bring(sheets, cohort, reads=False)
    after = tables_of(cohort)
    for name in ("timepoints", "patients", "readings", "clinical_values"):
        assert before[name].equals(after[name]), name


def test_without_sheets_a_folder_without_images_is_nothing(sheets: Path, tmp_path: Path) -> None:
    summary = run_inline(sheets, tmp_path / "cohort")
    assert (summary.of_sheets, summary.patients, summary.by_code) == (0, 0, {"NOT_AN_IMAGE": 2})
    assert tables_of(tmp_path / "cohort")["patients"].empty
    (tmp_path / "empty").mkdir()
    with pytest.raises(NothingFoundError):
        run_inline(tmp_path / "empty", tmp_path / "other", clinical=sheets / "clinical.csv")


def test_an_image_that_is_refused_is_an_image(sheets: Path, tmp_path: Path) -> None:
    (sheets / "cut.nii.gz").write_bytes(b"\x1f\x8b" + b"\0" * 40)
    summary = bring(sheets, tmp_path / "cohort")
    assert (summary.of_sheets, summary.corrupt) == (0, 1), (
        "a broken download is no reason to go on without images"
    )
    assert tables_of(tmp_path / "cohort")["patients"].empty


def test_patients_of_sheets_are_not_mixed_into_a_cohort_of_images(
    copy: Path, sheets: Path, small_inputs: Path
) -> None:
    before = tables_of(copy)["patients"]
    summary = run_inline(sheets, copy, clinical=sheets / "clinical.csv")
    assert summary.of_sheets == 0
    assert tables_of(copy)["patients"].equals(before)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("patient,date,lesion,volume_ml\n1,2020-01-10,L1,10\n", "name no reader"),
        ('{"@schema": "x", "markups": []}', "no reading"),
    ],
)
def test_reads_that_say_too_little_are_refused_before_anything_is_written(
    sheets: Path, tmp_path: Path, text: str, says: str
) -> None:
    (sheets / "reads.csv").write_text(text, encoding="utf-8")
    with pytest.raises((SettingsError, NothingFoundError), match=says):
        bring(sheets, tmp_path / "cohort")
    assert not (tmp_path / "cohort").exists()


def test_reads_name_people(sheets: Path, tmp_path: Path) -> None:
    key = Key.create(tmp_path / "key")
    with pytest.raises(SettingsError, match="not de-identified"):
        run_inline(sheets, tmp_path / "cohort", reads=(sheets / "reads.csv",), key=key)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["E,,2,", "E,,1,", "E,,10,"], [(1, "1"), (2, "2"), (3, "10")]),
        (["E,,,30", "E,,,0"], [(1, "01"), (2, "02")]),
        (["E,,pre,", "E,,post,"], [(1, "pre"), (2, "post")]),
    ],
)
def test_visits_without_dates(tmp_path: Path, rows: list[str], expected: list[tuple[int, str]]) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "clinical.csv").write_text("patient_id,date,visit,day,x\n" + "".join(f"{r},5\n" for r in rows))
    run_inline(folder, tmp_path / "cohort", clinical=folder / "clinical.csv")
    with Cohort.open(tmp_path / "cohort") as cohort:
        visits = cohort.table("timepoints")
    assert list(zip(visits["timepoint"], visits["label"], strict=True)) == expected
    named = any("pre" in row for row in rows)
    assert set(visits["source"]) == {"unordered" if named else "clinical sheet"}


def test_reads_come_in_beside_scans(small_inputs: Path, tmp_path: Path) -> None:
    (tmp_path / "reads.csv").write_text(READS + "0002,2020-01-01,Dr. A,L1,33,\n0009,2020-01-01,Dr. A,L1,3,\n")
    summary = run_inline(small_inputs / "scans" / "two", tmp_path / "cohort", reads=(tmp_path / "reads.csv",))
    assert summary.reads is not None
    assert (summary.reads["kept"], summary.of_sheets) == (1, 0)
    tables = tables_of(tmp_path / "cohort")
    assert tables["readings"][["patient_id", "timepoint"]].to_numpy().tolist() == [["0002", "1"]]
    assert set(tables["responses"]["reader"]) == {"oncometry", "Dr. A"}


def test_the_code_is_told(sheets: Path, tmp_path: Path) -> None:
    request = RunRequest((sheets,), tmp_path / "cohort", clinical=sheets / "clinical.csv", jobs=1)
    told = [notice.code for notice in run(request, SilentProgress()).notices]
    assert told == [Code.NO_IMAGES, Code.DATE_MISSING]


def test_who_is_in_one_kind_of_sheet_only_is_a_patient_and_told(sheets: Path, tmp_path: Path) -> None:
    """A misspelt id would be a patient without sizes, and another without outcomes: nothing says which is wrong."""
    request = RunRequest(
        (sheets,),
        tmp_path / "cohort",
        clinical=sheets / "clinical.csv",
        reads=(sheets / "reads.csv",),
        jobs=1,
    )
    ran = run(request, SilentProgress())
    told = [notice.what for notice in ran.notices if notice.code is Code.ROW_UNMATCHED]
    assert ["2 patients are in a clinical sheet and in no manual reads (B, C)" in told[0], len(told)] == [
        True,
        2,
    ]
    assert "1 patient is in manual reads and in no clinical sheet (D)" in told[1]
    assert ran.summary.patients == 4
