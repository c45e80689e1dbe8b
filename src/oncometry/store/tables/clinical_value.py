"""Table `clinical_value`: what a cell says."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Double
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.clinical_origin import ClinicalOrigin
from oncometry.store.tables.columns import LongText, Name
from oncometry.store.tables.model import Model, options

__all__ = ["ClinicalValueRow"]


class ClinicalValueRow(ClinicalOrigin, Model):
    """Text or number, never both; `day` from the patient's first date."""

    __tablename__ = "clinical_value"
    __table_args__ = options(CheckConstraint("text IS NULL OR number IS NULL", name="one_kind"))

    name: Mapped[str] = mapped_column(LongText)
    text: Mapped[str | None] = mapped_column(LongText)
    number: Mapped[float | None] = mapped_column(Double)
    unit: Mapped[str | None] = mapped_column(Name)
    day: Mapped[int | None]
