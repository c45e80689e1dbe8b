"""Table `volume`: image files in the cohort."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import Digest, LongText, Word
from oncometry.store.tables.grid import Grid
from oncometry.store.tables.model import Model, Versioned, one_of, options

__all__ = ["VolumeRow"]


class VolumeRow(Versioned, Grid, Model):
    """One derivation of a series on disk, and the transforms that made it."""

    __tablename__ = "volume"
    __table_args__ = options(one_of("derivation", "native", "preprocessed", name="derivation"))

    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"), index=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    derivation: Mapped[str] = mapped_column(Word)
    path: Mapped[str] = mapped_column(LongText)
    sha256: Mapped[str] = mapped_column(Digest)
    size: Mapped[int] = mapped_column(BigInteger)
    steps: Mapped[str] = mapped_column(LongText)
    notices: Mapped[str] = mapped_column(LongText)
