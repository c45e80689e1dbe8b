"""Table `series_reading`: what a series was read as."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Double, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import LongText, SourceKey, Word
from oncometry.store.tables.grid import Grid
from oncometry.store.tables.model import Model, Versioned, options

__all__ = ["SeriesReading"]


class SeriesReading(Versioned, Grid, Model):
    """Patient, visit, grid and meaning of a series, as curation's settings made of its files."""

    SEALED_BY_STEP = False
    __tablename__ = "series_reading"
    __table_args__ = options(
        CheckConstraint("confidence >= 0 AND confidence <= 1", name="confidence"),
    )

    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"), index=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    timepoint_id: Mapped[int | None] = mapped_column(ForeignKey("timepoint.id"), index=True)
    study_id: Mapped[int | None] = mapped_column(ForeignKey("study.id"), index=True)
    series_instance_uid: Mapped[str | None] = mapped_column(SourceKey)
    kind: Mapped[str] = mapped_column(Word)
    modality: Mapped[str] = mapped_column(Word)
    contrast: Mapped[str] = mapped_column(Word)
    confidence: Mapped[float] = mapped_column(Double)
    evidence: Mapped[str] = mapped_column(LongText)
    unit: Mapped[str] = mapped_column(Word)
    description: Mapped[str] = mapped_column(LongText)
    acquired: Mapped[date | None]
    study_date: Mapped[date | None]
    frame: Mapped[int | None]
    notices: Mapped[str] = mapped_column(LongText)
