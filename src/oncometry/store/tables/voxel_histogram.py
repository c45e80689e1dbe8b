"""Table `voxel_histogram`: how the voxel values of a region are spread."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import LongText
from oncometry.store.tables.model import Model

__all__ = ["VoxelHistogram"]


class VoxelHistogram(Model):
    """Edges in the image's unit (n + 1, JSON) and voxel counts between them (n, JSON)."""

    __tablename__ = "voxel_histogram"

    extraction_id: Mapped[int] = mapped_column(ForeignKey("extraction.id"), unique=True)
    edges: Mapped[str] = mapped_column(LongText)
    counts: Mapped[str] = mapped_column(LongText)
