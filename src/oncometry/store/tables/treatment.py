"""Table `treatment`: courses of treatment."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Double
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.clinical_origin import ClinicalOrigin
from oncometry.store.tables.columns import LongText, Name
from oncometry.store.tables.model import Model, options

__all__ = ["TreatmentRow"]


class TreatmentRow(ClinicalOrigin, Model):
    """A course; days from the patient's first date, dose in Gy."""

    __tablename__ = "treatment"
    __table_args__ = options(
        CheckConstraint("dose_gy >= 0", name="dose_gy"), CheckConstraint("fractions >= 0", name="fractions")
    )

    kind: Mapped[str] = mapped_column(Name)
    agent: Mapped[str] = mapped_column(LongText)
    start_day: Mapped[int | None]
    end_day: Mapped[int | None]
    dose_gy: Mapped[float | None] = mapped_column(Double)
    fractions: Mapped[int | None]
