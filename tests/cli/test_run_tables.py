"""`oncometry run` on sheets alone, as a user types it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from oncometry.synthesis import DemoSettings, write_demo

pytestmark = pytest.mark.one_engine


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tables") / "demo"
    write_demo(folder, DemoSettings(patients=4, tables_only=True))
    return folder


def test_sheets_alone_become_a_cohort(
    oncometry: Any, demo: Path, tmp_path: Path, database_url: str | None
) -> None:
    at = [] if database_url is None else ["--database", database_url]
    sheets = ["--clinical", demo / "clinical.xlsx", "--reads", demo / "reads.csv"]
    ran = oncometry("run", demo, "-o", tmp_path / "cohort", *sheets, "--json", *at)
    summary = json.loads(ran.out)
    assert ran.code == 0
    assert (summary["of_sheets"], summary["patients"], summary["timepoints"]) == (5, 5, 13)
    assert summary["clinical"]["matched"] == summary["clinical"]["rows"] == 13
    assert summary["reads"]["kept"] == summary["reads"]["readings"] > 0
    assert "notice: NO_IMAGES: no image was given: 5 patients and 13 visits" in ran.err
    again = oncometry("run", demo, "-o", tmp_path / "cohort", *sheets, "-q", *at)
    assert (again.code, "rows added          0" in again.out) == (0, True)
    assert "5, without images" in again.out
    page = Path(summary["report"]).read_text(encoding="utf-8")
    assert "DEMO-001" in page
    assert "Synthetic data" in page
    assert oncometry("db", "check", tmp_path / "cohort", *at).code == 0


def test_a_dry_run_says_what_sheets_would_do(oncometry: Any, demo: Path, tmp_path: Path) -> None:
    asked = ["run", demo, "-o", tmp_path / "cohort", "--dry-run", "-q"]
    assert oncometry(*asked).code == 3
    ran = oncometry(*asked, "--reads", demo / "reads.csv")
    assert (ran.code, "the sheets would say who there is" in ran.err) == (0, True)
    assert not (tmp_path / "cohort").exists()


def test_without_sheets_nothing_is_found(oncometry: Any, demo: Path, tmp_path: Path) -> None:
    ran = oncometry("run", demo, "-o", tmp_path / "cohort", "-q")
    assert ran.code == 3
    assert "nothing found: no image or mask" in ran.err


def test_reads_that_conflict_are_told(oncometry: Any, demo: Path, tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    text = (demo / "reads.csv").read_text(encoding="utf-8").splitlines()
    changed = text[1].replace(",36.5325", ",99.0")
    assert changed != text[1]
    (tmp_path / "b" / "other.csv").write_text("\n".join([text[0], changed]) + "\n", encoding="utf-8")
    both = ["--reads", demo / "reads.csv", "--reads", tmp_path / "b" / "other.csv"]
    ran = oncometry("run", demo, "-o", tmp_path / "cohort", *both, "-q")
    assert ran.code == 8
    assert "failed: ROW_CONFLICTING: 1 manual reads conflict" in ran.err
