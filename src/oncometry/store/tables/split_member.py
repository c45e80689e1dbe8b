"""Table `split_member`: a patient's part in a split."""

from __future__ import annotations

from sqlalchemy import ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import Word
from oncometry.store.tables.model import Model, one_of, options

__all__ = ["SplitMember"]


class SplitMember(Model):
    """`role`: 'train' and 'test' of a fold, 'seen' of a fit."""

    __tablename__ = "split_member"
    __table_args__ = options(
        ForeignKeyConstraint(["experiment_id", "split_number"], ["split.experiment_id", "split.number"]),
        UniqueConstraint("experiment_id", "split_number", "patient_id"),
        one_of("role", "train", "test", "seen", name="role"),
    )

    experiment_id: Mapped[int]
    split_number: Mapped[int]
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    role: Mapped[str] = mapped_column(Word)
