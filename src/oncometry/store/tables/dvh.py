"""Table `dvh`: the dose in one structure."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Double, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import LongText, Name, Word
from oncometry.store.tables.model import Model, Versioned, options

__all__ = ["DvhRow"]


class DvhRow(Versioned, Model):
    """What `dvh_metric`, `ntcp_value` and `dose_feature` hang on: current together, sealed together.

    Attributes:
        number, name: of the structure in its mask.
        quantity: of the doses: PHYSICAL or EFFECTIVE.
        fractions, fractions_source: of the course; 'plan' or 'declared', null where nothing tells.
        volume_cc: of the whole structure; outside_cc: of that beyond the dose grid.
        curve: JSON, [dose Gy, volume cc with at least that dose] in steps.
        file_volume_cc, file_difference_gy: of the histogram that the dose file brings, and the largest difference from it.
        reason: why there is no dose.
        parameter_set_id: the spec of its features; null where it has none.
    """

    __tablename__ = "dvh"
    __table_args__ = options(
        CheckConstraint("mean_gy IS NOT NULL OR reason IS NOT NULL", name="null_has_reason"),
    )

    dose_grid_id: Mapped[int] = mapped_column(ForeignKey("dose_grid.id"), index=True)
    segmentation_id: Mapped[int] = mapped_column(ForeignKey("segmentation.id"), index=True)
    number: Mapped[int]
    name: Mapped[str] = mapped_column(Name)
    quantity: Mapped[str] = mapped_column(Word)
    fractions: Mapped[int | None]
    fractions_source: Mapped[str | None] = mapped_column(Word)
    volume_cc: Mapped[float | None] = mapped_column(Double)
    outside_cc: Mapped[float | None] = mapped_column(Double)
    min_gy: Mapped[float | None] = mapped_column(Double)
    max_gy: Mapped[float | None] = mapped_column(Double)
    mean_gy: Mapped[float | None] = mapped_column(Double)
    curve: Mapped[str] = mapped_column(LongText)
    file_volume_cc: Mapped[float | None] = mapped_column(Double)
    file_difference_gy: Mapped[float | None] = mapped_column(Double)
    notices: Mapped[str] = mapped_column(LongText)
    reason: Mapped[str | None] = mapped_column(Word)
    parameter_set_id: Mapped[int | None] = mapped_column(ForeignKey("parameter_set.id"))
