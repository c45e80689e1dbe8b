"""Table `fit_ledger`: which patients each fitted object saw."""

from __future__ import annotations

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import Name, Word
from oncometry.store.tables.model import Model, one_of, options

__all__ = ["FitLedger"]


class FitLedger(Model):
    """The patients are the members of the split in that role: a fold's training part is not written for each object again."""

    __tablename__ = "fit_ledger"
    __table_args__ = options(
        ForeignKeyConstraint(["experiment_id", "split_number"], ["split.experiment_id", "split.number"]),
        UniqueConstraint("experiment_id", "position"),
        one_of("role", "train", "seen", name="role"),
    )

    experiment_id: Mapped[int]
    position: Mapped[int]
    fitted_object: Mapped[str] = mapped_column(Name)
    repetition: Mapped[int]
    fold: Mapped[int]
    split_number: Mapped[int]
    role: Mapped[str] = mapped_column(Word)
