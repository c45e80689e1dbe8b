"""Table `patient`."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import Name, Word
from oncometry.store.tables.model import Derived, Model

__all__ = ["Patient"]


class Patient(Derived, Model):
    """A patient. `identifier` is the source's, `subject` the BIDS label on disk once there is one."""

    __tablename__ = "patient"

    identifier: Mapped[str] = mapped_column(Name, unique=True)
    subject: Mapped[str | None] = mapped_column(Word, unique=True)
    synthetic: Mapped[bool]
