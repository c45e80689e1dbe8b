"""Table `measurement_change`: change of a lesion's compartment since it was first measured."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Double, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import Word
from oncometry.store.tables.model import Model, options

__all__ = ["MeasurementChange"]


class MeasurementChange(Model):
    """Percent of the baseline measurement, with what to be wary of; a null has its reason.

    `SPACING_IMPLAUSIBLE`: lengths are in doubt and the grids differ. `UNDEFINED`: there is no such size. `SPLIT`,
    `MERGED`: since the baseline a part of the lesion became another, or another became part of it.
    `SOURCE_DIFFERS`: one end was measured from contours or probabilities, the other from voxels.
    `READER_AMBIGUOUS`: several masks of the lesion at one visit, and nothing tells which is by the same hand.
    """

    __tablename__ = "measurement_change"
    __table_args__ = options(
        UniqueConstraint("lesion_id", "measurement_id"),
        CheckConstraint("volume_change_percent IS NOT NULL OR reason IS NOT NULL", name="null_has_reason"),
    )

    lesion_id: Mapped[int] = mapped_column(ForeignKey("lesion.id"))
    measurement_id: Mapped[int] = mapped_column(ForeignKey("measurement.id"), index=True)
    baseline_id: Mapped[int] = mapped_column(ForeignKey("measurement.id"))
    volume_change_percent: Mapped[float | None] = mapped_column(Double)
    diameter_change_percent: Mapped[float | None] = mapped_column(Double)
    product_change_percent: Mapped[float | None] = mapped_column(Double)
    reason: Mapped[str | None] = mapped_column(Word)
