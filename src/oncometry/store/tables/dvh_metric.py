"""Table `dvh_metric`: one metric of the dose in one structure."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Double, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import Word
from oncometry.store.tables.model import Model, options

__all__ = ["DvhMetric"]


class DvhMetric(Model):
    """`name` as it is asked for, 'D2%'; `quantity`: PHYSICAL, EFFECTIVE or EQD2 with its alpha/beta."""

    __tablename__ = "dvh_metric"
    __table_args__ = options(
        UniqueConstraint("dvh_id", "quantity", "name"),
        CheckConstraint("value IS NOT NULL OR reason IS NOT NULL", name="null_has_reason"),
    )

    dvh_id: Mapped[int] = mapped_column(ForeignKey("dvh.id"))
    quantity: Mapped[str] = mapped_column(Word)
    name: Mapped[str] = mapped_column(Word)
    unit: Mapped[str] = mapped_column(Word)
    value: Mapped[float | None] = mapped_column(Double)
    reason: Mapped[str | None] = mapped_column(Word)
