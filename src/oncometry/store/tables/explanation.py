"""Table `explanation`: what a feature does to a model's predictions."""

from __future__ import annotations

from sqlalchemy import Double, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import Name, Term, Word
from oncometry.store.tables.model import Model, options

__all__ = ["Explanation"]


class Explanation(Model):
    """The effect of one feature, on all patients or on one.

    Attributes:
        at_value: the feature's value, of a curve.
    """

    __tablename__ = "explanation"
    __table_args__ = options(UniqueConstraint("experiment_id", "position"))

    experiment_id: Mapped[int] = mapped_column(ForeignKey("experiment.id"))
    position: Mapped[int]
    model: Mapped[str] = mapped_column(Term)
    features: Mapped[str] = mapped_column(Term)
    method: Mapped[str] = mapped_column(Word)
    feature: Mapped[str] = mapped_column(Name)
    patient_id: Mapped[int | None] = mapped_column(ForeignKey("patient.id"), index=True)
    at_value: Mapped[float | None] = mapped_column(Double)
    value: Mapped[float] = mapped_column(Double)
    low: Mapped[float | None] = mapped_column(Double)
    high: Mapped[float | None] = mapped_column(Double)
