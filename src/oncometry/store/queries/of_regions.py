"""The region that an extraction describes, and what it was seen as."""

from __future__ import annotations

from sqlalchemy import Subquery, and_

from oncometry.store.queries.query import Query
from oncometry.store.tables import (
    Extraction,
    Patient,
    SegmentationRow,
    Series,
    SeriesReading,
    TimepointRow,
)

__all__ = ["of_regions"]


def of_regions(query: Query, seen: Subquery) -> Query:
    """The query over current extractions, each joined with its mask, patient, image, visit and lesion.

    Args:
        seen: `seen_as()`, as the query's columns name it.
    """
    x, s = Extraction, SegmentationRow
    return (
        query.select_from(x)
        .join(s, and_(s.id == x.segmentation_id, s.is_current))
        .join(Patient, Patient.id == s.patient_id)
        .join(Series, Series.id == x.series_id)
        .outerjoin(SeriesReading, and_(SeriesReading.series_id == Series.id, SeriesReading.is_current))
        .outerjoin(TimepointRow, TimepointRow.id == s.timepoint_id)
        .outerjoin(seen, and_(seen.c.segmentation_id == s.id, seen.c.mask_lesion == x.mask_lesion))
        .where(x.is_current)
    )
