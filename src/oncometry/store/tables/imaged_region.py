"""Columns of what was found of a region in an image."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import Word

__all__ = ["ImagedRegion"]


class ImagedRegion:
    """Which region, in which image, in the image's unit. `mask_lesion` 0 is the whole mask."""

    extraction_id: Mapped[int] = mapped_column(ForeignKey("extraction.id"))
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    mask_lesion: Mapped[int]
    compartment: Mapped[str] = mapped_column(Word)
    unit: Mapped[str] = mapped_column(Word)
