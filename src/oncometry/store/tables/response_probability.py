"""Table `response_probability`: how likely each category is, given the error of the measurements."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Double, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import Word
from oncometry.store.tables.model import Model, options

__all__ = ["ResponseProbability"]


class ResponseProbability(Model):
    """The share of draws that gave a category; categories that none gave have no row."""

    __tablename__ = "response_probability"
    __table_args__ = options(
        UniqueConstraint("assessment_id", "visit", "scope", "category"),
        CheckConstraint("probability >= 0 AND probability <= 1", name="probability"),
    )

    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"))
    visit: Mapped[int]
    scope: Mapped[str] = mapped_column(Word)
    category: Mapped[str] = mapped_column(Word)
    probability: Mapped[float] = mapped_column(Double)
