"""Table `timepoint`: visits."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import Word
from oncometry.store.tables.model import Derived, Model, options

__all__ = ["TimepointRow"]


class TimepointRow(Derived, Model):
    """A visit. What identifies it is `anchor`: its date, or its label where no date is known.

    `number`, `label` and `day` are its place among the patient's visits. They are counted again when an
    earlier visit arrives, in place: what was measured at the visit stays what it was.
    """

    __tablename__ = "timepoint"
    __table_args__ = options(
        UniqueConstraint("patient_id", "anchor"), CheckConstraint("number >= 1", name="number")
    )

    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    anchor: Mapped[str] = mapped_column(Word)
    number: Mapped[int]
    label: Mapped[str] = mapped_column(Word)
    day: Mapped[int | None]
    acquired: Mapped[date | None]
    source: Mapped[str] = mapped_column(Word)
    is_current: Mapped[bool] = mapped_column(default=True)
