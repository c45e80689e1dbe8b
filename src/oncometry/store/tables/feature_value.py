"""Table `feature_value`: one value of one feature of one region in one image."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Double, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import Word
from oncometry.store.tables.model import Derived, Model, options

__all__ = ["FeatureValue"]


class FeatureValue(Derived, Model):
    """Narrow: one row per value. `mask_lesion` 0 is the whole mask."""

    __tablename__ = "feature_value"
    __table_args__ = options(
        UniqueConstraint(
            "segmentation_id",
            "series_id",
            "mask_lesion",
            "compartment",
            "feature_definition_id",
            "run_step_id",
            name="uq_feature_value",
        ),
        CheckConstraint("value IS NOT NULL OR reason IS NOT NULL", name="null_has_reason"),
    )

    segmentation_id: Mapped[int] = mapped_column(ForeignKey("segmentation.id"))
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    mask_lesion: Mapped[int]
    compartment: Mapped[str] = mapped_column(Word)
    feature_definition_id: Mapped[int] = mapped_column(ForeignKey("feature_definition.id"))
    unit: Mapped[str] = mapped_column(Word)
    value: Mapped[float | None] = mapped_column(Double)
    reason: Mapped[str | None] = mapped_column(Word)
    is_current: Mapped[bool] = mapped_column(default=True)
