"""Measurements and manual reads of the store to responses in the store, patient by patient and reader by reader."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field

from oncometry.core import (
    PROGRAM,
    Code,
    Decision,
    DecisionKind,
    LesionReading,
    Notice,
    OncometryError,
    Timepoint,
    in_force,
    visit_anchors,
)
from oncometry.pipeline.accepted import with_accepted
from oncometry.pipeline.clinical import stored_visits
from oncometry.pipeline.computed_readings import Tables, computed_readings
from oncometry.pipeline.decided_lesions import StoredLesions, labels_by_anchor
from oncometry.pipeline.decided_readings import CHANGES, Decided, decided_readings, unplaced
from oncometry.pipeline.kept_assessment import Kept, kept
from oncometry.pipeline.manual_readings import manual_readings, matched_with_none
from oncometry.pipeline.one_name_a_lesion import one_name_a_lesion
from oncometry.pipeline.settings import ResponseSettings
from oncometry.pipeline.step import describe_step
from oncometry.pipeline.stored_rows import Row, rows_by_patient
from oncometry.pipeline.visit_states import States, visit_states
from oncometry.response import Assessment, Criterion, Timeline, assess, criterion_named, timelines
from oncometry.response.uncertainty import drawn_course
from oncometry.store import ImportedRead, Store
from oncometry.store.assessed import Assessed
from oncometry.store.provenance import StepInput, StepRecord

__all__ = ["Responded", "known_criteria", "lesion_readings", "read_timelines", "respond"]

RELATIVE = frozenset({"volumetric"})
"""Criteria that judge ratios alone: they hold where nobody knows how long a millimeter is."""

PLAIN = "recist-1.1"
"""A criterion whose sizes are sizes: lengths that are in doubt are none."""

NAMES = ("observations", "measurements", "segmentations", "lesions", "treatments", "clinical_values")
Rows = Sequence[Row]


@dataclass(eq=False)
class Responded:
    """What was assessed.

    Attributes:
        added: rows new in the store.
        assessments: patient by patient, criterion by criterion, reader by reader.
        notices: what stands beside assessments -> of which patients.
        failures: what could not be assessed or applied.
    """

    added: int = 0
    assessments: list[Assessment] = field(default_factory=list)
    notices: dict[Notice, set[str]] = field(default_factory=dict)
    failures: list[Notice] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class _Patient:
    """What the store knows of a patient."""

    patient_id: str
    timepoints: Sequence[Timepoint]
    tables: Mapping[str, Rows]
    decisions: tuple[Decision, ...]
    reads: tuple[ImportedRead, ...]


def known_criteria(store: Store) -> list[str]:
    """Names of the criteria that the store holds responses by."""
    return sorted(store.table("responses")["criteria"].unique())


def respond(
    store: Store, settings: ResponseSettings, criteria: Sequence[str], patients: Collection[str] | None = None
) -> Responded:
    """Assess patients by criteria: as this program measured them, and as each reader read them.

    Args:
        store: nobody else writes to it meanwhile.
        settings: draws, and what a best response asks for.
        criteria: names.
        patients: all by default.
    """
    done = Responded()
    judged = [criterion_named(name) for name in criteria]
    for patient in _patients(store, patients):
        for criterion in judged:
            assessed = _assessed(patient, criterion, settings, done)
            done.added += store.add_assessments(patient.patient_id, criterion.ruleset.name, assessed)
    done.failures = list(dict.fromkeys(done.failures))
    return done


def read_timelines(store: Store, name: str) -> tuple[list[Timeline], list[Notice]]:
    """What each reader saw of each patient, as a criterion judges it; and who cannot be judged."""
    criterion = criterion_named(name)
    found: list[Timeline] = []
    failures: list[Notice] = []
    for patient in _patients(store, None):
        states = _states(patient)
        for reader, (_, readings) in sorted(_by_reader(patient, criterion)[1].items()):
            try:
                found += timelines(readings, criterion.limits, states.by_visit)
            except OncometryError as error:
                failures.append(_told(error, patient.patient_id, name, reader))
    return found, failures


def lesion_readings(store: Store) -> dict[str, dict[str, list[LesionReading]]]:
    """Patient -> reader, '' is this program -> what each said of every lesion at every visit, decisions among it."""
    criterion = criterion_named(PLAIN)
    return {
        patient.patient_id: {
            reader: readings for reader, (_, readings) in _by_reader(patient, criterion)[1].items()
        }
        for patient in _patients(store, None)
    }


def _told(error: OncometryError, patient: str, criteria: str, reader: str) -> Notice:
    who = f", {reader}" if reader else ""
    return Notice(error.code, f"patient {patient}, {criteria}{who}: {error.told}")


def _patients(store: Store, wanted: Collection[str] | None) -> list[_Patient]:
    """Those with a lesion or a read of one, or with a response to what they had."""
    grouped = {name: rows_by_patient(store.table(name)) for name in NAMES}
    visits = stored_visits(store)
    decided = in_force(store.decisions())
    there = {
        *grouped["lesions"],
        *(str(name) for table in ("readings", "responses") for name in store.table(table)["patient_id"]),
    }
    return [
        _Patient(
            patient_id=name,
            timepoints=visits.get(name, []),
            tables={table: rows.get(name, []) for table, rows in grouped.items()},
            decisions=tuple(d for d in decided if d.patient_id == name),
            reads=one_name_a_lesion(
                store.readings(name),
                {row["tracking_uid"]: row["lesion"] for row in grouped["lesions"].get(name, [])},
            ),
        )
        for name in sorted(there if wanted is None else there & set(wanted))
    ]


def _assessed(
    patient: _Patient, criterion: Criterion, settings: ResponseSettings, done: Responded
) -> list[Assessed]:
    """One a reader; a reader whose reads cannot be judged is told, and the others are judged."""
    found = []
    states = _states(patient)
    decided, by_reader = _by_reader(patient, criterion)
    done.failures += [*decided.unplaced, *_unheard(patient, set(by_reader))]
    for reader, (taken, readings) in sorted(by_reader.items()):
        try:
            found += _judged(patient, criterion, settings, states, (taken, readings), done)
        except OncometryError as error:
            done.failures.append(_told(error, patient.patient_id, criterion.ruleset.name, reader))
    return found


def _states(patient: _Patient) -> States:
    return visit_states(patient.timepoints, patient.tables["clinical_values"], patient.tables["treatments"])


def _by_reader(
    patient: _Patient, criterion: Criterion
) -> tuple[Decided, dict[str, tuple[Decided | None, list[LesionReading]]]]:
    """The program's readings with decisions, and reader -> readings; decisions are in the program's alone."""
    decided = _decided(patient, criterion)
    found: dict[str, tuple[Decided | None, list[LesionReading]]] = {
        reader: (None, readings)
        for reader, readings in manual_readings(patient.reads, patient.timepoints).items()
    }
    if decided.readings:
        found[""] = (decided, list(decided.readings.values()))
    return decided, found


def _decided(patient: _Patient, criterion: Criterion) -> Decided:
    """The program's readings with decisions in them; none where nothing tells which visit came first."""
    if not all(timepoint.is_ordered for timepoint in patient.timepoints):
        waiting = [d for d in patient.decisions if d.kind in CHANGES]
        return Decided({}, unplaced=[unplaced(d, "nothing tells which visit came first") for d in waiting])
    name, tables = criterion.ruleset.name, patient.tables
    excluded = {row["lesion"] for row in tables["lesions"] if row["excluded"] is not None}
    observations, measurements = (
        [row for row in tables[table] if row["lesion"] not in excluded]
        for table in ("observations", "measurements")
    )
    own = Tables(patient.timepoints, observations, measurements, tables["segmentations"])
    readings = computed_readings(own, relative=name in RELATIVE)
    lesions = StoredLesions(tables["lesions"], tables["measurements"], patient.timepoints)
    return decided_readings(readings, patient.decisions, lesions, labels_by_anchor(patient.timepoints), name)


