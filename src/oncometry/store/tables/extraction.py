"""Table `extraction`: all values that one step took from the images within one mask."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.model import Model, Versioned

__all__ = ["Extraction"]


class Extraction(Versioned, Model):
    """What `feature_value` and `voxel_histogram` hang on: current together, sealed together."""

    __tablename__ = "extraction"

    segmentation_id: Mapped[int] = mapped_column(ForeignKey("segmentation.id"), index=True)
