"""Table `acquisition_parameter`: how a series was acquired."""

from __future__ import annotations

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import LongText, Name, Word
from oncometry.store.tables.model import Model, options

__all__ = ["AcquisitionParameter"]


class AcquisitionParameter(Model):
    """One parameter: its value as text, its unit where its name states one."""

    __tablename__ = "acquisition_parameter"
    __table_args__ = options(UniqueConstraint("series_reading_id", "name"))

    series_reading_id: Mapped[int] = mapped_column(ForeignKey("series_reading.id"))
    name: Mapped[str] = mapped_column(Name)
    value: Mapped[str] = mapped_column(LongText)
    unit: Mapped[str | None] = mapped_column(Word)
