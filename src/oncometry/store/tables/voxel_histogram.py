"""Table `voxel_histogram`: how the voxel values of a region are spread."""

from __future__ import annotations

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import LongText, Word
from oncometry.store.tables.model import Derived, Model, options

__all__ = ["VoxelHistogram"]


class VoxelHistogram(Derived, Model):
    """Edges in the image's unit (n + 1, JSON) and voxel counts between them (n, JSON)."""

    __tablename__ = "voxel_histogram"
    __table_args__ = options(
        UniqueConstraint(
            "segmentation_id",
            "series_id",
            "mask_lesion",
            "compartment",
            "run_step_id",
            name="uq_voxel_histogram",
        ),
    )

    segmentation_id: Mapped[int] = mapped_column(ForeignKey("segmentation.id"))
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    mask_lesion: Mapped[int]
    compartment: Mapped[str] = mapped_column(Word)
    unit: Mapped[str] = mapped_column(Word)
    edges: Mapped[str] = mapped_column(LongText)
    counts: Mapped[str] = mapped_column(LongText)
    is_current: Mapped[bool] = mapped_column(default=True)
