"""`oncometry lesions import`: each reading is accounted for on the terminal and in JSON, and what is none is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ..pipeline.conftest import run_inline
from ..small_cohort import P1

TABLE = f"patient,visit,reader,lesion,diameter_mm\n{P1},1,R1,L1,40\n{P1},9,R1,L1,30\n0003,1,R1,L1,20\n"


@pytest.fixture(scope="module")
def cohort(small_inputs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cohort that the tests of this file fill, each with files of its own names."""
    folder = tmp_path_factory.mktemp("reads") / "cohort"
    run_inline(small_inputs / "scans" / "one", folder)
    return folder


def written(path: Path, text: str = TABLE) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_counts_and_what_is_not_used(oncometry: Any, tmp_path: Path, cohort: Path) -> None:
    reads = written(tmp_path / "reads.csv")
    ran = oncometry("lesions", "import", cohort, reads, "--names-are-ledger")
    assert ran.code == 0
    counts = {
        name.strip(): number
        for name, number in (line.rsplit(maxsplit=1) for line in ran.out.splitlines()[:11])
    }
    assert counts["readings"] == "3"
    assert (counts["matched by name"], counts["unmatched"], counts["kept"]) == ("2", "1", "2")
    assert counts["kept without a visit"] == "1"
    assert "no scan of a patient '0003' was found" in ran.out
    assert "warning: the cohort has no scan of 0003: 1 of 3 readings are not kept" in ran.err
    assert "'9' is no visit of the patient in the cohort" in ran.out

    again = json.loads(oncometry("lesions", "import", cohort, reads, "--names-are-ledger", "--json").out)
    assert again["counts"]["rows added"] == 0
    assert [row["matched_by"] for row in again["readings"]] == [None, "name", "name"]
    assert {row["timepoint"] for row in again["readings"]} == {1, None}
    assert again["files"] == [{"name": "reads.csv", "form": "table"}]


def test_a_conflict_is_an_exit_status(oncometry: Any, tmp_path: Path, cohort: Path) -> None:
    said = written(tmp_path / "one.csv", f"patient,visit,reader,lesion,diameter\n{P1},1,R5,L1,40\n")
    other = written(tmp_path / "two.csv", f"patient,visit,reader,lesion,diameter\n{P1},1,R5,L1,41\n")
    first = oncometry("lesions", "import", cohort, said)
    assert first.code == 0
    assert "UNIT_UNKNOWN" in first.err
    second = oncometry("lesions", "import", cohort, other, "--json")
    assert second.code == 8
    (row,) = json.loads(second.out)["readings"]
    assert (row["status"], row["kept"], row["code"]) == ("conflicting", False, "ROW_CONFLICTING")


def test_a_row_that_is_no_size_is_told(oncometry: Any, tmp_path: Path, cohort: Path) -> None:
    reads = written(tmp_path / "wide.csv", TABLE.replace(",40\n", ",wide\n"))
    ran = oncometry("lesions", "import", cohort, reads, "--json")
    assert ran.code == 8
    assert [row["detail"] for row in json.loads(ran.out)["rows"]] == ["'wide mm' is no longest_diameter_mm"]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ([], 2, "there is nothing to import"),
        (["--tu", "reads.csv"], 2, "CDISC takes two files"),
        (["reads.csv", "--tr", "reads.csv"], 2, "CDISC takes two files"),
        (["nowhere.csv"], 3, "NOTHING_FOUND: nowhere.csv: there is no such file of reads"),
        (["folder"], 3, "it is a folder"),
        (["sizes.csv"], 4, "COLUMN_MISSING"),
        (["tr.csv"], 4, "Give --tu TU --tr TR."),
        (["bytes"], 4, "UNSUPPORTED_TYPE"),
        (["none.mrk.json", "--reader", "R"], 3, "it holds no reading of a lesion"),
        (["broken.json", "--reader", "R"], 4, "CORRUPT: broken.json: the file holds no markups"),
        (["header.csv"], 3, "it holds no reading of a lesion"),
        (["nameless.csv"], 2, "1 of 1 readings name no reader. Give --reader NAME."),
        (["reads.csv", "--patient", "P1"], 2, "--patient and --visit are for markups"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_what_is_said(
    oncometry: Any,
    tmp_path: Path,
    cohort: Path,
    arguments: list[str],
    code: int,
    says: str,
) -> None:
    (tmp_path / "folder").mkdir()
    written(tmp_path / "reads.csv")
    written(tmp_path / "sizes.csv", "patient,diameter_mm\n1,2\n")
    written(tmp_path / "tr.csv", "USUBJID,TRLNKID,TRTESTCD,VISIT,TRSTRESN\n1,T1,LDIAM,V1,20\n")
    (tmp_path / "bytes").write_bytes(b"\0\1\2\3")
    written(tmp_path / "none.mrk.json", '{"markups": [{"type": "Fiducial", "name": "F"}]}')
    written(tmp_path / "broken.json", "{")
    written(tmp_path / "header.csv", "patient,visit,lesion,diameter_mm\n")
    written(tmp_path / "nameless.csv", f"patient,visit,lesion,diameter_mm\n{P1},1,L1,20\n")
    here = [tmp_path / word if "." in word or word in ("folder", "bytes") else word for word in arguments]
    ran = oncometry("lesions", "import", cohort, *here)
    assert (ran.code, ran.out) == (code, "")
    assert says in " ".join(ran.err.replace(f"{tmp_path}/", "").split())