def _unheard(patient: _Patient, readers: set[str]) -> list[Notice]:
    """Decisions that take the response of a reader who has none."""
    there = {reader or PROGRAM for reader in readers}
    return [
        unplaced(d, f"{d.accepted_reader} has read nothing of patient {patient.patient_id}")
        for d in patient.decisions
        if d.kind is DecisionKind.ACCEPT and d.accepted_reader not in there
    ]


def _judged(
    patient: _Patient,
    criterion: Criterion,
    settings: ResponseSettings,
    states: States,
    taken: tuple[Decided | None, list[LesionReading]],
    done: Responded,
) -> list[Assessed]:
    decided, readings = taken
    doubted = any(reading.reason.startswith(Code.SPACING_IMPLAUSIBLE) for reading in readings)
    masks = patient.tables["segmentations"] if decided is not None else []
    step = _step(patient, readings, criterion, states, settings, masks)
    anchors = {t.label: anchor for t, anchor in visit_anchors(patient.timepoints).items()}
    ledger = {row["tracking_uid"] for row in patient.tables["lesions"]}
    found = []
    for timeline in timelines(readings, criterion.limits, states.by_visit):
        drawn = drawn_course(timeline, settings.uncertainty, criterion.quantities)
        asked = settings.outcome(criterion.outcome)
        assessment = with_accepted(assess(timeline, criterion, asked, drawn), patient.decisions, anchors)
        judged = {(lesion.name, r.compartment) for lesion in timeline.lesions for r in lesion.readings if r}
        beside = Kept(
            criterion=criterion,
            step=step,
            decided=decided,
            decisions=patient.decisions,
            numbers={t.label: t.number for t in patient.timepoints},
            anchors=anchors,
            uids=_uids(patient, readings, of_reader=decided is None),
            unit_known=not doubted,
            notices=(
                *assessment.notices,
                *((*states.missing, *states.unused) if assessment.beside else ()),
                *([Notice(Code.SPACING_IMPLAUSIBLE, "only ratios can be told.")] if doubted else []),
                *(
                    matched_with_none(patient.reads, readings[0].reader, ledger)
                    if decided is None
                    else decided.not_judged(judged, criterion.ruleset.name)
                ),
            ),
        )
        found.append(kept(assessment, beside))
        done.assessments.append(assessment)
        for notice in beside.notices:
            done.notices.setdefault(notice, set()).add(patient.patient_id)
    return found


