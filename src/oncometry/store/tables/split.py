"""Table `split`: a division of an experiment's patients, or those that something was fitted on."""

from __future__ import annotations

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import Word
from oncometry.store.tables.model import Model, one_of, options

__all__ = ["Split"]


class Split(Model):
    """One set of patients with roles.

    Attributes:
        number: counts from 1 within the experiment: what rows beside it name it by.
        kind: 'outer', a fold of the validation; 'fit', patients on whom an object was fitted who are not a fold's training part.
        repetition, fold: from 1 on; 0 of a fit outside the folds.
    """

    __tablename__ = "split"
    __table_args__ = options(
        UniqueConstraint("experiment_id", "number"), one_of("kind", "outer", "fit", name="kind")
    )

    experiment_id: Mapped[int] = mapped_column(ForeignKey("experiment.id"))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(Word)
    repetition: Mapped[int]
    fold: Mapped[int]
