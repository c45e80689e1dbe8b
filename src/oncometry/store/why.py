"""From a value back to what it was made of."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType

from sqlalchemy import Connection, RowMapping, select

from oncometry.store.origins import file_trace, mask_trace, rows_of, series_trace, step_trace
from oncometry.store.size_errors import error_facts
from oncometry.store.subjects import absent, owners, patient_trace, row_of, visit_trace
from oncometry.store.tables import (
    ArtifactRow,
    ClinicalRowRow,
    ClinicalSheetRow,
    ClinicalValueRow,
    DoseFeature,
    DoseGrid,
    DvhMetric,
    DvhRow,
    EventRow,
    Extraction,
    FeatureDefinition,
    FeatureReliabilityRow,
    FeatureValue,
    GrowthForecast,
    LesionRelation,
    LesionRow,
    MeasurementChange,
    MeasurementRow,
    Model,
    NtcpValueRow,
    ParameterSet,
    ReaderRow,
    RegistrationRow,
    ReliabilityAnalysis,
    SegmentationRow,
    SegmentRow,
    Series,
    TimepointRow,
    ToxicityRow,
    TreatmentRow,
    VoxelHistogram,
    table_of,
)
from oncometry.store.trace import Trace
from oncometry.store.why_experiment import experiment_tracers
from oncometry.store.why_response import response_tracers

__all__ = ["trace_value"]

MAX_ID = 2**31 - 1
CHANGES = ("volume_change_percent", "diameter_change_percent", "product_change_percent")
KEYS = frozenset({"content_sha256", "is_current"})

Tracer = Callable[[Connection, int], Trace]


def trace_value(connection: Connection, value_id: str) -> Trace:
    """The tree of a value: 'KIND:ID', or 'measurement:ID:FIELD'.

    Raises:
        NothingFoundError: `NOTHING_FOUND`, there is no such value.
    """
    kind, _, rest = value_id.partition(":")
    number, _, field = rest.partition(":")
    known = kind in TRACERS or kind == "measurement"
    if not known or not number.isascii() or not number.isdecimal() or (field and kind != "measurement"):
        absent(value_id, "it is not a value_id")
    if int(number) > MAX_ID:
        absent(value_id, "there is no such row")
    if kind == "measurement":
        return _measurement(connection, int(number), field)
    return TRACERS[kind](connection, int(number))


def _facts(row: RowMapping) -> dict[str, object]:
    """What a row says itself, without the keys that lead on."""
    return {
        name: value for name, value in row.items() if name not in KEYS and name != "id" and name[-3:] != "_id"
    }


def _measurement(connection: Connection, number: int, field: str) -> Trace:
    found = row_of(connection, MeasurementRow, number, f"measurement:{number}")
    value = _facts(found)
    c = MeasurementChange
    changed = rows_of(
        connection,
        select(table_of(MeasurementChange))
        .join(LesionRow, LesionRow.id == c.lesion_id)
        .where(c.measurement_id == number, LesionRow.is_current),
    )
    value |= {name: changed[0][name] if changed else None for name in CHANGES}
    if field:
        value |= error_facts(found["standard_errors"])
    if field and field not in value:
        absent(f"measurement:{number}:{field}", f"a measurement has {', '.join(value)}")
    shown = value
    if field:
        shown = {name: value[name] for name in (field, "reason", "compartment", "label", "slice")}
    mask = row_of(connection, SegmentationRow, found["segmentation_id"])
    sources = [
        *owners(connection, mask, found["mask_lesion"]),
        mask_trace(connection, mask),
        step_trace(connection, found["run_step_id"]),
    ]
    if changed and field in CHANGES and changed[0]["baseline_id"] != number:
        sources.append(_measurement(connection, changed[0]["baseline_id"], ""))
    title = f"measurement:{number}:{field}" if field else f"measurement:{number}"
    return Trace("value", title, shown | {"current": mask["is_current"]}, tuple(sources))


def _intensity(connection: Connection, number: int) -> Trace:
    found = row_of(connection, FeatureValue, number, f"intensity:{number}")
    taken = row_of(connection, Extraction, found["extraction_id"])
    if taken["parameter_set_id"] is not None:
        absent(f"intensity:{number}", f"it is a feature: ask for feature:{number}")
    what = row_of(connection, FeatureDefinition, found["feature_definition_id"])
    facts = {what["name"]: found["value"], "reason": found["reason"], "ibsi_id": what["ibsi_id"]}
    return _in_image(connection, f"intensity:{number}", taken, facts)


def _feature(connection: Connection, number: int) -> Trace:
    found = row_of(connection, FeatureValue, number, f"feature:{number}")
    taken = row_of(connection, Extraction, found["extraction_id"])
    if taken["parameter_set_id"] is None:
        absent(f"feature:{number}", f"it is a statistic of raw voxels: ask for intensity:{number}")
    what = row_of(connection, FeatureDefinition, found["feature_definition_id"])
    spec = row_of(connection, ParameterSet, taken["parameter_set_id"])
    facts = {what["name"]: found["value"], "reason": found["reason"]}
    facts |= {name: what[name] for name in ("unit", "ibsi_id", "tag", "family", "filter")}
    trace = _in_image(connection, f"feature:{number}", taken, facts)
    told = Trace("spec", spec["sha256"], {"sha256": spec["sha256"], "parameters": spec["parameters"]})
    return replace(trace, sources=(*trace.sources, told))


def _reliability(connection: Connection, number: int) -> Trace:
    found = row_of(connection, FeatureReliabilityRow, number, f"reliability:{number}")
    analysis = row_of(connection, ReliabilityAnalysis, found["reliability_analysis_id"])
    what = row_of(connection, FeatureDefinition, found["feature_definition_id"])
    facts = {name: what[name] for name in ("name", "ibsi_id", "tag", "family", "filter")}
    facts |= _facts(found) | {name: analysis[name] for name in ("source", "icc_kind", "data", "data_sha256")}
    told = {"spec": analysis["parameter_set_id"], "perturbation": analysis["perturbation_set_id"]}
    sets = {kind: row_of(connection, ParameterSet, at) for kind, at in told.items() if at is not None}
    sources = (
        *(
            Trace(kind, s["sha256"], {"sha256": s["sha256"], "parameters": s["parameters"]})
            for kind, s in sets.items()
        ),
        step_trace(connection, analysis["run_step_id"], deep=False),
    )
    return Trace("value", f"reliability:{number}", facts | {"current": analysis["is_current"]}, sources)


def _histogram(connection: Connection, number: int) -> Trace:
    found = row_of(connection, VoxelHistogram, number, f"histogram:{number}")
    facts = {"edges": found["edges"], "counts": found["counts"]}
    taken = row_of(connection, Extraction, found["extraction_id"])
    return _in_image(connection, f"histogram:{number}", taken, facts)


def _in_image(connection: Connection, title: str, taken: RowMapping, facts: dict[str, object]) -> Trace:
    """A value of a region in an image."""
    mask = row_of(connection, SegmentationRow, taken["segmentation_id"])
    series = row_of(connection, Series, taken["series_id"])
    region = {
        "image_unit": taken["unit"],
        "compartment": taken["compartment"],
        "mask_lesion": taken["mask_lesion"],
        "current": taken["is_current"] and mask["is_current"],
    }
    sources = (
        *owners(connection, mask, taken["mask_lesion"]),
        mask_trace(connection, mask),
        series_trace(connection, series["series_key"]),
        step_trace(connection, taken["run_step_id"]),
    )
    return Trace("value", title, facts | region, sources)


def _dvh(connection: Connection, number: int) -> Trace:
    found = row_of(connection, DvhRow, number, f"dvh:{number}")
    return _in_structure(connection, f"dvh:{number}", found, {})


def _in_structure(connection: Connection, title: str, dosed: RowMapping, facts: dict[str, object]) -> Trace:
    """A value of the dose in a structure."""
    grid = row_of(connection, DoseGrid, dosed["dose_grid_id"])
    mask = row_of(connection, SegmentationRow, dosed["segmentation_id"])
    whole = {name: value for name, value in _facts(dosed).items() if name != "curve"}
    told = ("dose_key", "unit", "dose_type", "summation_type", "plan_uid", "plan_sha256", "fractions_planned")
    sources = (
        patient_trace(connection, grid["patient_id"]),
        Trace("dose", grid["dose_key"], {name: grid[name] for name in told}),
        *file_trace(connection, grid["sha256"]),
        mask_trace(connection, mask),
        step_trace(connection, dosed["run_step_id"]),
    )
    current = {"current": dosed["is_current"] and mask["is_current"]}
    return Trace("value", title, whole | facts | current, sources)


def _of_dvh(kind: str, model: type[Model]) -> Tracer:
    """The tracer of a row that hangs on a histogram."""

    def trace(connection: Connection, number: int) -> Trace:
        found = row_of(connection, model, number, f"{kind}:{number}")
        dosed = row_of(connection, DvhRow, found["dvh_id"])
        return _in_structure(
            connection, f"{kind}:{number}", dosed, _facts(found) | {"structure": dosed["name"]}
        )

    return trace


def _dose_feature(connection: Connection, number: int) -> Trace:
    title = f"dose_feature:{number}"
    found = row_of(connection, DoseFeature, number, title)
    dosed = row_of(connection, DvhRow, found["dvh_id"])
    what = row_of(connection, FeatureDefinition, found["feature_definition_id"])
    spec = row_of(connection, ParameterSet, dosed["parameter_set_id"])
    facts = {what["name"]: found["value"], "reason": found["reason"], "structure": dosed["name"]}
    facts |= {name: what[name] for name in ("unit", "ibsi_id", "tag", "family", "filter")}
    trace = _in_structure(connection, title, dosed, {})
    told = Trace("spec", spec["sha256"], {"sha256": spec["sha256"], "parameters": spec["parameters"]})
    current = {name: trace.facts[name] for name in ("quantity", "current")}
    return replace(trace, facts=facts | current, sources=(*trace.sources, told))


def _growth(connection: Connection, number: int) -> Trace:
    """A forecast, and the readings that it rests on."""
    found = row_of(connection, GrowthForecast, number, f"growth:{number}")
    read = [source.split(":") for source in json.loads(found["sources"])]
    facts = {name: value for name, value in _facts(found).items() if name != "sources"}
    facts["reader"] = row_of(connection, ReaderRow, found["reader_id"])["name"]
    sources = (
        patient_trace(connection, found["patient_id"]),
        *(
            TRACERS[kind](connection, int(one))
            if kind == "reading"
            else _measurement(connection, int(one), "longest_diameter_mm")
            for kind, one in read
        ),
        step_trace(connection, found["run_step_id"], deep=False),
    )
    return Trace("value", f"growth:{number}", facts | {"current": found["is_current"]}, sources)


def _segment(connection: Connection, number: int) -> Trace:
    found = row_of(connection, SegmentRow, number, f"segment:{number}")
    mask = _mask(connection, found["segmentation_id"])
    return Trace("value", f"segment:{number}", _facts(found), mask.sources)


def _mask(connection: Connection, number: int) -> Trace:
    found = row_of(connection, SegmentationRow, number, f"mask:{number}")
    names = ("small_parts", "small_parts_ml", "geometry_trusted", "notices")
    facts = {name: found[name] for name in names} | {"current": found["is_current"]}
    visit = [] if found["timepoint_id"] is None else [visit_trace(connection, found["timepoint_id"])]
    sources = (
        patient_trace(connection, found["patient_id"]),
        *visit,
        mask_trace(connection, found),
        step_trace(connection, found["run_step_id"]),
    )
    return Trace("value", f"mask:{number}", facts, sources)


def _registration(connection: Connection, number: int) -> Trace:
    found = row_of(connection, RegistrationRow, number, f"registration:{number}")
    keys = [
        row_of(connection, Series, found[f"{side}_series_id"])["series_key"] for side in ("fixed", "moving")
    ]
    sources = (
        patient_trace(connection, found["patient_id"]),
        visit_trace(connection, found["timepoint_id"]),
        *(series_trace(connection, key) for key in keys),
        step_trace(connection, found["run_step_id"]),
    )
    facts = _facts(found) | {"current": found["is_current"]}
    return Trace("value", f"registration:{number}", facts, sources)


def _relation(connection: Connection, number: int) -> Trace:
    found = row_of(connection, LesionRelation, number, f"relation:{number}")
    lesion = row_of(connection, LesionRow, found["lesion_id"])
    masks = [found[f"{side}_segmentation_id"] for side in ("earlier", "later")]
    sources = (
        patient_trace(connection, lesion["patient_id"]),
        *(visit_trace(connection, found[f"{side}_timepoint_id"]) for side in ("earlier", "later")),
        *(mask_trace(connection, row_of(connection, SegmentationRow, m)) for m in masks if m is not None),
        step_trace(connection, lesion["run_step_id"]),
    )
    facts = _facts(found) | {"lesion": lesion["display_id"], "current": lesion["is_current"]}
    return Trace("value", f"relation:{number}", facts, sources)


def _timepoint(connection: Connection, number: int) -> Trace:
    found = row_of(connection, TimepointRow, number, f"timepoint:{number}")
    sources = (
        patient_trace(connection, found["patient_id"]),
        step_trace(connection, found["run_step_id"]),
    )
    return Trace("value", f"timepoint:{number}", visit_trace(connection, number).facts, sources)


def _artifact(connection: Connection, number: int) -> Trace:
    found = row_of(connection, ArtifactRow, number, f"artifact:{number}")
    facts = _facts(found) | {"current": found["is_current"]}
    sources = (step_trace(connection, found["run_step_id"]),)
    return Trace("value", f"artifact:{number}", facts, sources)


def _from_sheet(kind: str, model: type[Model]) -> Tracer:
    """The tracer of what a row of a clinical sheet says."""

    def trace(connection: Connection, number: int) -> Trace:
        found = row_of(connection, model, number, f"{kind}:{number}")
        row = row_of(connection, ClinicalRowRow, found["clinical_row_id"])
        sheet = row_of(connection, ClinicalSheetRow, row["clinical_sheet_id"])
        place = {
            "sheet": row["sheet"],
            "row": row["sheet_row"],
            "cells": row["cells"],
            "detail": row["detail"],
        }
        sources = (
            patient_trace(connection, found["patient_id"]),
            Trace("row", f"row {row['sheet_row']} of {row['sheet']}", place),
            Trace("sheet", sheet["name"], {"sha256": sheet["sha256"], "columns": sheet["columns"]}),
            step_trace(connection, found["run_step_id"]),
            *file_trace(connection, sheet["sha256"]),
        )
        return Trace("value", f"{kind}:{number}", _facts(found) | {"current": sheet["is_current"]}, sources)

    return trace


TRACERS: MappingProxyType[str, Tracer] = MappingProxyType(
    {
        "intensity": _intensity,
        "histogram": _histogram,
        "feature": _feature,
        "reliability": _reliability,
        "dvh": _dvh,
        "dvh_metric": _of_dvh("dvh_metric", DvhMetric),
        "dose_feature": _dose_feature,
        "ntcp": _of_dvh("ntcp", NtcpValueRow),
        "growth": _growth,
        "segment": _segment,
        "mask": _mask,
        "registration": _registration,
        "relation": _relation,
        "timepoint": _timepoint,
        "artifact": _artifact,
        "clinical": _from_sheet("clinical", ClinicalValueRow),
        "treatment": _from_sheet("treatment", TreatmentRow),
        "event": _from_sheet("event", EventRow),
        "toxicity": _from_sheet("toxicity", ToxicityRow),
        **experiment_tracers(),
        **response_tracers(lambda connection, number: _measurement(connection, number, "")),
    }
)
"""Kind of a value_id -> what follows it back."""