def _uids(patient: _Patient, readings: Sequence[LesionReading], *, of_reader: bool) -> dict[str, str]:
    """Lesion -> tracking UID; of a reader's lesion that of the ledger's, where it was matched to one."""
    if not of_reader:
        return {row["lesion"]: row["tracking_uid"] for row in patient.tables["lesions"]}
    own = {r.lesion: r.tracking_uid for r in readings if r.tracking_uid is not None}
    reader = readings[0].reader
    matched = {
        read.reading.lesion: read.lesion_uid
        for read in patient.reads
        if read.reading.reader == reader and read.lesion_uid is not None
    }
    return own | matched


def _step(
    patient: _Patient,
    readings: Sequence[LesionReading],
    criterion: Criterion,
    states: States,
    settings: ResponseSettings,
    masks: Rows,
) -> StepRecord:
    judged = repr([asdict(reading) for reading in readings]) + repr(sorted(states.by_visit.items()))
    parameters = {
        "criteria": criterion.ruleset.name,
        "version": criterion.ruleset.version,
        "reader": readings[0].reader or PROGRAM,
        "uncertainty": settings.uncertainty.model_dump(mode="json"),
        "confirmation_days": settings.confirmation_days,
        "minimum_sd_days": settings.minimum_sd_days,
        "decisions": [d.number for d in patient.decisions],
        "readings_sha256": hashlib.sha256(judged.encode()).hexdigest(),
    }
    inputs = tuple(StepInput("mask", mask["mask_key"], "lesions") for mask in masks)
    return describe_step("respond", patient.patient_id, parameters, inputs)
