"""From a response, a manual read or a decision back to what it was made of."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from sqlalchemy import Connection, RowMapping, or_, select

from oncometry.core import undone
from oncometry.store.decided import decisions_of
from oncometry.store.origins import file_trace, rows_of, step_trace
from oncometry.store.subjects import patient_trace, row_of, visit_trace
from oncometry.store.tables import (
    AssessmentRow,
    CriteriaRuleset,
    DecisionLesion,
    DecisionRow,
    LesionReadingRow,
    Patient,
    ReaderRow,
    ReadingFileRow,
    ResponseInput,
    ResponseProbability,
    ResponseRow,
    table_of,
)
from oncometry.store.trace import Trace

__all__ = ["response_tracers"]

Tracer = Callable[[Connection, int], Trace]


def response_tracers(measurement: Tracer) -> Mapping[str, Tracer]:
    """Kind of a value_id -> what follows it back.

    Args:
        measurement: follows a measurement back to its pixels.
    """

    def response(connection: Connection, number: int) -> Trace:
        found = row_of(connection, ResponseRow, number, f"response:{number}")
        assessment = row_of(connection, AssessmentRow, found["assessment_id"])
        ruleset = row_of(connection, CriteriaRuleset, assessment["criteria_ruleset_id"])
        visit = [] if found["timepoint_id"] is None else [visit_trace(connection, found["timepoint_id"])]
        decision = found["accept_decision_id"]
        sources = (
            patient_trace(connection, assessment["patient_id"]),
            *visit,
            _rule(ruleset, found["clause"]),
            *_inputs(connection, found, measurement),
            *([] if decision is None else [_decision(connection, decision)]),
            step_trace(connection, assessment["run_step_id"], deep=False),
        )
        facts = _said(found) | {
            "probabilities": _probabilities(connection, found),
            "reader": row_of(connection, ReaderRow, assessment["reader_id"])["name"],
            "criteria": ruleset["name"],
            "version": ruleset["version"],
            "verified": ruleset["verified"],
            "current": assessment["is_current"],
        }
        return Trace("value", f"response:{number}", facts, sources)

    return {"response": response, "reading": _reading, "decision": _decision}


def _said(row: RowMapping) -> dict[str, object]:
    left_out = {"content_sha256", "is_current", "id"}
    return {n: v for n, v in row.items() if n not in left_out and not n.endswith("_id") and v is not None}


def _rule(ruleset: RowMapping, key: str) -> Trace:
    clauses = {clause["key"]: clause for clause in json.loads(ruleset["clauses"])}
    return Trace("rule", key, clauses.get(key, {}))


def _probabilities(connection: Connection, response: RowMapping) -> dict[str, float]:
    p = ResponseProbability
    query = select(p.category, p.probability).where(
        p.assessment_id == response["assessment_id"],
        p.visit == response["visit"],
        p.scope == response["scope"],
    )
    return {row.category: row.probability for row in connection.execute(query)}


def _inputs(connection: Connection, response: RowMapping, measurement: Tracer) -> list[Trace]:
    """What was judged at the visit and at the baseline; of a best response, at all visits."""
    i = table_of(ResponseInput)
    query = select(i).where(i.c.assessment_id == response["assessment_id"])
    if response["visit"]:
        query = query.where(or_(i.c.visit == response["visit"], i.c.visit == 1))
    return [
        _input(connection, row, measurement)
        for row in rows_of(connection, query.order_by(i.c.visit.desc(), i.c.id))
    ]


def _input(connection: Connection, row: RowMapping, measurement: Tracer) -> Trace:
    links = (
        (row["measurement_id"], measurement),
        (row["lesion_reading_id"], _reading),
        (row["decision_id"], _decision),
    )
    sources = tuple(trace(connection, number) for number, trace in links if number is not None)
    return Trace("input", f"{row['lesion']} at visit {row['visit']}", _said(row), sources)


def _reading(connection: Connection, number: int) -> Trace:
    found = row_of(connection, LesionReadingRow, number, f"reading:{number}")
    file = row_of(connection, ReadingFileRow, found["reading_file_id"])
    visit = [] if found["timepoint_id"] is None else [visit_trace(connection, found["timepoint_id"])]
    sources = (
        patient_trace(connection, found["patient_id"]),
        *visit,
        Trace("reader", row_of(connection, ReaderRow, found["reader_id"])["name"], {}),
        Trace("sheet", file["name"], {"sha256": file["sha256"], "form": file["form"]}),
        step_trace(connection, file["run_step_id"], deep=False),
        *file_trace(connection, file["sha256"]),
    )
    said = _said(found)
    facts = {"visit": said.pop("timepoint"), **said, "current": file["is_current"]}
    return Trace("value", f"reading:{number}", facts, sources)


def _decision(connection: Connection, number: int) -> Trace:
    found = row_of(connection, DecisionRow, number, f"decision:{number}")
    table = table_of(DecisionLesion)
    lesions = rows_of(connection, select(table).where(table.c.decision_id == number).order_by(table.c.id))
    patient = row_of(connection, Patient, found["patient_id"])["identifier"]
    decisions = decisions_of(connection, patient)
    gone = undone(decisions)
    undoing = [d.value_id for d in decisions if d.undoes == number and d.number not in gone]
    sources = (
        patient_trace(connection, found["patient_id"]),
        Trace("reader", row_of(connection, ReaderRow, found["reader_id"])["name"], {}),
        *(Trace("lesion", row["lesion"], _said(row)) for row in lesions),
    )
    facts = _said(found) | {"made": found["made"].isoformat()}
    if undoing:
        facts["undone by"] = undoing
    if found["undoes_id"] is not None:
        facts["undoes"] = f"decision:{found['undoes_id']}"
    return Trace("value", f"decision:{number}", facts, sources)
