"""From a value back to what it was made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from sqlalchemy import Connection, RowMapping, select

from oncometry.core import Code, LabelError
from oncometry.store.origins import file_trace, mask_trace, rows_of, series_trace, step_trace
from oncometry.store.tables import (
    ClinicalRowRow,
    ClinicalSheetRow,
    ClinicalValueRow,
    FeatureDefinition,
    FeatureValue,
    LesionObservation,
    LesionRow,
    MeasurementChange,
    MeasurementRow,
    Patient,
    SegmentationRow,
    Series,
    TimepointRow,
    table_of,
)
from oncometry.store.trace import Trace

__all__ = ["trace_value"]

CHANGES = ("volume_change_percent", "diameter_change_percent", "product_change_percent")


def trace_value(connection: Connection, value_id: str) -> Trace:
    """The tree of a value.

    Raises:
        LabelError: `LABEL_ABSENT`, there is no such value.
    """
    kind, _, rest = value_id.partition(":")
    number, _, field = rest.partition(":")
    if kind not in TRACERS or not number.isdecimal() or (field and kind != "measurement"):
        _absent(value_id, "it is not a value_id")
    if int(number) > MAX_ID:
        _absent(value_id, "there is no such row")
    return TRACERS[kind](connection, int(number), field)


MAX_ID = 2**31 - 1


def _absent(value_id: str, why: str) -> NoReturn:
    raise LabelError(
        Code.LABEL_ABSENT,
        f"there is no value {value_id!r}: {why}.",
        advice="Take a value_id from the tables, such as measurement:12:volume_ml, intensity:55 or clinical:7.",
    )


def _measurement(connection: Connection, number: int, field: str) -> Trace:
    found = _row(connection, MeasurementRow, number, f"measurement:{number}")
    value = {name: v for name, v in found.items() if name not in ("id", "run_step_id", "segmentation_id")}
    c = MeasurementChange
    changed = rows_of(
        connection,
        select(table_of(MeasurementChange))
        .join(LesionRow, LesionRow.id == c.lesion_id)
        .where(c.measurement_id == number, LesionRow.is_current),
    )
    value |= {name: changed[0][name] if changed else None for name in CHANGES}
    if field and field not in value:
        _absent(f"measurement:{number}:{field}", f"a measurement has {', '.join(value)}")
    shown = {field: value[field], "reason": value["reason"]} if field else value
    if field:
        shown |= {"compartment": value["compartment"], "label": value["label"], "slice": value["slice"]}
    mask = _row(connection, SegmentationRow, found["segmentation_id"], "")
    sources = [
        *_whose(connection, mask, found["mask_lesion"]),
        mask_trace(connection, mask),
        step_trace(connection, found["run_step_id"]),
    ]
    if changed and field in CHANGES and changed[0]["baseline_id"] != number:
        sources.append(_measurement(connection, changed[0]["baseline_id"], ""))
    title = f"measurement:{number}:{field}" if field else f"measurement:{number}"
    return Trace("value", title, shown | {"current": mask["is_current"]}, tuple(sources))


def _intensity(connection: Connection, number: int, _: str) -> Trace:
    found = _row(connection, FeatureValue, number, f"intensity:{number}")
    what = _row(connection, FeatureDefinition, found["feature_definition_id"], "")
    mask = _row(connection, SegmentationRow, found["segmentation_id"], "")
    series = _row(connection, Series, found["series_id"], "")
    facts = {
        what["name"]: found["value"],
        "reason": found["reason"],
        "image_unit": found["unit"],
        "ibsi_id": what["ibsi_id"],
        "compartment": found["compartment"],
        "mask_lesion": found["mask_lesion"],
        "current": found["is_current"] and mask["is_current"],
    }
    sources = (
        *_whose(connection, mask, found["mask_lesion"]),
        mask_trace(connection, mask),
        series_trace(connection, series["series_key"]),
        step_trace(connection, found["run_step_id"]),
    )
    return Trace("value", f"intensity:{number}", facts, sources)


def _clinical(connection: Connection, number: int, _: str) -> Trace:
    found = _row(connection, ClinicalValueRow, number, f"clinical:{number}")
    row = _row(connection, ClinicalRowRow, found["clinical_row_id"], "")
    sheet = _row(connection, ClinicalSheetRow, row["clinical_sheet_id"], "")
    facts = {name: found[name] for name in ("name", "text", "number", "unit", "day")}
    place = {"sheet": row["sheet"], "row": row["sheet_row"], "cells": row["cells"], "detail": row["detail"]}
    sources = (
        _patient(connection, found["patient_id"]),
        Trace("row", f"row {row['sheet_row']} of {row['sheet']}", place),
        Trace("sheet", sheet["name"], {"sha256": sheet["sha256"], "columns": sheet["columns"]}),
        step_trace(connection, found["run_step_id"]),
        *file_trace(connection, sheet["sha256"]),
    )
    return Trace("value", f"clinical:{number}", facts | {"current": sheet["is_current"]}, sources)


TRACERS: dict[str, Callable[[Connection, int, str], Trace]] = {
    "measurement": _measurement,
    "intensity": _intensity,
    "clinical": _clinical,
}


def _row(connection: Connection, model: Any, number: int, value_id: str) -> RowMapping:
    table = table_of(model)
    found = connection.execute(select(table).where(table.c.id == number)).mappings().one_or_none()
    if found is None:
        _absent(value_id, "there is no such row")
    return found


def _whose(connection: Connection, mask: RowMapping, lesion: int) -> list[Trace]:
    """Lesion, patient and visit."""
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
    traces.append(_patient(connection, mask["patient_id"]))
    if mask["timepoint_id"] is not None:
        visit = _row(connection, TimepointRow, mask["timepoint_id"], "")
        facts = {"day": visit["day"], "date": _iso(visit["acquired"]), "order from": visit["source"]}
        traces.append(Trace("time point", str(visit["number"]), facts))
    return traces


def _iso(value: Any) -> str | None:
    return None if value is None else value.isoformat()


def _patient(connection: Connection, number: int) -> Trace:
    found = _row(connection, Patient, number, "")
    facts = {
        "folder": f"sub-{found['subject']}" if found["subject"] else None,
        "synthetic": found["synthetic"],
    }
    return Trace("patient", found["identifier"], facts)
