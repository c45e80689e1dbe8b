"""Table `reader`: who reads, decides and is assessed."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import Name
from oncometry.store.tables.model import Model

__all__ = ["ReaderRow"]


class ReaderRow(Model):
    """A person by name; this program is the one called 'oncometry'."""

    __tablename__ = "reader"

    name: Mapped[str] = mapped_column(Name, unique=True)
