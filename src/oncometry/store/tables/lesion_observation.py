"""Table `lesion_observation`: a lesion at a visit, in a mask where there is one."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.core import LesionStatus
from oncometry.store.tables.columns import LongText, Word
from oncometry.store.tables.model import Model, one_of, options

__all__ = ["LesionObservation"]


class LesionObservation(Model):
    """One lesion contoured in CT, PET and MR is one lesion observed three times."""

    __tablename__ = "lesion_observation"
    __table_args__ = options(
        UniqueConstraint("lesion_id", "timepoint_id", "segmentation_id"),
        one_of("status", *LesionStatus, name="status"),
        CheckConstraint("status = 'measured' OR reason IS NOT NULL", name="unmeasured_has_reason"),
        CheckConstraint("(segmentation_id IS NULL) = (mask_lesion IS NULL)", name="mask_lesion"),
    )

    lesion_id: Mapped[int] = mapped_column(ForeignKey("lesion.id"))
    timepoint_id: Mapped[int] = mapped_column(ForeignKey("timepoint.id"), index=True)
    segmentation_id: Mapped[int | None] = mapped_column(ForeignKey("segmentation.id"), index=True)
    mask_lesion: Mapped[int | None]
    status: Mapped[str] = mapped_column(Word)
    reason: Mapped[str | None] = mapped_column(LongText)
