"""Table `segment`: labels of a mask."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Double, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import Name, SourceKey, Word
from oncometry.store.tables.model import Model, options

__all__ = ["SegmentRow"]


class SegmentRow(Model):
    """A label: what it means and how much of it there is."""

    __tablename__ = "segment"
    __table_args__ = options(
        UniqueConstraint("segmentation_id", "number"),
        CheckConstraint("voxels >= 0", name="voxels"),
        CheckConstraint("volume_ml >= 0", name="volume_ml"),
        CheckConstraint("volume_ml IS NOT NULL OR reason IS NOT NULL", name="null_has_reason"),
    )

    segmentation_id: Mapped[int] = mapped_column(ForeignKey("segmentation.id"))
    number: Mapped[int]
    name: Mapped[str] = mapped_column(Name)
    compartment: Mapped[str] = mapped_column(Word)
    voxels: Mapped[int]
    volume_ml: Mapped[float | None] = mapped_column(Double)
    tracking_uid: Mapped[str | None] = mapped_column(SourceKey)
    tracking_id: Mapped[str | None] = mapped_column(Name)
    meaning: Mapped[str | None] = mapped_column(Name)
    reason: Mapped[str | None] = mapped_column(Word)
