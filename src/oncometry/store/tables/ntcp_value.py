"""Table `ntcp_value`: what one published model says of the dose in one structure."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Double, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import Name, Word
from oncometry.store.tables.model import Model, options

__all__ = ["NtcpValueRow"]


class NtcpValueRow(Model):
    """`ntcp_set`: the parameter set; `quantity`: of the doses that it took; `doi`: of its paper."""

    __tablename__ = "ntcp_value"
    __table_args__ = options(
        UniqueConstraint("dvh_id", "ntcp_set"),
        CheckConstraint("value IS NOT NULL OR reason IS NOT NULL", name="null_has_reason"),
        CheckConstraint("value IS NULL OR (value >= 0 AND value <= 1)", name="probability"),
    )

    dvh_id: Mapped[int] = mapped_column(ForeignKey("dvh.id"))
    ntcp_set: Mapped[str] = mapped_column(Word)
    endpoint: Mapped[str] = mapped_column(Name)
    quantity: Mapped[str] = mapped_column(Word)
    value: Mapped[float | None] = mapped_column(Double)
    reason: Mapped[str | None] = mapped_column(Word)
    checked: Mapped[str] = mapped_column(Word)
    doi: Mapped[str] = mapped_column(Name)
