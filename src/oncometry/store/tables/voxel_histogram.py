"""Table `voxel_histogram`: how the voxel values of a region are spread."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import LongText
from oncometry.store.tables.imaged_region import ImagedRegion
from oncometry.store.tables.model import Model, options

__all__ = ["VoxelHistogram"]


class VoxelHistogram(ImagedRegion, Model):
    """Edges in the image's unit (n + 1, JSON) and voxel counts between them (n, JSON)."""

    __tablename__ = "voxel_histogram"
    __table_args__ = options(
        UniqueConstraint(
            "extraction_id", "series_id", "mask_lesion", "compartment", name="uq_voxel_histogram"
        ),
    )

    edges: Mapped[str] = mapped_column(LongText)
    counts: Mapped[str] = mapped_column(LongText)
