"""Assessments: roles, responses, probabilities, and what they were made from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from sqlalchemy import and_, select

from oncometry.core import Code, StoreError
from oncometry.response.clause import Ruleset
from oncometry.store.assessed import Assessed, AssessedInput, AssessedResponse, AssessedRole
from oncometry.store.finite import as_json
from oncometry.store.tables import (
    AssessmentRow,
    CriteriaRuleset,
    LesionRoleRow,
    Model,
    Patient,
    ResponseInput,
    ResponseProbability,
    ResponseRow,
)
from oncometry.store.writing.encode import notices
from oncometry.store.writing.people import keep_readers, timepoint_ids
from oncometry.store.writing.steps import keep_steps
from oncometry.store.writing.transaction import Row, Writing, sealed

__all__ = ["write_assessments"]

SOURCES = {"measurement": "measurement_id", "reading": "lesion_reading_id", "decision": "decision_id"}
"""Kind of a value id -> the column that links to its row."""


def write_assessments(writing: Writing, patient_id: str, criteria: str, assessed: Sequence[Assessed]) -> None:
    """Make these the current assessments of a patient by one criterion, one a reader.

    Raises:
        StoreError: `STORE`, there is no such patient.
    """
    patients = writing.lookup(Patient.identifier, [patient_id], Patient.id)
    if patient_id not in patients:
        raise StoreError(Code.STORE, f"patient {patient_id!r} is not in the store.")
    visits = {number: i for (_, number), i in timepoint_ids(writing, patients).items()}
    steps = keep_steps(writing, [one.step for one in assessed])
    readers = keep_readers(writing, {one.reader for one in assessed})
    rulesets = _rulesets(writing, {one.ruleset for one in assessed})
    parts = [_parts(one, visits) for one in assessed]
    rows = [
        sealed(
            AssessmentRow,
            {
                "run_step_id": steps.of(one.step.key, f"assessment of {patient_id}"),
                "patient_id": patients[patient_id],
                "reader_id": readers[one.reader],
                "criteria_ruleset_id": rulesets[one.ruleset],
                "notices": notices(one.notices),
            },
            hanging,
        )
        for one, hanging in zip(assessed, parts, strict=True)
    ]
    of_criterion = select(CriteriaRuleset.id).where(CriteriaRuleset.name == criteria)
    a = AssessmentRow
    scope = and_(a.patient_id == patients[patient_id], a.criteria_ruleset_id.in_(of_criterion))
    kept = writing.keep(a, scope, rows)
    new = [
        ({"assessment_id": kept.ids[row["content_sha256"]]}, hanging)
        for row, hanging in zip(rows, parts, strict=True)
        if row["content_sha256"] in kept.added
    ]
    for model in (LesionRoleRow, ResponseRow, ResponseProbability, ResponseInput):
        writing.insert(model, [parent | row for parent, hanging in new for row in hanging[model]])


def _rulesets(writing: Writing, rulesets: set[Ruleset]) -> dict[Ruleset, int]:
    rows = {}
    for ruleset in rulesets:
        row: Row = {
            "name": ruleset.name,
            "version": ruleset.version,
            "title": ruleset.title,
            "verified": ruleset.verified,
            "clauses": as_json([asdict(clause) for clause in ruleset.clauses]),
        }
        digest = hashlib.sha256(as_json(row).encode()).hexdigest()
        rows[ruleset] = row | {"sha256": digest}
    wanted = {str(row["sha256"]): row for row in rows.values()}
    ids = writing.keep_named(CriteriaRuleset, CriteriaRuleset.sha256, wanted)
    return {ruleset: ids[str(row["sha256"])] for ruleset, row in rows.items()}


def _parts(one: Assessed, visits: Mapping[int, int]) -> dict[type[Model], list[Row]]:
    return {
        LesionRoleRow: [_role(role) for role in one.roles],
        ResponseRow: [_response(response, visits) for response in one.responses],
        ResponseProbability: [
            {"visit": r.visit, "scope": r.scope, "category": category, "probability": share}
            for r in one.responses
            for category, share in r.probabilities.items()
        ],
        ResponseInput: [_input(taken) for taken in one.inputs],
    }


def _role(role: AssessedRole) -> Row:
    row = asdict(role)
    return {"decision_id": row.pop("decision"), **row}


def _response(response: AssessedResponse, visits: Mapping[int, int]) -> Row:
    row = {name: value for name, value in vars(response).items() if name != "probabilities"}
    number = row.pop("timepoint")
    return {
        "timepoint_id": None if number is None else visits[number],
        "accept_decision_id": row.pop("accept_decision"),
        **row,
    }


def _input(taken: AssessedInput) -> Row:
    reading, quantity = taken.reading, taken.quantity
    value = None if quantity is None else reading.values.get(quantity)
    return {
        "visit": taken.visit,
        "lesion": reading.lesion,
        "compartment": reading.compartment,
        "status": reading.status,
        "reason": reading.reason,
        "quantity": None if value is None else quantity,
        "value": value,
        "standard_error": None if quantity is None else reading.standard_errors.get(quantity),
        **_linked(taken.sources),
    }


def _linked(sources: Sequence[str]) -> Row:
    """The rows that value ids name."""
    links: Row = dict.fromkeys(SOURCES.values())
    for source in sources:
        kind, _, rest = source.partition(":")
        if kind in SOURCES:
            links[SOURCES[kind]] = int(rest.partition(":")[0])
    return links
