"""Table `software`: what made the rows."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import Word
from oncometry.store.tables.model import Model, options

__all__ = ["Software"]


class Software(Model):
    """A program in one version."""

    __tablename__ = "software"
    __table_args__ = options(UniqueConstraint("name", "version"))

    name: Mapped[str] = mapped_column(Word)
    version: Mapped[str] = mapped_column(Word)
