"""Table `parameter_set`: parameters of steps, each distinct set once."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import Digest, LongText
from oncometry.store.tables.model import Model

__all__ = ["ParameterSet"]


class ParameterSet(Model):
    """Canonical JSON beside its hash."""

    __tablename__ = "parameter_set"

    sha256: Mapped[str] = mapped_column(Digest, unique=True)
    parameters: Mapped[str] = mapped_column(LongText)
