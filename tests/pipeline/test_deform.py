"""Deformable registration as a run does it: kept with its quality, or refused with the reason."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from oncometry import Cohort

from .conftest import QUICK, run_inline

pytestmark = pytest.mark.one_engine

ASKED = QUICK.changed({"preprocessing": {"deform_dates": True}})


def test_a_run_tells_of_every_pair_of_dates(
    small_inputs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once as it is, once with no gain asked for, so that both fates are seen."""
    run_inline(small_inputs / "scans", tmp_path / "kept", settings=ASKED)
    monkeypatch.setattr(sys.modules["oncometry.preprocessing.deform"], "MINIMUM_GAIN", -1.0)
    run_inline(small_inputs / "scans", tmp_path / "eager", settings=ASKED)
    for name in ("kept", "eager"):
        with Cohort.open(tmp_path / name) as cohort:
            rows = cohort.table("registrations")
            dates = rows[rows.scope == "date"]
            assert len(dates) == 2
            for row in dates.itertuples():
                bent = row.method == "deformable"
                assert bent == (row.refused == "")
                assert bent == (row.jacobian_minimum == row.jacobian_minimum)
                trace = cohort.why(row.value_id)
                assert trace.facts["method"] == row.method
