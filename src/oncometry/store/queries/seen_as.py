"""Which of the patient's lesions a lesion of a mask is."""

from __future__ import annotations

from sqlalchemy import Subquery, select

from oncometry.store.tables import LesionObservation, LesionRow

__all__ = ["seen_as"]


def seen_as() -> Subquery:
    """Columns segmentation_id, mask_lesion, lesion_id, lesion (display id); current lesions only."""
    o = LesionObservation
    return (
        select(
            o.segmentation_id,
            o.mask_lesion,
            LesionRow.id.label("lesion_id"),
            LesionRow.display_id.label("lesion"),
        )
        .join(LesionRow, LesionRow.id == o.lesion_id)
        .where(LesionRow.is_current, o.segmentation_id.is_not(None))
        .subquery("seen_as")
    )
