"""Table `feature_definition`: what a feature is."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import Word
from oncometry.store.tables.model import Model, options

__all__ = ["FeatureDefinition"]


class FeatureDefinition(Model):
    """A feature by family and name, with its IBSI id where it has one."""

    __tablename__ = "feature_definition"
    __table_args__ = options(UniqueConstraint("family", "name"))

    family: Mapped[str] = mapped_column(Word)
    name: Mapped[str] = mapped_column(Word)
    ibsi_id: Mapped[str | None] = mapped_column(Word)
