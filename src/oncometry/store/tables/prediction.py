"""Table `prediction`: what a model said of a patient that it had not seen."""

from __future__ import annotations

from sqlalchemy import Double, ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import Term, Word
from oncometry.store.tables.model import Model, options

__all__ = ["PredictionValue"]


class PredictionValue(Model):
    """A number out of fold.

    Attributes:
        target: class or horizon that it is of.
        observed: null where it is not known.
    """

    __tablename__ = "prediction"
    __table_args__ = options(
        ForeignKeyConstraint(["experiment_id", "split_number"], ["split.experiment_id", "split.number"]),
        UniqueConstraint("experiment_id", "split_number", "model", "features", "patient_id", "target"),
    )

    experiment_id: Mapped[int]
    split_number: Mapped[int]
    model: Mapped[str] = mapped_column(Term)
    features: Mapped[str] = mapped_column(Term)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    target: Mapped[str] = mapped_column(Word)
    value: Mapped[float] = mapped_column(Double)
    observed: Mapped[float | None] = mapped_column(Double)
