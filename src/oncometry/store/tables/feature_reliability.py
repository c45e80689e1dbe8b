"""Table `feature_reliability`: how far one feature can be relied on, in one group of regions."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Double, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import Term, Word
from oncometry.store.tables.model import Model, options

__all__ = ["FeatureReliabilityRow"]


class FeatureReliabilityRow(Model):
    """An intraclass correlation with its 95 % interval.

    Attributes:
        group_name: what is compared within, 'whole in CT' say; '' where there is one group.
        subjects, repeats, missing: what it is estimated from, and values that are not there.
    """

    __tablename__ = "feature_reliability"
    __table_args__ = options(
        UniqueConstraint("reliability_analysis_id", "feature_definition_id", "group_name"),
        CheckConstraint("icc IS NOT NULL OR reason IS NOT NULL", name="null_has_reason"),
    )

    reliability_analysis_id: Mapped[int] = mapped_column(ForeignKey("reliability_analysis.id"))
    feature_definition_id: Mapped[int] = mapped_column(ForeignKey("feature_definition.id"))
    group_name: Mapped[str] = mapped_column(Term)
    icc: Mapped[float | None] = mapped_column(Double)
    low: Mapped[float | None] = mapped_column(Double)
    high: Mapped[float | None] = mapped_column(Double)
    subjects: Mapped[int]
    repeats: Mapped[int]
    missing: Mapped[int]
    reason: Mapped[str | None] = mapped_column(Word)
