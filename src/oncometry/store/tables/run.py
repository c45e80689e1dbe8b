"""Table `run`: one opening of the store in which something new was done."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import UtcDateTime
from oncometry.store.tables.model import Model

__all__ = ["Run"]


class Run(Model):
    """A run. One that found everything done already leaves no row."""

    __tablename__ = "run"

    software_id: Mapped[int] = mapped_column(ForeignKey("software.id"))
    started: Mapped[datetime] = mapped_column(UtcDateTime)
