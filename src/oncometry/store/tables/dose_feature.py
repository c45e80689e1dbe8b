"""Table `dose_feature`: one feature of the dose in one structure."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Double, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import Word
from oncometry.store.tables.model import Model, options

__all__ = ["DoseFeature"]


class DoseFeature(Model):
    """As `feature_value`, of a dose instead of an image; the spec is the histogram's."""

    __tablename__ = "dose_feature"
    __table_args__ = options(
        UniqueConstraint("dvh_id", "feature_definition_id"),
        CheckConstraint("value IS NOT NULL OR reason IS NOT NULL", name="null_has_reason"),
    )

    dvh_id: Mapped[int] = mapped_column(ForeignKey("dvh.id"))
    feature_definition_id: Mapped[int] = mapped_column(ForeignKey("feature_definition.id"))
    value: Mapped[float | None] = mapped_column(Double)
    reason: Mapped[str | None] = mapped_column(Word)
