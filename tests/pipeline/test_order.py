"""Visits whose order nothing tells: measured, and not compared until names say which came first."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from oncometry import Cohort
from oncometry.core import Code, DecidedLesion, Decision, DecisionKind, LesionRole
from oncometry.pipeline import CohortFolder
from oncometry.pipeline.respond import respond
from oncometry.pipeline.settings import ResponseSettings
from oncometry.report import write_report

from ..small_cohort import write_two_visits
from .conftest import run_inline

pytestmark = pytest.mark.one_engine

DATES = {"a damaged date": "20201301", "no date": "", "a date that cannot be": "19250101"}


@pytest.mark.parametrize("date", DATES.values(), ids=DATES.keys())
def test_visits_without_an_order_are_not_compared_until_they_are_named(tmp_path: Path, date: str) -> None:
    cohort = tmp_path / "cohort"
    unnamed = run_inline(write_two_visits(tmp_path / "unnamed", ("x", "y"), date), cohort)
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
    (page,) = (cohort / "report").glob("sub-*.html")
    assert "Nothing tells which visit came first" in page.read_text(encoding="utf-8")
    burden = pd.read_csv(cohort / "report" / "csv" / "burden.csv")
    assert burden.groupby("compartment")["volume_change_percent"].count().max() <= 1

    named = run_inline(write_two_visits(tmp_path / "named", ("ses-01", "ses-02"), date), cohort)
    assert named.failures == ()
    with Cohort.open(cohort) as opened:
        changed, relations = opened.table("measurements"), opened.table("relations")
    assert not relations.empty
    whole = changed[(changed["lesion"] == "L1") & (changed["compartment"] == "whole")]
    assert whole[whole["timepoint"] == 2]["volume_change_percent"].item() == pytest.approx(-58, abs=4)


def test_a_decision_about_visits_without_an_order_is_told(tmp_path: Path) -> None:
    cohort = tmp_path / "cohort"
    run_inline(write_two_visits(tmp_path / "unnamed", ("x", "y"), ""), cohort)
    with CohortFolder.open(cohort).store() as store:
        lesion = store.table("lesions").iloc[0]
        about = (DecidedLesion(lesion["lesion"], lesion["tracking_uid"]),)
        when = datetime(2024, 5, 1, tzinfo=UTC)
        made = Decision(
            lesion["patient_id"], "Ada", when, "seen", DecisionKind.ROLE, about, role=LesionRole.TARGET
        )
        store.add_decisions([made])
        (told,) = respond(store, ResponseSettings(), ["recist-1.1"]).failures
    assert told.code is Code.DECISION_UNPLACED
    assert "nothing tells which visit came first" in told.what
