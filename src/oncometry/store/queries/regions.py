"""Tables `segmentations` and `segments`."""

from __future__ import annotations

from sqlalchemy import select

from oncometry.store.queries.query import Query
from oncometry.store.queries.value_id import value_id
from oncometry.store.tables import Patient, SegmentationRow, SegmentRow, Series, TimepointRow

__all__ = ["segmentations", "segments"]


def segmentations() -> Query:
    """Masks as they were measured."""
    s = SegmentationRow
    return (
        select(
            value_id("mask", s.id),
            Patient.identifier.label("patient_id"),
            TimepointRow.number.label("timepoint"),
            s.mask_key,
            s.kind,
            Series.series_key,
            *(s.linked_by, s.scheme, s.scheme_source, s.description),
            *(s.network, s.network_version, s.network_sha256, s.backend),
            *(s.spacing_i_mm, s.spacing_j_mm, s.spacing_k_mm),
            *(s.path, s.sha256, s.small_parts, s.small_parts_ml),
            s.notices,
        )
        .join(Patient, Patient.id == s.patient_id)
        .outerjoin(TimepointRow, TimepointRow.id == s.timepoint_id)
        .outerjoin(Series, Series.id == s.series_id)
        .where(s.is_current)
        .order_by(Patient.identifier, TimepointRow.number, s.mask_key)
    )


def segments() -> Query:
    """Labels of the masks."""
    g = SegmentRow
    return (
        select(
            value_id("segment", g.id),
            SegmentationRow.mask_key,
            *(g.number, g.name, g.compartment, g.voxels, g.volume_ml),
            *(g.tracking_id, g.tracking_uid, g.meaning, g.reason),
        )
        .join(SegmentationRow, SegmentationRow.id == g.segmentation_id)
        .where(SegmentationRow.is_current)
        .order_by(SegmentationRow.mask_key, g.number)
    )
