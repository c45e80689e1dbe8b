"""Table `cluster_assignment`: which cluster a patient is in."""

from __future__ import annotations

from sqlalchemy import Double, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import Term
from oncometry.store.tables.model import Model, options

__all__ = ["ClusterAssignment"]


class ClusterAssignment(Model):
    """`cluster` counts from 1; `stability` is the patient's mean consensus with the others of it."""

    __tablename__ = "cluster_assignment"
    __table_args__ = options(UniqueConstraint("experiment_id", "search", "patient_id"))

    experiment_id: Mapped[int] = mapped_column(ForeignKey("experiment.id"))
    search: Mapped[str] = mapped_column(Term)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    cluster: Mapped[int]
    stability: Mapped[float] = mapped_column(Double)
