"""Table `response_input`: what an assessment was made from: the links are the proof."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Double, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import LongText, Name, Word
from oncometry.store.tables.model import Model, options

__all__ = ["ResponseInput"]


class ResponseInput(Model):
    """What was said of a lesion at a visit, and the row that says it.

    Attributes:
        visit: as in `response`.
        quantity, value, standard_error: what was summed; null where the lesion has no number, with the status.
        measurement_id, lesion_reading_id, decision_id: where it comes from; none where nothing was drawn.
    """

    __tablename__ = "response_input"
    __table_args__ = options(
        CheckConstraint("measurement_id IS NULL OR lesion_reading_id IS NULL", name="one_source")
    )

    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"), index=True)
    visit: Mapped[int]
    lesion: Mapped[str] = mapped_column(Name)
    compartment: Mapped[str] = mapped_column(Word)
    status: Mapped[str] = mapped_column(Word)
    reason: Mapped[str] = mapped_column(LongText)
    quantity: Mapped[str | None] = mapped_column(Word)
    value: Mapped[float | None] = mapped_column(Double)
    standard_error: Mapped[float | None] = mapped_column(Double)
    measurement_id: Mapped[int | None] = mapped_column(ForeignKey("measurement.id"), index=True)
    lesion_reading_id: Mapped[int | None] = mapped_column(ForeignKey("lesion_reading.id"))
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"))
