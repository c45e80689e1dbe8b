"""Table `fitted_model`: a model in a file, with its card."""

from __future__ import annotations

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import Digest, LongText, Name, Term
from oncometry.store.tables.model import Model, options

__all__ = ["FittedModel"]


class FittedModel(Model):
    """`path` is relative to the cohort, `card` JSON."""

    __tablename__ = "fitted_model"
    __table_args__ = options(UniqueConstraint("experiment_id", "model", "features"))

    experiment_id: Mapped[int] = mapped_column(ForeignKey("experiment.id"))
    model: Mapped[str] = mapped_column(Term)
    features: Mapped[str] = mapped_column(Term)
    path: Mapped[str] = mapped_column(Name)
    sha256: Mapped[str] = mapped_column(Digest)
    card: Mapped[str] = mapped_column(LongText)
