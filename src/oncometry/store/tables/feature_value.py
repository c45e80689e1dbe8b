"""Table `feature_value`: one value of one feature of one region in one image."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Double, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import Word
from oncometry.store.tables.model import Model, options

__all__ = ["FeatureValue"]


class FeatureValue(Model):
    """Narrow: one row per value, which says nothing that the others of its region say too."""

    __tablename__ = "feature_value"
    __table_args__ = options(
        UniqueConstraint("extraction_id", "feature_definition_id"),
        CheckConstraint("value IS NOT NULL OR reason IS NOT NULL", name="null_has_reason"),
    )

    extraction_id: Mapped[int] = mapped_column(ForeignKey("extraction.id"))
    feature_definition_id: Mapped[int] = mapped_column(ForeignKey("feature_definition.id"))
    value: Mapped[float | None] = mapped_column(Double)
    reason: Mapped[str | None] = mapped_column(Word)
