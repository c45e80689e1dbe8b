"""Visits whose order nothing tells: measured, and not compared until names say which came first."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pydicom
import pytest
from pydicom.config import disable_value_validation

from oncometry import Cohort
from oncometry.core import Code
from oncometry.report import write_report

from ..small_cohort import write_small_cohort
from .conftest import run_inline

DATES = {"a damaged date": "20201301", "no date": "", "a date that cannot be": "19250101"}


def _two_visits(folder: Path, names: tuple[str, str], date: str) -> Path:
    """A patient whose first visit states `date`, each visit in a folder of that name."""
    made = write_small_cohort(folder.parent / f"made for {folder.name}") / "scans" / "one"
    visits = sorted(path for path in made.iterdir() if path.is_dir())
    folder.mkdir()
    for visit, name in zip(visits, names, strict=True):
        visit.rename(folder / name)
    with disable_value_validation():
        for path in (folder / names[0]).rglob("*.dcm"):
            dataset = pydicom.dcmread(path)
            for element in [e for e in dataset if e.VR == "DA"]:
                element.value = date
            dataset.save_as(path)
    return folder


@pytest.mark.parametrize("date", DATES.values(), ids=DATES.keys())
def test_visits_without_an_order_are_not_compared_until_they_are_named(tmp_path: Path, date: str) -> None:
    cohort = tmp_path / "cohort"
    unnamed = run_inline(_two_visits(tmp_path / "unnamed", ("x", "y"), date), cohort)
    assert unnamed.notices[Code.DATES_IMPLAUSIBLE] >= 1
    with Cohort.open(cohort) as opened:
        lesions, measured = opened.table("observations"), opened.table("measurements")
        assert opened.table("relations").empty
        write_report(opened.table, cohort, jobs=1)
    assert set(measured["timepoint"]) == {1, 2}
    assert measured["volume_ml"].notna().all()
    elsewhere = lesions[lesions["status"] != "measured"]
    assert set(elsewhere["status"]) == {"not evaluable"}
    assert elsewhere["reason"].str.contains("which visit came first").all()
    assert set(measured["volume_change_percent"].dropna()) <= {0.0}  # each its own baseline
    burden = pd.read_csv(cohort / "report" / "csv" / "burden.csv")
    assert burden.groupby("compartment")["volume_change_percent"].count().max() <= 1

    named = run_inline(_two_visits(tmp_path / "named", ("ses-01", "ses-02"), date), cohort)
    assert named.failures == ()
    with Cohort.open(cohort) as opened:
        changed, relations = opened.table("measurements"), opened.table("relations")
    assert not relations.empty
    whole = changed[(changed["lesion"] == "L1") & (changed["compartment"] == "whole")]
    assert whole[whole["timepoint"] == 2]["volume_change_percent"].item() == pytest.approx(-58, abs=4)
