"""Tables `decisions`, `readings` and `roles`."""

from __future__ import annotations

from sqlalchemy import and_, select
from sqlalchemy.orm import aliased

from oncometry.core import Quantity
from oncometry.store.queries.query import Query
from oncometry.store.queries.value_id import value_id
from oncometry.store.tables import (
    AssessmentRow,
    CriteriaRuleset,
    DecisionLesion,
    DecisionRow,
    LesionReadingRow,
    LesionRoleRow,
    LesionRow,
    Patient,
    ReaderRow,
    ReadingFileRow,
    TimepointRow,
    table_of,
)

__all__ = ["decisions", "readings", "roles"]

PATIENT = Patient.identifier.label("patient_id")
READER = ReaderRow.name.label("reader")


def decisions() -> Query:
    """What people decided, what they undid among it."""
    d, accepted = DecisionRow, aliased(ReaderRow)
    first, second = aliased(DecisionLesion), aliased(DecisionLesion)
    visit = aliased(TimepointRow)
    return (
        select(
            value_id("decision", d.id),
            PATIENT,
            READER,
            *(d.made, d.kind, first.lesion, first.tracking_uid),
            second.lesion.label("other_lesion"),
            second.tracking_uid.label("other_tracking_uid"),
            visit.number.label("timepoint"),
            *(d.criteria, d.role, d.compartment, d.quantity, d.value, d.status, d.state),
            accepted.name.label("accepted_reader"),
            value_id("decision", d.undoes_id).label("undoes"),
            d.why,
        )
        .join(Patient, Patient.id == d.patient_id)
        .join(ReaderRow, ReaderRow.id == d.reader_id)
        .outerjoin(accepted, accepted.id == d.accepted_reader_id)
        .outerjoin(first, and_(first.decision_id == d.id, first.position == 1))
        .outerjoin(second, and_(second.decision_id == d.id, second.position == 2))
        .outerjoin(visit, and_(visit.patient_id == d.patient_id, visit.anchor == d.anchor, visit.is_current))
        .order_by(d.id)
    )


def readings() -> Query:
    """Manual reads of the current files, with the ledger's lesion that each is of."""
    r = LesionReadingRow
    sizes = [table_of(r).c[quantity.value] for quantity in Quantity]
    return (
        select(
            value_id("reading", r.id),
            PATIENT,
            READER,
            TimepointRow.number.label("timepoint"),
            r.timepoint.label("visit"),
            r.day,
            *(r.lesion, LesionRow.display_id.label("ledger_lesion"), r.lesion_uid, r.matched_by),
            *(r.role, r.status, r.state, r.organ, r.is_node, r.compartment, r.slice_thickness_mm),
            *sizes,
            *(r.accepted, r.reason, r.standard_errors, ReadingFileRow.name.label("file"), r.sources),
        )
        .join(Patient, Patient.id == r.patient_id)
        .join(ReaderRow, ReaderRow.id == r.reader_id)
        .join(ReadingFileRow, ReadingFileRow.id == r.reading_file_id)
        .outerjoin(TimepointRow, TimepointRow.id == r.timepoint_id)
        .outerjoin(
            LesionRow,
            and_(
                LesionRow.patient_id == r.patient_id,
                LesionRow.tracking_uid == r.lesion_uid,
                LesionRow.is_current,
            ),
        )
        .where(ReadingFileRow.is_current)
        .order_by(Patient.identifier, r.id)
    )


def roles() -> Query:
    """What each lesion counts as, for each criterion and reader."""
    o, a = LesionRoleRow, AssessmentRow
    return (
        select(
            PATIENT,
            READER,
            CriteriaRuleset.name.label("criteria"),
            *(o.lesion, o.compartment, o.tracking_uid, o.role, o.decided_by),
            value_id("decision", o.decision_id).label("decision"),
        )
        .join(a, a.id == o.assessment_id)
        .join(Patient, Patient.id == a.patient_id)
        .join(ReaderRow, ReaderRow.id == a.reader_id)
        .join(CriteriaRuleset, CriteriaRuleset.id == a.criteria_ruleset_id)
        .where(a.is_current)
        .order_by(Patient.identifier, CriteriaRuleset.name, ReaderRow.name, o.id)
    )
