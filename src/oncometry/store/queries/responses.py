"""Tables `responses`, `response_probabilities` and `response_inputs`."""

from __future__ import annotations

from sqlalchemy import and_, select

from oncometry.store.queries.query import Query
from oncometry.store.queries.value_id import value_id
from oncometry.store.tables import (
    AssessmentRow,
    CriteriaRuleset,
    Patient,
    ReaderRow,
    ResponseInput,
    ResponseProbability,
    ResponseRow,
    TimepointRow,
)

__all__ = ["response_inputs", "response_probabilities", "responses"]

WHOSE = (Patient.identifier.label("patient_id"), ReaderRow.name.label("reader"))
CRITERIA = CriteriaRuleset.name.label("criteria")
ORDER = (Patient.identifier, CriteriaRuleset.name, ReaderRow.name)


def _of_assessments(query: Query) -> Query:
    """The query over rows joined with their assessment, with whose it is; current ones only."""
    a = AssessmentRow
    return (
        query.join(Patient, Patient.id == a.patient_id)
        .join(ReaderRow, ReaderRow.id == a.reader_id)
        .join(CriteriaRuleset, CriteriaRuleset.id == a.criteria_ruleset_id)
        .where(a.is_current)
    )


def responses() -> Query:
    """Categories, each with its proof; the best response of a course has no time point."""
    r, a, c = ResponseRow, AssessmentRow, CriteriaRuleset
    query = (
        select(
            value_id("response", r.id),
            *WHOSE,
            TimepointRow.number.label("timepoint"),
            r.label,
            r.day,
            CRITERIA,
            *(c.version, c.verified, r.scope, r.category, r.quantity, r.total, r.nadir),
            *(r.change_from_baseline_percent, r.change_from_nadir_percent),
            *(r.flip_lesion, r.flip_quantity, r.flip_amount, r.flip_category),
            *(r.accepted, value_id("decision", r.accept_decision_id).label("accepted_by")),
            *(r.clause, r.explanation, a.notices),
        )
        .join(a, a.id == r.assessment_id)
        .outerjoin(TimepointRow, TimepointRow.id == r.timepoint_id)
    )
    return _of_assessments(query).order_by(*ORDER, r.visit == 0, r.visit, r.id)


def response_probabilities() -> Query:
    """How likely each category is."""
    p, r = ResponseProbability, ResponseRow
    query = (
        select(
            value_id("response", r.id).label("response"),
            *(*WHOSE, TimepointRow.number.label("timepoint"), CRITERIA),
            *(p.scope, p.category, p.probability),
        )
        .select_from(p)
        .join(AssessmentRow, AssessmentRow.id == p.assessment_id)
        .join(r, and_(r.assessment_id == p.assessment_id, r.visit == p.visit, r.scope == p.scope))
        .outerjoin(TimepointRow, TimepointRow.id == r.timepoint_id)
    )
    return _of_assessments(query).order_by(*ORDER, p.visit, p.id)


def response_inputs() -> Query:
    """What each assessment was made from."""
    i = ResponseInput
    query = select(
        *(*WHOSE, CRITERIA, i.visit, i.lesion, i.compartment),
        *(i.status, i.quantity, i.value, i.standard_error, i.reason),
        value_id("measurement", i.measurement_id).label("measurement"),
        value_id("reading", i.lesion_reading_id).label("reading"),
        value_id("decision", i.decision_id).label("decision"),
    ).join(AssessmentRow, AssessmentRow.id == i.assessment_id)
    return _of_assessments(query).order_by(*ORDER, i.visit, i.id)
