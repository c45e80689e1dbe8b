"""Table `step_input`: what a step took."""

from __future__ import annotations

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import Name, SourceKey
from oncometry.store.tables.model import Model, one_of, options

__all__ = ["StepInputRow"]


class StepInputRow(Model):
    """A file or artifact by hash, a series or mask by key, or an earlier step by its key."""

    __tablename__ = "step_input"
    __table_args__ = options(
        UniqueConstraint("run_step_id", "position"),
        one_of("kind", "file", "artifact", "series", "mask", "step", name="kind"),
    )

    run_step_id: Mapped[int] = mapped_column(ForeignKey("run_step.id"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(Name)
    identity: Mapped[str] = mapped_column(SourceKey, index=True)
    role: Mapped[str] = mapped_column(Name)
