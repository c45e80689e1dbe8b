"""An assessment as the store takes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from oncometry.core import Compartment, Decision, LesionReading, Notice, Quantity
from oncometry.pipeline.accepted import accepting
from oncometry.pipeline.decided_readings import Decided
from oncometry.response import Assessment, Criterion, ResponseRow, Scope, TimelineLesion
from oncometry.store.assessed import Assessed, AssessedInput, AssessedResponse, AssessedRole
from oncometry.store.provenance import StepRecord

__all__ = ["Kept", "kept"]


@dataclass(frozen=True, eq=False)
class Kept:
    """What an assessment is kept with.

    Attributes:
        decided: what people decided of the program's readings; None of a person's own reads.
        decisions: of the patient, those in force.
        numbers, anchors: label -> number and anchor of the cohort's visits.
        uids: lesion -> tracking UID.
        unit_known: whether lengths can be believed: else only ratios are kept.
        notices: what is to be said beside it.
    """

    criterion: Criterion
    step: StepRecord
    decided: Decided | None
    decisions: Sequence[Decision]
    numbers: Mapping[str, int]
    anchors: Mapping[str, str]
    uids: Mapping[str, str]
    unit_known: bool
    notices: tuple[Notice, ...]


def kept(assessment: Assessment, beside: Kept) -> Assessed:
    """Roles, responses and inputs, each with what decided them."""
    timeline = assessment.timeline
    places = {visit.label: at for at, visit in enumerate(timeline.visits, start=1)}
    return Assessed(
        patient_id=timeline.patient_id,
        reader=timeline.reader,
        ruleset=assessment.ruleset,
        roles=tuple(_role(lesion, beside) for lesion in timeline.lesions),
        responses=tuple(_response(row, places, beside) for row in assessment.rows),
        inputs=tuple(
            _input(at, reading, beside)
            for lesion in timeline.lesions
            for at, reading in enumerate(lesion.readings, start=1)
            if reading is not None
        ),
        step=beside.step,
        notices=beside.notices,
    )


def _role(lesion: TimelineLesion, beside: Kept) -> AssessedRole:
    read = [reading for reading in lesion.readings if reading is not None]
    part = read[0].compartment if read else Compartment.WHOLE
    number = None if beside.decided is None else beside.decided.roles.get(lesion.name)
    stated = any(reading.role is not None for reading in read)
    by = "decision" if number is not None else "reader" if stated else "selection"
    return AssessedRole(lesion.name, part, beside.uids.get(lesion.name), lesion.role, by, number)


def _input(at: int, reading: LesionReading, beside: Kept) -> AssessedInput:
    quantity = _summed(reading, beside.criterion)
    decided = beside.decided
    sources = reading.sources if decided is None else decided.source_of(reading, quantity)
    return AssessedInput(at, reading, quantity if beside.unit_known else None, sources)


def _summed(reading: LesionReading, criterion: Criterion) -> Quantity:
    """What counts into the sum: the short axis of a node where the criterion has rules for nodes."""
    if reading.is_node and criterion.limits.smallest_node is not None:
        return Quantity.SHORT_AXIS_MM
    return criterion.quantity


def _response(row: ResponseRow, places: Mapping[str, int], beside: Kept) -> AssessedResponse:
    """The row as it is kept; without sums where their unit is not known."""
    best, known = row.scope is Scope.BEST_OVERALL, beside.unit_known
    flip = row.flip if known else None
    name = beside.criterion.ruleset.name
    decision = accepting(beside.decisions, name, None if best else beside.anchors.get(row.timepoint))
    return AssessedResponse(
        visit=0 if best else places[row.timepoint],
        timepoint=None if best else beside.numbers.get(row.timepoint),
        label=row.timepoint,
        day=row.day,
        scope=row.scope,
        category=row.category,
        quantity=beside.criterion.quantity,
        total=row.total if known else None,
        nadir=row.nadir if known else None,
        change_from_baseline_percent=_percent(row.change_from_baseline),
        change_from_nadir_percent=_percent(row.change_from_nadir),
        clause=row.explanation.clause.key,
        explanation=row.explanation.grounds if known else row.explanation.clause.cited(),
        flip_lesion=None if flip is None else flip.lesion,
        flip_quantity=None if flip is None else flip.quantity,
        flip_amount=None if flip is None else flip.amount,
        flip_category=None if flip is None else flip.category,
        probabilities={str(category): share for category, share in row.probabilities.items()},
        accepted=row.accepted,
        accept_decision=None if decision is None else decision.number,
    )


def _percent(fraction: float | None) -> float | None:
    return None if fraction is None else 100 * fraction
