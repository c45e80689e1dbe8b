"""Measurements of the store to responses in the store, patient by patient."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import pandas as pd

from oncometry.core import (
    UNORDERED,
    ClinicalState,
    Code,
    Compartment,
    LesionReading,
    Notice,
    OncometryError,
    Quantity,
    weeks_since,
)
from oncometry.pipeline.computed_readings import Tables, computed_readings
from oncometry.pipeline.settings import ResponseSettings
from oncometry.pipeline.step import describe_step
from oncometry.response import (
    Assessment,
    Criterion,
    ResponseRow,
    Scope,
    TimelineLesion,
    assess,
    criterion_named,
    timelines,
)
from oncometry.response.uncertainty import drawn_course
from oncometry.store import Store
from oncometry.store.assessed import Assessed, AssessedInput, AssessedResponse, AssessedRole
from oncometry.store.provenance import StepInput, StepRecord

__all__ = ["respond"]

RELATIVE = frozenset({"volumetric"})
"""Criteria that judge ratios alone: they hold where nobody knows how long a millimeter is."""

NAMES = ("timepoints", "observations", "measurements", "segmentations", "lesions", "treatments")
Rows = Sequence[Mapping[str, Any]]


def respond(
    store: Store, settings: ResponseSettings, patients: Collection[str] | None = None
) -> tuple[int, list[Notice]]:
    """Assess patients by the criteria asked for, and by those that the store holds responses of already.

    Args:
        store: nobody else writes to it meanwhile.
        settings: criteria, draws.
        patients: all by default.

    Returns:
        Number of rows added, and what could not be assessed.
    """
    known = sorted(store.table("roles")["criteria"].unique())
    names = list(dict.fromkeys([*settings.criteria, *known]))
    tables = {name: store.table(name) for name in NAMES}
    asked = sorted(set(tables["lesions"]["patient_id"]) & set(patients or tables["lesions"]["patient_id"]))
    added, failures = 0, []
    grouped = {name: _by_patient(frame) for name, frame in tables.items()}
    for name in names:
        criterion = criterion_named(name)
        for patient in asked:
            own = {table: rows.get(patient, []) for table, rows in grouped.items()}
            try:
                assessed = _assessed(own, criterion, settings)
            except OncometryError as error:
                failures.append(Notice(error.code, f"patient {patient}, {name}: {error.told}"))
                continue
            added += store.add_assessments(patient, criterion.ruleset.name, assessed)
    return added, failures


def _by_patient(frame: pd.DataFrame) -> dict[str, Rows]:
    plain = frame.astype(object).where(frame.notna(), None)
    return {
        str(patient): [{str(name): value for name, value in row.items()} for row in rows.to_dict("records")]
        for patient, rows in plain.groupby("patient_id")
    }


def _assessed(tables: Mapping[str, Rows], criterion: Criterion, settings: ResponseSettings) -> list[Assessed]:
    if any(visit["source"] == UNORDERED for visit in tables["timepoints"]):
        return []  # nothing tells which visit came first: following says so of every lesion
    relative = criterion.ruleset.name in RELATIVE
    excluded = {row["lesion"] for row in tables["lesions"] if row["excluded"] is not None}
    observations, measurements = (
        [row for row in tables[name] if row["lesion"] not in excluded]
        for name in ("observations", "measurements")
    )
    own = Tables(tables["timepoints"], observations, measurements, tables["segmentations"])
    readings = computed_readings(own, relative=relative)
    doubted = any(reading.reason.startswith(Code.SPACING_IMPLAUSIBLE) for reading in readings)
    clinical, notices = _clinical(tables)
    step = _step(readings, criterion, clinical, settings, tables["segmentations"])
    numbers = {visit["label"]: visit["timepoint"] for visit in tables["timepoints"]}
    uids = {row["lesion"]: row["tracking_uid"] for row in tables["lesions"]}
    found = []
    for timeline in timelines(readings, criterion.limits, clinical):
        drawn = drawn_course(timeline, settings.uncertainty)
        assessment = assess(timeline, criterion, draws=drawn)
        found.append(_kept(assessment, criterion, step, numbers, uids, notices, unit_known=not doubted))
    return found


def _clinical(tables: Mapping[str, Rows]) -> tuple[dict[tuple[str, str], ClinicalState], tuple[Notice, ...]]:
    """State at each visit, as far as the courses of treatment tell; what they do not is said."""
    ends = tuple(
        int(row["end_day"])
        for row in tables["treatments"]
        if "radiotherapy" in row["kind"] and row["end_day"] is not None
    )
    states = {
        (visit["patient_id"], visit["label"]): ClinicalState(
            weeks_since_radiotherapy=weeks_since(visit["day"], ends)
        )
        for visit in tables["timepoints"]
    }
    missing = ["steroids", "clinical state", *([] if ends else ["end of radiotherapy"])]
    return states, (Notice(Code.VALUE_MISSING, f"not said: {', '.join(missing)}"),)


def _step(
    readings: Sequence[LesionReading],
    criterion: Criterion,
    clinical: Mapping[tuple[str, str], ClinicalState],
    settings: ResponseSettings,
    masks: Rows,
) -> StepRecord:
    judged = repr([asdict(reading) for reading in readings]) + repr(sorted(clinical.items()))
    parameters = {
        "criteria": criterion.ruleset.name,
        "version": criterion.ruleset.version,
        "uncertainty": settings.uncertainty.model_dump(mode="json"),
        "readings_sha256": hashlib.sha256(judged.encode()).hexdigest(),
    }
    inputs = tuple(StepInput("mask", mask["mask_key"], "lesions") for mask in masks)
    scope = readings[0].patient_id if readings else "nobody"
    return describe_step("respond", scope, parameters, inputs)


def _kept(
    assessment: Assessment,
    criterion: Criterion,
    step: StepRecord,
    numbers: Mapping[str, int],
    uids: Mapping[str, str],
    notices: tuple[Notice, ...],
    *,
    unit_known: bool,
) -> Assessed:
    timeline = assessment.timeline
    places = {visit.label: at for at, visit in enumerate(timeline.visits, start=1)}
    said = notices if unit_known else (*notices, Notice(Code.SPACING_IMPLAUSIBLE, "only ratios can be told."))
    return Assessed(
        patient_id=timeline.patient_id,
        reader=timeline.reader,
        ruleset=assessment.ruleset,
        roles=tuple(
            AssessedRole(lesion.name, _part(lesion), uids.get(lesion.name), lesion.role, "selection")
            for lesion in timeline.lesions
        ),
        responses=tuple(
            _response(row, places, numbers, criterion.quantity, unit_known=unit_known)
            for row in assessment.rows
        ),
        inputs=tuple(
            AssessedInput(at, reading, _summed(reading, criterion) if unit_known else None)
            for lesion in timeline.lesions
            for at, reading in enumerate(lesion.readings, start=1)
            if reading is not None
        ),
        step=step,
        notices=said,
    )


def _part(lesion: TimelineLesion) -> Compartment:
    return next((r.compartment for r in lesion.readings if r is not None), Compartment.WHOLE)


def _summed(reading: LesionReading, criterion: Criterion) -> Quantity | None:
    """What counts into the sum: the short axis of a node where the criterion has rules for nodes."""
    if reading.is_node and criterion.limits.smallest_node is not None:
        return Quantity.SHORT_AXIS_MM
    return criterion.quantity


def _response(
    row: ResponseRow,
    places: Mapping[str, int],
    numbers: Mapping[str, int],
    quantity: Quantity,
    *,
    unit_known: bool,
) -> AssessedResponse:
    """The row as it is kept; without sums where their unit is not known."""
    best = row.scope is Scope.BEST_OVERALL
    flip = row.flip if unit_known else None
    return AssessedResponse(
        visit=0 if best else places[row.timepoint],
        timepoint=None if best else numbers.get(row.timepoint),
        label=row.timepoint,
        day=row.day,
        scope=row.scope,
        category=row.category,
        quantity=quantity,
        total=row.total if unit_known else None,
        nadir=row.nadir if unit_known else None,
        change_from_baseline_percent=_percent(row.change_from_baseline),
        change_from_nadir_percent=_percent(row.change_from_nadir),
        clause=row.explanation.clause.key,
        explanation=row.explanation.grounds if unit_known else row.explanation.clause.cited(),
        flip_lesion=None if flip is None else flip.lesion,
        flip_quantity=None if flip is None else flip.quantity,
        flip_amount=None if flip is None else flip.amount,
        flip_category=None if flip is None else flip.category,
        probabilities={str(category): share for category, share in row.probabilities.items()},
    )


def _percent(fraction: float | None) -> float | None:
    return None if fraction is None else 100 * fraction
