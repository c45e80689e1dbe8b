"""What people decided about lesions holds in every run from then on."""

from __future__ import annotations

import json
from pathlib import Path

from oncometry import Cohort
from oncometry.core import Code, DecisionKind
from oncometry.pipeline import CohortFolder

from ..small_cohort import P1, P2, write_small_cohort
from .conftest import assert_same, run_inline, tables_of
from .deciding import FIRST, SECOND, decide, table

NO_LESION = DecisionKind.EXCLUDE


def excluded(cohort: Path) -> list[str]:
    found = table(cohort, "lesions")
    return sorted(found[found["excluded"].notna()]["lesion"])


def test_a_lesion_that_is_none_counts_in_no_response(copy: Path, small_inputs: Path) -> None:
    before = table(copy, "responses")
    assert set(before[before["scope"] == "overall"]["category"]) >= {"PD"}
    decide(copy, NO_LESION, "L2", SECOND)
    assert run_inline(small_inputs / "scans", copy).failures == ()
    lesions = table(copy, "lesions")
    assert list(lesions["lesion"]) == ["L1", "L2"]
    assert lesions["excluded"][1] == "Ada: a vessel"
    responses = table(copy, "responses")
    assert "PD" not in set(responses["category"])
    assert set(table(copy, "response_inputs")["lesion"]) == {"L1"}
    assert set(table(copy, "measurements")["lesion"]) == {"L1", "L2"}


def test_reruns_keep_what_was_decided_and_add_nothing(copy: Path, small_inputs: Path) -> None:
    decide(copy, NO_LESION, "L2", SECOND)
    run_inline(small_inputs / "scans", copy)
    decided = tables_of(copy)
    assert run_inline(small_inputs / "scans", copy).rows_added == 0
    assert_same(tables_of(copy), decided)
    run_inline(small_inputs / "scans", copy, fresh=True)
    assert_same(tables_of(copy), decided)


def test_the_visits_that_decisions_are_found_at_are_in_the_step(undisturbed: Path) -> None:
    with Cohort.open(undisturbed) as opened:
        steps = opened.table("steps")
    (row,) = steps[(steps["name"] == "follow") & (steps["scope"] == P1)].to_dict("records")
    assert json.loads(row["parameters"])["visits"] == [[1, FIRST], [2, SECOND]]


def test_what_is_undone_is_as_it_was(copy: Path, undisturbed: Path, small_inputs: Path) -> None:
    made = decide(copy, NO_LESION, "L2", SECOND)
    run_inline(small_inputs / "scans", copy)
    assert excluded(copy) == ["L2"]
    decide(copy, DecisionKind.UNDO, undoes=made.number)
    run_inline(small_inputs / "scans", copy)
    before, after = tables_of(undisturbed), tables_of(copy)
    for each in (before, after):
        del each["decisions"]
    assert_same(after, before)


def test_a_decision_of_the_first_date_holds_when_the_second_comes(tmp_path: Path) -> None:
    inputs = write_small_cohort(tmp_path / "in", visits=(0,)) / "scans"
    cohort = tmp_path / "cohort"
    run_inline(inputs, cohort)
    decide(cohort, NO_LESION, "L1", FIRST)
    both = write_small_cohort(tmp_path / "both") / "scans"
    assert run_inline(both, cohort).failures == ()
    assert excluded(cohort) == ["L1"]
    assert table(cohort, "observations")["lesion"].nunique() == 2


def test_a_lesion_is_parted_by_hand_and_put_together_again(copy: Path, small_inputs: Path) -> None:
    decide(copy, DecisionKind.SPLIT, "L1", at=SECOND)
    run_inline(small_inputs / "scans", copy)
    assert list(table(copy, "lesions")["lesion"]) == ["L1", "L1.2", "L2"]
    sizes = table(copy, "measurements")
    assert sizes.groupby("lesion")["day"].agg(set).to_dict() == {"L1": {0}, "L1.2": {60}, "L2": {60}}
    overall = table(copy, "responses").query("scope == 'overall'")
    assert list(overall["category"])[-1] == "PD"


def test_a_lesion_that_was_drawn_away_is_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    inputs = write_small_cohort(tmp_path / "in") / "scans"
    cohort = tmp_path / "cohort"
    run_inline(inputs, cohort)
    made = decide(cohort, NO_LESION, "L2", SECOND)
    first = write_small_cohort(tmp_path / "first", visits=(0,)) / "scans"
    gone = tmp_path / "cohort of the first date"
    run_inline(first, gone)
    with CohortFolder.open(cohort).store() as store:
        kept = store.decisions(P1)
    with CohortFolder.open(gone).store() as store:
        store.add_decisions(kept)
    summary = run_inline(first, gone)
    (failure,) = summary.failures
    assert failure.startswith(Code.DECISION_UNPLACED)
    assert f"decision:{made.number} (exclude by Ada: there is no visit '{SECOND}' any more)" in failure
    assert excluded(gone) == []
    assert len(table(gone, "measurements", P2)) > 0
