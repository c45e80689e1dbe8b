"""Table `instance`: the files of a series in slice order."""

from __future__ import annotations

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import Digest, SourceKey
from oncometry.store.tables.model import Model, options

__all__ = ["Instance"]


class Instance(Model):
    """One file of a series; `sha256` finds it among the input files."""

    __tablename__ = "instance"
    __table_args__ = options(UniqueConstraint("series_reading_id", "position"))

    series_reading_id: Mapped[int] = mapped_column(ForeignKey("series_reading.id"))
    position: Mapped[int]
    sop_instance_uid: Mapped[str | None] = mapped_column(SourceKey, index=True)
    instance_number: Mapped[int | None]
    sha256: Mapped[str] = mapped_column(Digest, index=True)
