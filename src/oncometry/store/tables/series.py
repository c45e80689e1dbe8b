"""Table `series`: image volumes by their key."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import SourceKey
from oncometry.store.tables.model import Derived, Model

__all__ = ["Series"]


class Series(Derived, Model):
    """What identifies an image for ever; what it was read as stands in `series_reading`."""

    __tablename__ = "series"

    series_key: Mapped[str] = mapped_column(SourceKey, unique=True)
