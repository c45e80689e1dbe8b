"""Table `toxicity`: graded adverse events."""

from __future__ import annotations

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.clinical_origin import ClinicalOrigin
from oncometry.store.tables.columns import LongText, Word
from oncometry.store.tables.model import Model, options

__all__ = ["ToxicityRow"]


class ToxicityRow(ClinicalOrigin, Model):
    """A CTCAE grade 1 to 5; grade 0 is our convention for looked for and absent."""

    __tablename__ = "toxicity"
    __table_args__ = options(CheckConstraint("grade BETWEEN 0 AND 5", name="grade"))

    term: Mapped[str] = mapped_column(LongText)
    grade: Mapped[int]
    ctcae_version: Mapped[str | None] = mapped_column(Word)
    day: Mapped[int | None]
