"""What the sheets of a cohort say, as the nouns that reading a sheet gives."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import fields
from typing import Any, TypeVar

from sqlalchemy import Connection, select

from oncometry.io.clinical import (
    ClinicalSheet,
    ClinicalValue,
    SaidElsewhere,
    VitalEvent,
)
from oncometry.store.tables import (
    ClinicalRowRow,
    ClinicalSheetRow,
    ClinicalValueRow,
    EventRow,
    Patient,
    table_of,
)

__all__ = ["earlier_readings", "said_elsewhere"]

Noun = TypeVar("Noun", ClinicalValue, VitalEvent)
Said = type[ClinicalValueRow] | type[EventRow]


def earlier_readings(connection: Connection, sheet: ClinicalSheet) -> set[int]:
    """Ids of the current sheets that this one is a newer reading of.

    Those of the same bytes; and those of the same name that speak of any of the same patients (of any at
    all, where it names none).
    """
    c, r = ClinicalSheetRow, ClinicalRowRow
    here = {row.patient_id for row in sheet.rows} - {None}
    same = connection.scalars(select(c.id).where(c.sha256 == sheet.sha256, c.is_current))
    named = select(r.clinical_sheet_id, r.patient_identifier).join(c, c.id == r.clinical_sheet_id)
    rows = connection.execute(named.where(c.name == sheet.name, c.is_current))
    return {*same, *(number for number, patient in rows if patient in here or not here)}


def said_elsewhere(connection: Connection, sheet: ClinicalSheet) -> SaidElsewhere:
    """Facts of the current sheets but those that this one is a newer reading of."""
    apart = earlier_readings(connection, sheet)

    def said(noun: type[Noun], model: Said) -> tuple[Noun, ...]:
        return _said(connection, noun, model, apart)

    return SaidElsewhere(values=said(ClinicalValue, ClinicalValueRow), events=said(VitalEvent, EventRow))


def _said(
    connection: Connection, noun: Callable[..., Noun], model: Said, apart: Collection[int]
) -> tuple[Noun, ...]:
    table = table_of(model)
    names = [f.name for f in fields(noun) if f.name in table.c]  # type: ignore[arg-type]
    query = (
        select(
            Patient.identifier.label("patient_id"), *(table.c[name] for name in names if name != "patient_id")
        )
        .join(Patient, Patient.id == table.c.patient_id)
        .join(ClinicalSheetRow, ClinicalSheetRow.id == table.c.clinical_sheet_id)
        .where(ClinicalSheetRow.is_current, ClinicalSheetRow.id.not_in(apart))
        .order_by(table.c.id)
    )
    rows: list[dict[str, Any]] = [dict(row) for row in connection.execute(query).mappings()]
    return tuple(noun(**row, row=0) for row in rows)
