"""`oncometry clinical` and `run --clinical`: what of a sheet is not used is on the terminal, and what is no sheet is refused."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from ..small_cohort import P1, write_two_visits

SHEET = (
    "patient_id,date,age,kps,sex\n"
    f"{P1},2020-03-01,50,90,F\n"
    f"{P1},3/4/2020,#REF!,80,F\n"
    f"{P1},soon,50,70,F\n"
    f"{P1},2020-03-09,50,,F\n"
    "P9,2020-03-01,50,60,F\n"
)


def test_rows_with_a_remark_are_counted_by_code(oncometry: Any, tmp_path: Path) -> None:
    (tmp_path / "sheet.csv").write_text(SHEET, encoding="utf-8")
    inputs = write_two_visits(tmp_path / "in", ("ses-01", "ses-02"), "20200101")
    cohort = tmp_path / "cohort"
    ran = oncometry("run", inputs, "-o", cohort, "--clinical", tmp_path / "sheet.csv", "--quiet")
    pairs = dict(line.split(maxsplit=1) for line in ran.out.splitlines() if not line.startswith("row"))
    assert pairs["clinical"].startswith("5 rows, 4 matched")
    counted = [line.split() for line in ran.out.splitlines() if line.startswith("row ")]
    assert counted[:2] == [["row", "DATE_MISSING", "1"], ["row", "VALUE_MISSING", "1"]]

    again = oncometry("clinical", tmp_path / "sheet.csv", cohort)
    lines = [line.split() for line in again.out.splitlines()]
    assert ["row", "DATE_MISSING", "1"] in lines
    assert ["row", "VALUE_MISSING", "1"] in lines
    assert lines.index(["row", "VALUE_MISSING", "1"]) < lines.index(["rows", "added", "0"])
    as_json = json.loads(oncometry("clinical", tmp_path / "sheet.csv", cohort, "--json").out)
    assert as_json["remarks"] == {"DATE_MISSING": 1, "VALUE_MISSING": 1}


@pytest.mark.parametrize(
    ("name", "text", "code", "says"),
    [
        ("head.csv", "patient_id,age\n", "NOTHING_FOUND", "there are no rows below the header."),
        ("~$f.xlsx", "\x15user name", "UNSUPPORTED_TYPE", "this is the lock file of Excel"),
    ],
)
@pytest.mark.parametrize("more", [[], ["--dry-run"]])
def test_a_sheet_without_rows_is_refused_before_a_scan_is_read(
    oncometry: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    text: str,
    code: str,
    says: str,
    more: list[str],
) -> None:
    (tmp_path / name).write_text(text)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.dcm").write_bytes(bytes(200))
    monkeypatch.setattr(
        import_module("oncometry.pipeline.run"), "curate", lambda *_, **__: pytest.fail("scans are read")
    )
    ran = oncometry("run", tmp_path / "in", "-o", tmp_path / "c", "--clinical", tmp_path / name, "-q", *more)
    assert f"error: {code}: {tmp_path / name}: {says}" in ran.err
    assert not (tmp_path / "c").exists()
