"""Decisions, manual reads and assessments made up for the store."""

from __future__ import annotations

from datetime import UTC, datetime

from oncometry.core import (
    Code,
    Compartment,
    DecidedLesion,
    Decision,
    DecisionKind,
    LesionReading,
    LesionRole,
    LesionStatus,
    NonTargetState,
    Notice,
    Quantity,
)
from oncometry.response.volumetric import RULESET
from oncometry.store import Store
from oncometry.store.assessed import Assessed, AssessedInput, AssessedResponse, AssessedRole
from oncometry.store.imported_reads import ImportedRead, ImportedReads

from .build import Plan, sha, step

PATIENT = Plan().patient
MADE = datetime(2026, 2, 3, 4, 5, 6, 789, tzinfo=UTC)
SEEN = DecidedLesion("L1", "2.25.1", "2020-01-15", "1.2.3.9", 1, (10.0, 5.0, 20.0))
UNSEEN = DecidedLesion("L2", "2.25.2")


def decisions() -> tuple[Decision, ...]:
    """One of each kind; the last undoes the first."""

    def decided(kind: DecisionKind, **more: object) -> Decision:
        return Decision(PATIENT, "Dr. A", MADE, "the same edema", kind, **more)  # type: ignore[arg-type]

    return (
        decided(DecisionKind.LINK, lesions=(SEEN, UNSEEN)),
        decided(DecisionKind.SPLIT, lesions=(SEEN,), anchor="2020-02-26"),
        decided(DecisionKind.EXCLUDE, lesions=(UNSEEN,)),
        decided(DecisionKind.ROLE, lesions=(SEEN,), criteria="volumetric", role=LesionRole.TARGET),
        decided(
            DecisionKind.MEASURE,
            lesions=(SEEN,),
            anchor="2020-01-15",
            compartment=Compartment.WHOLE,
            quantity=Quantity.VOLUME_ML,
            value=12.5,
        ),
        decided(DecisionKind.STATUS, lesions=(SEEN,), anchor="2020-01-15", status=LesionStatus.NOT_EVALUABLE),
        decided(DecisionKind.STATE, lesions=(SEEN,), anchor="2020-01-15", state=NonTargetState.PRESENT),
        decided(DecisionKind.ACCEPT, criteria="volumetric", accepted_reader="Dr. B"),
        decided(DecisionKind.UNDO, undoes=1),
    )


def reading(**more: object) -> LesionReading:
    """Of the first lesion at the first visit."""
    said: dict[str, object] = {
        "patient_id": PATIENT,
        "timepoint": "BASELINE",
        "day": 0,
        "reader": "Dr. B",
        "lesion": "T01",
        "role": LesionRole.TARGET,
        "status": LesionStatus.MEASURED,
        "values": {Quantity.LONGEST_DIAMETER_MM: 31.0, Quantity.VOLUME_ML: 14.0},
        "standard_errors": {Quantity.VOLUME_ML: 1.5},
        "organ": "brain",
        "is_node": False,
        "tracking_uid": "2.25.1",
        "accepted": True,
        "sources": ("tr.csv row 2",),
        "visit_number": 1.0,
    }
    return LesionReading(**(said | more))  # type: ignore[arg-type]


def imported(*reads: ImportedRead, name: str = "tr.csv", version: int = 1) -> ImportedReads:
    """A file of reads."""
    rows = reads or (ImportedRead(reading(), 1, "2.25.1", "tracking uid"),)
    notices = (Notice(Code.VALUE_MISSING, "a row without a size"),)
    return ImportedReads(name, sha(name, version), "cdisc", rows, step("read", name), notices)


def assessed(*, reader: str = "", category: str = "PD") -> Assessed:
    """Two visits of one lesion: measured by the program, then by hand."""
    measured = reading(reader=reader, sources=("measurement:1",))
    by_hand = reading(reader=reader, timepoint="02", sources=("reading:1", "decision:5"))
    common = {"label": "01", "day": 0, "scope": "overall", "quantity": "volume_ml"}
    return Assessed(
        patient_id=PATIENT,
        reader=reader,
        ruleset=RULESET,
        roles=(AssessedRole("L1", Compartment.WHOLE, "2.25.1", LesionRole.TARGET, "decision", 4),),
        responses=(
            AssessedResponse(
                visit=1,
                timepoint=1,
                category="NONE",
                total=14.1,
                nadir=None,
                change_from_baseline_percent=None,
                change_from_nadir_percent=None,
                clause="baseline",
                explanation="The first visit.",
                **common,  # type: ignore[arg-type]
            ),
            AssessedResponse(
                visit=2,
                timepoint=2,
                category=category,
                total=20.0,
                nadir=14.1,
                change_from_baseline_percent=41.8,
                change_from_nadir_percent=41.8,
                clause="pd",
                explanation="At least 40 % above the smallest.",
                flip_lesion="L1",
                flip_quantity="volume_ml",
                flip_amount=-0.26,
                flip_category="SD",
                probabilities={"PD": 0.6, "SD": 0.4},
                accepted=True,
                accept_decision=8,
                **{**common, "label": "02", "day": 42},  # type: ignore[arg-type]
            ),
        ),
        inputs=(
            AssessedInput(1, measured, Quantity.VOLUME_ML, measured.sources),
            AssessedInput(2, by_hand, Quantity.VOLUME_ML, by_hand.sources),
        ),
        step=step("respond", PATIENT, parameters=f'{{"reader":"{reader}","to":"{category}"}}'),
        notices=(Notice(Code.VALUE_MISSING, "steroids: not said"),),
    )


def fill_responses(store: Store) -> None:
    """Decisions, reads and an assessment of the plan's patient, who is in the store."""
    for decision in decisions():
        store.add_decisions([decision])
    store.add_readings(imported())
    store.add_assessments(PATIENT, "volumetric", [assessed()])
