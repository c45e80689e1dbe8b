"""Table `metric`: how well a model predicts, with its interval."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Double, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import Term, Word
from oncometry.store.tables.model import Model, options

__all__ = ["Metric"]


class Metric(Model):
    """One row of `metrics.json`.

    Attributes:
        method: how the interval was made.
        n, events: patients, and those with the event.
    """

    __tablename__ = "metric"
    __table_args__ = options(
        UniqueConstraint("experiment_id", "position"),
        CheckConstraint("value IS NOT NULL OR reason IS NOT NULL", name="null_has_reason"),
    )

    experiment_id: Mapped[int] = mapped_column(ForeignKey("experiment.id"))
    position: Mapped[int]
    endpoint: Mapped[str] = mapped_column(Term)
    model: Mapped[str] = mapped_column(Term)
    features: Mapped[str] = mapped_column(Term)
    metric: Mapped[str] = mapped_column(Term)
    value: Mapped[float | None] = mapped_column(Double)
    low: Mapped[float | None] = mapped_column(Double)
    high: Mapped[float | None] = mapped_column(Double)
    method: Mapped[str] = mapped_column(Term)
    n: Mapped[int]
    events: Mapped[int | None]
    reason: Mapped[str | None] = mapped_column(Word)
