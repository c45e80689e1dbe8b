"""Table `growth_forecast`: the size that a model of growth expects of a lesion."""

from __future__ import annotations

from sqlalchemy import Double, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import LongText, Name, Word
from oncometry.store.tables.model import Model, Versioned

__all__ = ["GrowthForecast"]


class GrowthForecast(Versioned, Model):
    """A model's forecast, no measurement. When it was made, and by which software, its step says.

    Attributes:
        lesion: of the cohort; null where the reader's is matched to none.
        reader_id: whose sizes it rests on; 'oncometry' is what was measured from images.
        reader_lesion: as the reader names it.
        quantity: that was read.
        model: law and population.
        course: what was seen at the last visits.
        last_day, day: of the last reading, and of the one that is forecast, since the patient's first visit.
        low, high: of the interval of `level`; null where it is open at that end.
        sources: JSON, value_ids of the measurements or readings that it rests on.
    """

    __tablename__ = "growth_forecast"
    SEALED_BY_STEP = False

    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    lesion: Mapped[str | None] = mapped_column(Word)
    reader_id: Mapped[int] = mapped_column(ForeignKey("reader.id"), index=True)
    reader_lesion: Mapped[str | None] = mapped_column(Name)
    quantity: Mapped[str] = mapped_column(Word)
    model: Mapped[str] = mapped_column(Name)
    course: Mapped[str] = mapped_column(Word)
    visits: Mapped[int]
    last_day: Mapped[float] = mapped_column(Double)
    day: Mapped[float] = mapped_column(Double)
    value: Mapped[float] = mapped_column(Double)
    low: Mapped[float | None] = mapped_column(Double)
    high: Mapped[float | None] = mapped_column(Double)
    unit: Mapped[str] = mapped_column(Word)
    level: Mapped[float] = mapped_column(Double)
    sources: Mapped[str] = mapped_column(LongText)
