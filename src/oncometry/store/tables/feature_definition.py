"""Table `feature_definition`: what a feature is."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import Term, Word
from oncometry.store.tables.model import Model, options

__all__ = ["FeatureDefinition"]


class FeatureDefinition(Model):
    """A feature, with its IBSI id where it has one.

    Attributes:
        tag: of the standard's tables of reference values, aggregation included; '' of statistics of raw voxels.
        filter: of the image; 'original' where there was none, '' of statistics of raw voxels.
        unit: of the value; '' where it follows from the image's.
    """

    __tablename__ = "feature_definition"
    __table_args__ = options(UniqueConstraint("family", "name", "tag", "filter", "unit"))

    family: Mapped[str] = mapped_column(Word)
    name: Mapped[str] = mapped_column(Term)
    ibsi_id: Mapped[str | None] = mapped_column(Word)
    tag: Mapped[str] = mapped_column(Term)
    filter: Mapped[str] = mapped_column(Term)
    unit: Mapped[str] = mapped_column(Word)
