"""Table `cohort`: which cohort a database holds, in its only row."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import Word
from oncometry.store.tables.model import Model

__all__ = ["CohortRow"]


class CohortRow(Model):
    """`identifier` is a UUID, drawn when the tables are made; the cohort's folder keeps the same."""

    __tablename__ = "cohort"

    identifier: Mapped[str] = mapped_column(Word, unique=True)
