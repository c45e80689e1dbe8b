"""Table `extraction`: what one step took from one image within one region."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import Word
from oncometry.store.tables.model import Model, Versioned

__all__ = ["Extraction"]


class Extraction(Versioned, Model):
    """What `feature_value` and `voxel_histogram` hang on: current together, sealed together.

    Attributes:
        mask_lesion: number of the lesion in the mask; 0 is the whole mask.
        unit: of the image's values.
        parameter_set_id: the spec of its features; null for statistics of raw voxels, which have none.
    """

    __tablename__ = "extraction"

    segmentation_id: Mapped[int] = mapped_column(ForeignKey("segmentation.id"), index=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    mask_lesion: Mapped[int]
    compartment: Mapped[str] = mapped_column(Word)
    unit: Mapped[str] = mapped_column(Word)
    parameter_set_id: Mapped[int | None] = mapped_column(ForeignKey("parameter_set.id"))
