"""Decisions of people as nouns."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

from sqlalchemy import Connection, RowMapping, select
from sqlalchemy.orm import aliased

from oncometry.core import (
    Compartment,
    DecidedLesion,
    Decision,
    DecisionKind,
    LesionRole,
    LesionStatus,
    NonTargetState,
    Quantity,
)
from oncometry.store.tables import (
    DecisionLesion,
    DecisionRow,
    LesionRow,
    ParameterSet,
    Patient,
    ReaderRow,
    RunStep,
    table_of,
)

__all__ = ["decisions_of", "followed_of"]


def decisions_of(connection: Connection, patient_id: str | None) -> tuple[Decision, ...]:
    """Of a patient, or of all, in order of number."""
    d, accepted = DecisionRow, aliased(ReaderRow)
    query = (
        select(
            table_of(d),
            Patient.identifier.label("patient"),
            ReaderRow.name.label("reader"),
            accepted.name.label("accepted"),
        )
        .join(Patient, Patient.id == d.patient_id)
        .join(ReaderRow, ReaderRow.id == d.reader_id)
        .outerjoin(accepted, accepted.id == d.accepted_reader_id)
        .order_by(d.id)
    )
    if patient_id is not None:
        query = query.where(Patient.identifier == patient_id)
    lesions = _lesions(connection)
    return tuple(_decision(row, lesions) for row in connection.execute(query).mappings())


def followed_of(connection: Connection) -> dict[str, frozenset[int]]:
    """Patient -> numbers of the decisions that following was given when it made the current lesions."""
    query = (
        select(Patient.identifier, ParameterSet.parameters)
        .join(LesionRow, LesionRow.patient_id == Patient.id)
        .join(RunStep, RunStep.id == LesionRow.run_step_id)
        .join(ParameterSet, ParameterSet.id == RunStep.parameter_set_id)
        .where(LesionRow.is_current)
        .distinct()
    )
    return {
        patient: frozenset(one["decision"] for one in json.loads(parameters).get("decisions", ()))
        for patient, parameters in connection.execute(query)
    }


def _lesions(connection: Connection) -> dict[int, list[DecidedLesion]]:
    table = table_of(DecisionLesion)
    found: dict[int, list[DecidedLesion]] = defaultdict(list)
    query = select(table).order_by(table.c.decision_id, table.c.position)
    for row in connection.execute(query).mappings():
        x, y, z = (row[f"centroid_{axis}_mm"] for axis in "xyz")
        found[row["decision_id"]].append(
            DecidedLesion(
                name=row["lesion"],
                tracking_uid=row["tracking_uid"],
                anchor=row["anchor"],
                mask_key=row["mask_key"],
                mask_lesion=row["mask_lesion"],
                centroid_lps_mm=None if x is None else (x, y, z),
            )
        )
    return found


def _decision(row: RowMapping, lesions: dict[int, list[DecidedLesion]]) -> Decision:
    return Decision(
        patient_id=row["patient"],
        reader=row["reader"],
        made=row["made"],
        why=row["why"],
        kind=DecisionKind(row["kind"]),
        lesions=tuple(lesions.get(row["id"], ())),
        anchor=row["anchor"],
        criteria=row["criteria"],
        role=_word(LesionRole, row["role"]),
        compartment=_word(Compartment, row["compartment"]),
        quantity=_word(Quantity, row["quantity"]),
        value=row["value"],
        status=_word(LesionStatus, row["status"]),
        state=_word(NonTargetState, row["state"]),
        accepted_reader=row["accepted"],
        undoes=row["undoes_id"],
        number=row["id"],
    )


def _word(kind: Any, value: str | None) -> Any:
    return None if value is None else kind(value)
