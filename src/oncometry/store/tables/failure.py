"""Table `failure`: what could not be done for a patient."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import Digest, LongText, Word
from oncometry.store.tables.model import Model

__all__ = ["Failure"]


class Failure(Model):
    """A coded failure of a patient's latest run; no longer current once a run goes without it."""

    __tablename__ = "failure"

    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    code: Mapped[str] = mapped_column(Word)
    what: Mapped[str] = mapped_column(LongText)
    path: Mapped[str | None] = mapped_column(LongText)
    content_sha256: Mapped[str] = mapped_column(Digest, unique=True)
    is_current: Mapped[bool] = mapped_column(default=True, index=True)
