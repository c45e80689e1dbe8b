"""Rows by id, and patients, visits and lesions as nodes of a trace."""

from __future__ import annotations

from typing import Any, NoReturn

from sqlalchemy import Connection, RowMapping, select

from oncometry.core import Code, NothingFoundError
from oncometry.store.origins import rows_of, step_trace
from oncometry.store.tables import LesionObservation, LesionRow, Patient, TimepointRow, table_of
from oncometry.store.trace import Trace

__all__ = ["absent", "owners", "patient_trace", "row_of", "visit_trace"]


def absent(value_id: str, why: str) -> NoReturn:
    """Say that there is no such value.

    Raises:
        NothingFoundError: `NOTHING_FOUND`.
    """
    raise NothingFoundError(
        Code.NOTHING_FOUND,
        f"there is no value {value_id!r}: {why}.",
        advice="Take a value_id from the tables, such as measurement:12:volume_ml, intensity:55, feature:901 or clinical:7.",
    )


def row_of(connection: Connection, model: Any, number: int, value_id: str = "") -> RowMapping:
    """The row of that id.

    Raises:
        NothingFoundError: `NOTHING_FOUND`.
    """
    table = table_of(model)
    found = connection.execute(select(table).where(table.c.id == number)).mappings().one_or_none()
    if found is None:
        absent(value_id, "there is no such row")
    return found


def owners(connection: Connection, mask: RowMapping, lesion: int) -> list[Trace]:
    """Lesion, patient and visit of a number in a mask."""
    o = LesionObservation
    query = (
        select(table_of(LesionRow), o.status, o.reason)
        .join(o, o.lesion_id == LesionRow.id)
        .where(LesionRow.is_current, o.segmentation_id == mask["id"], o.mask_lesion == lesion)
    )
    traces = [
        Trace(
            "lesion",
            found["display_id"],
            {"tracking_uid": found["tracking_uid"], "status": found["status"], "number in mask": lesion},
            (step_trace(connection, found["run_step_id"], deep=False),),
        )
        for found in rows_of(connection, query)
    ]
    traces.append(patient_trace(connection, mask["patient_id"]))
    if mask["timepoint_id"] is not None:
        traces.append(visit_trace(connection, mask["timepoint_id"]))
    return traces


def visit_trace(connection: Connection, number: int) -> Trace:
    """A time point."""
    visit = row_of(connection, TimepointRow, number)
    day = None if visit["acquired"] is None else visit["acquired"].isoformat()
    return Trace(
        "time point",
        str(visit["number"]),
        {"label": visit["label"], "day": visit["day"], "date": day, "order from": visit["source"]},
    )


def patient_trace(connection: Connection, number: int) -> Trace:
    """A patient."""
    found = row_of(connection, Patient, number)
    facts = {
        "folder": f"sub-{found['subject']}" if found["subject"] else None,
        "synthetic": found["synthetic"],
    }
    return Trace("patient", found["identifier"], facts)
