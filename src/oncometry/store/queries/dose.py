"""Tables `dvhs`, `dvh_metrics`, `ntcp_values` and `dose_features`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from oncometry.store.queries.query import Query
from oncometry.store.queries.value_id import value_id
from oncometry.store.tables import (
    DoseFeature,
    DoseGrid,
    DvhMetric,
    DvhRow,
    FeatureDefinition,
    NtcpValueRow,
    ParameterSet,
    Patient,
    SegmentationRow,
    TimepointRow,
)

__all__ = ["dose_features", "dvh_metrics", "dvhs", "ntcp_values"]

PATIENT = Patient.identifier.label("patient_id")
NUMBER = TimepointRow.number.label("timepoint")
STRUCTURE = DvhRow.name.label("structure")


def dvhs() -> Query:
    """The dose in each structure of a mask."""
    d = DvhRow
    columns = select(
        value_id("dvh", d.id),
        *(PATIENT, NUMBER, DoseGrid.dose_key, SegmentationRow.mask_key, d.number, STRUCTURE),
        *(DoseGrid.summation_type, d.quantity, d.fractions, d.fractions_source),
        *(d.volume_cc, d.outside_cc, d.min_gy, d.max_gy, d.mean_gy, d.curve),
        *(d.file_volume_cc, d.file_difference_gy, d.notices, d.reason),
    )
    return _current(columns.select_from(DvhRow)).order_by(*_order())


def dvh_metrics() -> Query:
    """Metrics of the dose in structures."""
    m = DvhMetric
    columns = select(
        value_id("dvh_metric", m.id),
        *(PATIENT, NUMBER, DoseGrid.dose_key, SegmentationRow.mask_key, DvhRow.number, STRUCTURE),
        *(m.quantity, m.name, m.value, m.unit, m.reason),
    )
    joined = columns.select_from(DvhMetric).join(DvhRow, DvhRow.id == m.dvh_id)
    return _current(joined).order_by(*_order(), m.id)


def ntcp_values() -> Query:
    """What published models say of the dose in structures."""
    n = NtcpValueRow
    columns = select(
        value_id("ntcp", n.id),
        *(PATIENT, NUMBER, DoseGrid.dose_key, SegmentationRow.mask_key, DvhRow.number, STRUCTURE),
        *(n.ntcp_set, n.endpoint, n.quantity, n.value, n.reason, n.checked, n.doi),
    )
    joined = columns.select_from(NtcpValueRow).join(DvhRow, DvhRow.id == n.dvh_id)
    return _current(joined).order_by(*_order(), n.id)


def dose_features() -> Query:
    """Features of the dose in structures."""
    v, d = DoseFeature, FeatureDefinition
    columns = select(
        value_id("dose_feature", v.id),
        *(PATIENT, NUMBER, DoseGrid.dose_key, SegmentationRow.mask_key, DvhRow.number, STRUCTURE),
        *(DvhRow.quantity, d.family, d.name, d.ibsi_id, d.tag, d.filter, v.value, d.unit, v.reason),
        ParameterSet.sha256.label("spec_sha256"),
    )
    joined = (
        columns.select_from(DoseFeature)
        .join(DvhRow, DvhRow.id == v.dvh_id)
        .join(d, d.id == v.feature_definition_id)
        .join(ParameterSet, ParameterSet.id == DvhRow.parameter_set_id)
    )
    return _current(joined).order_by(*_order(), v.id)


def _current(columns: Query) -> Query:
    return (
        columns.join(DoseGrid, DoseGrid.id == DvhRow.dose_grid_id)
        .join(SegmentationRow, SegmentationRow.id == DvhRow.segmentation_id)
        .join(Patient, Patient.id == DoseGrid.patient_id)
        .outerjoin(TimepointRow, TimepointRow.id == DoseGrid.timepoint_id)
        .where(DvhRow.is_current)
    )


def _order() -> tuple[Any, ...]:
    return (
        Patient.identifier,
        TimepointRow.number,
        DoseGrid.dose_key,
        SegmentationRow.mask_key,
        DvhRow.number,
    )
