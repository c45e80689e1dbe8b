"""Response of a cohort: as it was measured, as people decided, and as readers read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from oncometry import Cohort
from oncometry.core import (
    Code,
    Compartment,
    DecisionKind,
    LesionRole,
    LesionStatus,
    NonTargetState,
    Quantity,
)
from oncometry.pipeline import CohortFolder, import_clinical, stored_timepoints
from oncometry.pipeline.respond import Responded, respond
from oncometry.pipeline.settings import ClinicalSettings, ResponseSettings

from ..small_cohort import P1, P2, write_small_cohort
from .conftest import QUICK, run_inline, tables_of
from .deciding import SECOND, decide, import_reads, read, table

RECIST = "recist-1.1"
DIAMETER = Quantity.LONGEST_DIAMETER_MM


def assessed(cohort: Path, *criteria: str, **settings: Any) -> Responded:
    """Assess P1; nothing may fail."""
    with CohortFolder.open(cohort).store() as store:
        done = respond(store, ResponseSettings(**settings), criteria or (RECIST,), [P1])
    assert done.failures == []
    return done


def overall(cohort: Path, criteria: str = RECIST, reader: str = "oncometry") -> list[str]:
    """Category of each visit."""
    rows = responses(cohort, criteria, reader)
    return list(rows[rows["scope"] == "overall"]["category"])


def responses(cohort: Path, criteria: str = RECIST, reader: str = "oncometry") -> pd.DataFrame:
    found = table(cohort, "responses")
    return found[(found["criteria"] == criteria) & (found["reader"] == reader)]


def inputs(cohort: Path, lesion: str, visit: int, criteria: str = RECIST) -> pd.Series[Any]:
    found = table(cohort, "response_inputs")
    (row,) = found[
        (found["lesion"] == lesion) & (found["visit"] == visit) & (found["criteria"] == criteria)
    ].to_dict("records")
    return pd.Series(row)


def measure(
    cohort: Path, value: float, quantity: Quantity = DIAMETER, part: Compartment = Compartment.WHOLE
) -> int:
    decision = decide(
        cohort,
        DecisionKind.MEASURE,
        "L1",
        at=SECOND,
        compartment=part,
        quantity=quantity,
        value=value,
    )
    return decision.number


def without_new_lesion(cohort: Path) -> None:
    decide(cohort, DecisionKind.STATUS, "L2", SECOND, at=SECOND, status=LesionStatus.ABSENT)


# --- what people decide of the program's readings -------------------------------------------------


def test_a_size_by_hand_stands_in_place_of_the_computed_one(copy: Path) -> None:
    assessed(copy)
    before = inputs(copy, "L1", 2)
    number = measure(copy, 12.5)
    assessed(copy)
    after = inputs(copy, "L1", 2)
    assert (after["value"], after["decision"]) == (12.5, f"decision:{number}")
    assert after["measurement"] is None
    assert before["decision"] is None
    assert before["measurement"].startswith("measurement:")
    assert after["reason"] == "Ada: a vessel"
    assert np.isnan(after["standard_error"])
    total = responses(copy)
    assert total[(total["scope"] == "target") & (total["timepoint"] == 2)]["total"].item() == 12.5


def test_a_size_by_hand_is_followed_back_to_who_and_why(copy: Path) -> None:
    number = measure(copy, 12.5)
    assessed(copy)
    rows = responses(copy)
    value = rows[(rows["scope"] == "overall") & (rows["timepoint"] == 2)]["value_id"].item()
    with Cohort.open(copy) as opened:
        told = str(opened.why(value))
    assert f"decision:{number}" in told
    assert "Ada" in told
    assert "a vessel" in told


def test_a_later_decision_outranks_an_earlier_one_until_it_is_undone(copy: Path) -> None:
    measure(copy, 12.5)
    later = measure(copy, 30.0)
    assessed(copy)
    assert inputs(copy, "L1", 2)["value"] == 30.0
    decide(copy, DecisionKind.UNDO, undoes=later)
    assessed(copy)
    assert inputs(copy, "L1", 2)["value"] == 12.5


def test_a_product_is_of_one_hand(copy: Path) -> None:
    assessed(copy, "macdonald")
    judged = Compartment(inputs(copy, "L1", 2, "macdonald")["compartment"])
    measure(copy, 20.0, part=judged)
    assessed(copy, "macdonald")
    row = inputs(copy, "L1", 2, "macdonald")
    assert np.isnan(row["value"])
    assert overall(copy, "macdonald")[1] in ("NE", "PD")
    measure(copy, 15.0, Quantity.SHORT_AXIS_MM, part=judged)
    assessed(copy, "macdonald")
    assert inputs(copy, "L1", 2, "macdonald")["value"] == 300.0


def test_a_volume_is_not_touched_by_a_diameter(copy: Path) -> None:
    before = inputs(copy, "L1", 2, "volumetric")
    measure(copy, 20.0)
    assessed(copy, "volumetric")
    after = inputs(copy, "L1", 2, "volumetric")
    assert (after["value"], after["measurement"]) == (before["value"], before["measurement"])


def test_a_lesion_that_is_said_to_be_gone_is_no_new_one(copy: Path) -> None:
    assessed(copy)
    assert overall(copy)[1] == "PD"
    without_new_lesion(copy)
    assessed(copy)
    assert overall(copy)[1] != "PD"


def test_a_lesion_judged_by_eye_progresses(copy: Path) -> None:
    without_new_lesion(copy)
    decide(copy, DecisionKind.ROLE, "L1", role=LesionRole.NON_TARGET, criteria=RECIST)
    decide(copy, DecisionKind.STATE, "L1", at=SECOND, state=NonTargetState.PROGRESSION)
    assessed(copy)
    rows = responses(copy)
    assert rows[(rows["scope"] == "non-target") & (rows["timepoint"] == 2)]["category"].item() == "PD"


def test_a_role_is_for_the_criterion_it_names(copy: Path) -> None:
    made = decide(copy, DecisionKind.ROLE, "L1", role=LesionRole.NON_TARGET, criteria=RECIST)
    assessed(copy, RECIST, "irecist")
    roles = table(copy, "roles")
    found = roles[roles["lesion"] == "L1"].set_index("criteria")[["role", "decided_by", "decision"]]
    assert tuple(found.loc[RECIST]) == ("non-target", "decision", made.value_id)
    assert tuple(found.loc["irecist"][:2]) == ("target", "selection")


def test_what_a_criterion_does_not_look_at_is_said(copy: Path) -> None:
    measure(copy, 12.5)
    assessed(copy, "rano-hgg")
    rows = responses(copy, "rano-hgg")
    assert rows["notices"].str.contains("of the whole of L1, which rano-hgg does not judge").all()


def test_a_decision_about_a_visit_that_is_gone_is_told(copy: Path) -> None:
    decide(copy, DecisionKind.STATUS, "L1", at="2031-01-01", status=LesionStatus.NOT_EVALUABLE)
    with CohortFolder.open(copy).store() as store:
        done = respond(store, ResponseSettings(), (RECIST, "irecist"), [P1])
    (failure,) = done.failures
    assert failure.code is Code.DECISION_UNPLACED
    assert "the visit 2031-01-01 is not in the cohort any more" in failure.what


def test_decisions_hold_in_reruns_and_add_nothing(copy: Path, small_inputs: Path) -> None:
    measure(copy, 12.5)
    decide(copy, DecisionKind.ROLE, "L2", SECOND, role=LesionRole.NEW)
    assessed(copy)
    run_inline(small_inputs / "scans", copy)
    first = tables_of(copy)
    assert run_inline(small_inputs / "scans", copy).rows_added == 0
    assert run_inline(small_inputs / "scans", copy, fresh=True).failures == ()
    second = tables_of(copy)
    for name in ("responses", "response_inputs", "roles"):
        pd.testing.assert_frame_equal(first[name], second[name])
    assert inputs(copy, "L1", 2)["value"] == 12.5


# --- readers --------------------------------------------------------------------------------------


def test_each_reader_is_assessed_beside_the_program(copy: Path) -> None:
    import_reads(copy, read("R1", "T01", (40.0, 20.0)), read("R2", "T01", (40.0, 39.0)))
    assessed(copy)
    assert overall(copy, reader="R1") == ["NONE", "PR"]
    assert overall(copy, reader="R2") == ["NONE", "SD"]
    assert overall(copy)[1] == "PD"
    roles = table(copy, "roles")
    assert set(roles[roles["reader"] == "R1"]["decided_by"]) == {"reader"}
    taken = table(copy, "response_inputs")
    assert taken[taken["reader"] == "R1"]["reading"].str.startswith("reading:").all()
    # the visits are the cohort's, under its own labels
    found = responses(copy, reader="R1")
    assert list(found[found["scope"] == "overall"]["label"]) == list(table(copy, "timepoints")["label"])


def test_an_adjudicator_says_whose_response_counts(copy: Path) -> None:
    import_reads(copy, read("R1", "T01", (40.0, 20.0)), read("R2", "T01", (40.0, 39.0)))
    general = decide(copy, DecisionKind.ACCEPT, accepted_reader="R1")
    special = decide(copy, DecisionKind.ACCEPT, at=SECOND, accepted_reader="R2")
    assessed(copy)

    def said(reader: str) -> list[tuple[Any, Any]]:
        rows = responses(copy, reader=reader)
        shown = rows[rows["scope"].isin(["overall", "best overall"])]
        return list(zip(shown["accepted"], shown["accepted_by"], strict=True))

    assert said("R1") == [
        (True, general.value_id),
        (False, special.value_id),
        (True, general.value_id),
    ]
    assert said("R2") == [
        (False, general.value_id),
        (True, special.value_id),
        (False, general.value_id),
    ]
    assert [accepted for accepted, _ in said("oncometry")] == [False, False, False]


def test_flags_of_the_file_say_whose_response_counts(copy: Path) -> None:
    import_reads(
        copy,
        read("R1", "T01", (40.0, 20.0), accepted=True),
        read("R2", "T01", (40.0, 39.0), accepted=False),
    )
    assessed(copy)
    scope = {name: responses(copy, reader=name) for name in ("R1", "R2", "oncometry")}
    accepted = {
        name: set(rows[rows["scope"] == "overall"]["accepted"].dropna()) for name, rows in scope.items()
    }
    assert accepted == {"R1": {True}, "R2": {False}, "oncometry": set()}


def test_a_reader_who_read_nothing_cannot_be_accepted(copy: Path) -> None:
    decide(copy, DecisionKind.ACCEPT, accepted_reader="R9")
    with CohortFolder.open(copy).store() as store:
        done = respond(store, ResponseSettings(), (RECIST,), [P1])
    assert [f.code for f in done.failures] == [Code.DECISION_UNPLACED]
    assert "R9 has read nothing of patient" in done.failures[0].what


def test_a_reader_who_cannot_be_judged_does_not_stop_the_others(copy: Path) -> None:
    twice = read("R1", "T01", (40.0,)) + read("R1", "T01", (41.0,))
    import_reads(copy, twice, read("R2", "T01", (40.0, 39.0)))
    with CohortFolder.open(copy).store() as store:
        done = respond(store, ResponseSettings(), (RECIST,), [P1])
    (failure,) = done.failures
    assert failure.code is Code.ROW_CONFLICTING
    assert "recist-1.1, R1:" in failure.what
    assert overall(copy, reader="R2") == ["NONE", "SD"]
    assert overall(copy, reader="R1") == []
    assert len(overall(copy)) == 2


def test_reads_of_a_lesion_that_is_none_any_more_are_told(copy: Path) -> None:
    uid = table(copy, "lesions")["tracking_uid"][0]
    there, gone = (
        [replace(one, lesion_uid=each, matched_by="place") for one in read("R1", lesion, (40.0, 20.0))]
        for lesion, each in (("T01", uid), ("T02", "2.25.1"))
    )
    import_reads(copy, there, gone)
    told = [str(notice) for notice in assessed(copy).notices if notice.code is Code.REFERENCE_MISSING]
    (one,) = told
    assert "R1's T02 was matched with a lesion that is not in the ledger any more" in one


def test_a_visit_that_only_a_reader_has_keeps_its_own_name(copy: Path) -> None:
    own = read("R1", "T01", (40.0, 20.0, 10.0))
    reads = [*own[:2], type(own[2])(own[2].reading, timepoint=None)]
    import_reads(copy, reads)
    assessed(copy)
    rows = responses(copy, reader="R1")
    rows = rows[rows["scope"] == "overall"]
    assert list(rows["day"]) == [0, 60, 120]
    assert list(rows["label"])[2] == "V3"
    assert list(rows["timepoint"].isna()) == [False, False, True]


# --- the patient beside the images, and what a best response asks for ------------------------------


STATES = "patient,day,steroid_mg,clinical_status"


def visits_sheet(cohort: Path, *rows: str, header: str = STATES) -> list[Any]:
    sheet = cohort.parent / "visits.csv"
    sheet.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    with CohortFolder.open(cohort).store() as store:
        outcome = import_clinical(sheet, stored_timepoints(store), store, ClinicalSettings())
    return list(outcome.sheet.rows)


def notices(cohort: Path, criteria: str) -> str:
    return str(responses(cohort, criteria)["notices"].iloc[0])


def test_the_state_of_the_patient_comes_from_the_sheets(copy: Path) -> None:
    without_new_lesion(copy)
    assessed(copy, "macdonald")
    assert "steroids" in notices(copy, "macdonald")
    visits_sheet(copy, f"{P1},0,4,stable", f"{P1},60,4,deteriorated")
    assessed(copy, "macdonald")
    assert overall(copy, "macdonald")[1] == "PD"
    assert "steroids" not in notices(copy, "macdonald")
    assert "end of radiotherapy" in notices(copy, "macdonald")


def test_a_state_that_is_not_understood_is_said(copy: Path) -> None:
    visits_sheet(copy, f"{P1},0,4,alive and well", f"{P1},61,4,stable")
    assessed(copy, "macdonald")
    said = notices(copy, "macdonald")
    assert (
        "clinical_status 'alive and well' of day 0: it is not one of improved, stable, deteriorated" in said
    )
    assert (
        "steroid_mg 4 of day 61, clinical_status 'stable' of day 61: there are no images of that day" in said
    )


@pytest.mark.parametrize(("days", "best"), [(None, ("PR",)), (28, ("SD", "NE"))])
def test_a_best_response_is_confirmed_where_that_is_asked(
    copy: Path, days: int | None, best: Sequence[str]
) -> None:
    import_reads(copy, read("R1", "T01", (40.0, 20.0)))
    assessed(copy, confirmation_days=days)
    rows = responses(copy, reader="R1")
    assert rows[rows["scope"] == "best overall"]["category"].item() in best


def test_what_a_best_response_asks_for_is_in_its_step(copy: Path) -> None:
    """Other settings are another step; the same again is the same one and adds nothing."""

    def steps() -> set[str]:
        with Cohort.open(copy) as opened:
            found = opened.table("steps")
        return set(found[(found["name"] == "respond") & (found["scope"] == P1)]["key"])

    assessed(copy)
    before = steps()
    assert assessed(copy, confirmation_days=28, minimum_sd_days=30).added > 0
    after = steps()
    assert len(after - before) == 1
    assert assessed(copy, confirmation_days=28, minimum_sd_days=30).added == 0
    assert steps() == after


def test_patients_without_lesions_or_reads_are_not_assessed(copy: Path) -> None:
    with CohortFolder.open(copy).store() as store:
        done = respond(store, ResponseSettings(), (RECIST,))
        assert {a.timeline.patient_id for a in done.assessments} == {P1, P2}
        assert respond(store, ResponseSettings(), (RECIST,), ["nobody"]).assessments == []


def test_a_patient_of_whom_nothing_is_left_to_judge_has_no_response(tmp_path: Path) -> None:
    cohort = tmp_path / "cohort"
    run_inline(write_small_cohort(tmp_path / "in", visits=(1,)) / "scans", cohort)  # P2 has no lesion
    own = read("R1", "T01", (40.0,))
    other = [replace(one, reading=replace(one.reading, patient_id=P2)) for one in own]
    import_reads(cohort, own, other)
    with CohortFolder.open(cohort).store() as store:
        respond(store, ResponseSettings(), (RECIST,))
    assert set(table(cohort, "responses", P2)["reader"]) == {"R1"}
    import_reads(cohort, own)
    with CohortFolder.open(cohort).store() as store:
        respond(store, ResponseSettings(), (RECIST,))
    assert table(cohort, "readings", P2).empty
    assert table(cohort, "responses", P2).empty
    assert not table(cohort, "responses").empty


def called(cohort: Path, criterion: str, patient: str, *rows: str, header: str = STATES) -> tuple[str, str]:
    """Overall category of the second visit and its clause, after a sheet with those rows came in."""
    visits_sheet(cohort, *rows, header=header)
    with CohortFolder.open(cohort).store() as store:
        (judged,) = respond(store, ResponseSettings(), (criterion,), [patient]).assessments
    row = judged.overall()[1]
    return str(row.category), row.explanation.clause.key


@pytest.mark.parametrize(
    ("second", "rano_bm", "macdonald"),
    [
        ("0,stable", ("CR", "cr"), ("CR", "cr")),
        ("8,stable", ("NE", "observe"), ("SD", "steroids-raised")),
        ("4,stable", ("PR", "cr-on-steroids"), ("PR", "cr-on-steroids")),
        ("0,deteriorated", ("PD", "clinical-pd"), ("PD", "clinical-pd")),
        ("0,", ("NE", "inputs"), ("NE", "inputs")),
    ],
)
def test_a_tumor_that_is_gone_is_called_by_how_the_patient_is(
    copy: Path, second: str, rano_bm: tuple[str, str], macdonald: tuple[str, str]
) -> None:
    rows = f"{P2},0,4,stable", f"{P2},60,{second}"
    assert called(copy, "rano-bm", P2, *rows) == rano_bm
    assert called(copy, "macdonald", P2, *rows) == macdonald


@pytest.mark.parametrize(("end", "category"), [(-35, "PD"), (46, "NE")])
def test_progression_waits_for_twelve_weeks_after_radiotherapy(copy: Path, end: int, category: str) -> None:
    header = "patient,day,steroid_mg,clinical_status,radiotherapy_end_day,t2_flair"
    rows = f"{P1},0,4,stable,{end},stable", f"{P1},60,4,stable,,stable"
    found = called(copy, "rano-hgg", P1, *rows, header=header)
    assert found[0] == category


def test_a_visit_of_the_sheet_is_told_by_its_label(copy: Path) -> None:
    first, second = table(copy, "timepoints", P2)["label"]
    header = "patient,timepoint,steroid_mg,clinical_status"
    rows = f"{P2},{first},4,stable", f"{P2},{second},0,stable"
    assert called(copy, "rano-bm", P2, *rows, header=header) == ("CR", "cr")


# --- what a run goes by, and tells -----------------------------------------------------------------


def best(cohort: Path, reader: str) -> str:
    rows = responses(cohort, reader=reader)
    return str(rows[rows["scope"] == "best overall"]["category"].item())


def test_runs_go_on_by_what_the_cohort_was_asked(copy: Path, small_inputs: Path) -> None:
    import_reads(copy, read("R1", "T01", (40.0, 20.0)))
    scans = small_inputs / "scans"

    def run_with(response: dict[str, Any]) -> str:
        run_inline(scans, copy, settings=QUICK.changed({"response": response}))
        return best(copy, "R1")

    assert run_with({"criteria": [RECIST]}) == "PR"
    assert run_with({"confirmation_days": 28}) != "PR"
    assert run_with({}) != "PR"
    assert CohortFolder.open(copy).settings().response.confirmation_days == 28
    assert run_with({"confirmation_days": None}) == "PR"
    assert run_with({}) == "PR"


def test_a_run_tells_the_last_category_of_each_patient(copy: Path, small_inputs: Path) -> None:
    scans = small_inputs / "scans"
    assert run_inline(scans, copy).responses == {"volumetric": {"CR": 1, "PD": 1}}
    import_reads(copy, read("R1", "T01", (40.0, 39.0)))
    settings = QUICK.changed({"response": {"criteria": [RECIST]}})
    told = run_inline(scans, copy, settings=settings).responses
    assert told[RECIST] == {"CR": 1, "PD": 1}
    import_reads(copy, read("R1", "T01", (40.0, 39.0), accepted=True))
    assert run_inline(scans, copy).responses[RECIST] == {"CR": 1, "SD": 1}
    assert run_inline(scans, copy, measure=False).responses == {}
