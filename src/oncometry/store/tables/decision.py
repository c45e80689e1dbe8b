"""Table `decision`: what a person decided about lesions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Double, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.core import DecisionKind
from oncometry.store.tables.columns import LongText, UtcDateTime, Word
from oncometry.store.tables.model import Model, one_of, options

__all__ = ["DecisionRow"]


class DecisionRow(Model):
    """Who, when, why and what; never changed: a later row undoes it. The lesions are in `decision_lesion`.

    Attributes:
        anchor: of the visit it is about, or from which on it holds; null for all visits.
        accepted_reader_id: whose reading an adjudicator takes.
        undoes_id: the decision that does not hold any more.
    """

    __tablename__ = "decision"
    __table_args__ = options(
        one_of("kind", *DecisionKind, name="kind"),
        CheckConstraint("why <> ''", name="why"),
        CheckConstraint("(kind = 'undo') = (undoes_id IS NOT NULL)", name="undoes"),
        CheckConstraint("(kind = 'accept') = (accepted_reader_id IS NOT NULL)", name="accepts"),
    )

    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    reader_id: Mapped[int] = mapped_column(ForeignKey("reader.id"))
    made: Mapped[datetime] = mapped_column(UtcDateTime)
    why: Mapped[str] = mapped_column(LongText)
    kind: Mapped[str] = mapped_column(Word)
    anchor: Mapped[str | None] = mapped_column(Word)
    criteria: Mapped[str | None] = mapped_column(Word)
    role: Mapped[str | None] = mapped_column(Word)
    compartment: Mapped[str | None] = mapped_column(Word)
    quantity: Mapped[str | None] = mapped_column(Word)
    value: Mapped[float | None] = mapped_column(Double)
    status: Mapped[str | None] = mapped_column(Word)
    state: Mapped[str | None] = mapped_column(Word)
    accepted_reader_id: Mapped[int | None] = mapped_column(ForeignKey("reader.id"))
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"))
