"""Table `run_step`: a step that ran; every derived row names the one that made it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Double, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import Digest, LongText, Name, UtcDateTime, Word
from oncometry.store.tables.model import Model, one_of, options

__all__ = ["RunStep"]


class RunStep(Model):
    """A step, identified by its content address."""

    __tablename__ = "run_step"
    __table_args__ = options(
        one_of("status", "done", "failed", name="status"),
        CheckConstraint("status = 'done' OR error IS NOT NULL", name="failure_has_error"),
        CheckConstraint("seconds >= 0", name="seconds"),
    )

    step_key: Mapped[str] = mapped_column(Digest, unique=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), index=True)
    software_id: Mapped[int] = mapped_column(ForeignKey("software.id"))
    parameter_set_id: Mapped[int] = mapped_column(ForeignKey("parameter_set.id"))
    name: Mapped[str] = mapped_column(Word)
    scope: Mapped[str] = mapped_column(Name, index=True)
    started: Mapped[datetime] = mapped_column(UtcDateTime)
    seconds: Mapped[float] = mapped_column(Double)
    status: Mapped[str] = mapped_column(Word)
    error: Mapped[str | None] = mapped_column(LongText)
