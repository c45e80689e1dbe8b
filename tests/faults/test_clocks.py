"""Days between dates do not depend on the clock, the time zone or a leap day."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date

import pytest

from ..pipeline.conftest import run_inline, tables_of
from ..small_cohort import write_small_cohort

DAYS = """
import sys
from datetime import date
from pathlib import Path
from oncometry.core import Timepoint
from oncometry.io import curate, CurateSettings
manifest = curate([Path(sys.argv[1])], CurateSettings(), workspace=Path(sys.argv[2]))
print(sorted((t.patient_id, t.number, t.day, str(t.acquired)) for t in manifest.timepoints))
"""


@pytest.fixture(scope="module")
def two_dates(tmp_path_factory):
    return write_small_cohort(tmp_path_factory.mktemp("two"))


def test_intervals_are_the_same_in_every_time_zone(two_dates, tmp_path):
    told = set()
    for number, zone in enumerate(["UTC", "Pacific/Kiritimati", "America/St_Johns", "Etc/GMT+12"]):
        command = [sys.executable, "-c", DAYS, str(two_dates / "scans"), str(tmp_path / str(number))]
        told.add(
            subprocess.run(
                command, env={**os.environ, "TZ": zone}, capture_output=True, text=True, check=True
            ).stdout
        )
    (said,) = told
    assert str((date(2020, 3, 1) - date(2020, 1, 1)).days) in said
    assert (date(2020, 3, 1) - date(2020, 1, 1)).days == 60  # with 29 February


def test_a_clock_that_is_put_back_changes_no_result(two_dates, tmp_path, monkeypatch):
    run_inline(two_dates / "scans", tmp_path / "cohort")
    before = tables_of(tmp_path / "cohort")
    real = __import__("time").time_ns
    monkeypatch.setattr("time.time_ns", lambda: real() - 400 * 86_400 * 10**9)
    summary = run_inline(two_dates / "scans", tmp_path / "cohort")
    assert (summary.steps_run, summary.rows_added) == (0, 0)
    after = tables_of(tmp_path / "cohort")
    assert all(after[name].equals(table) for name, table in before.items())
