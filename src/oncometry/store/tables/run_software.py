"""Table `run_software`: the programs that a run was done with."""

from __future__ import annotations

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.model import Model, options

__all__ = ["RunSoftware"]


class RunSoftware(Model):
    """One program of one run: Python, the libraries, the system."""

    __tablename__ = "run_software"
    __table_args__ = options(UniqueConstraint("run_id", "software_id"))

    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"))
    software_id: Mapped[int] = mapped_column(ForeignKey("software.id"))
