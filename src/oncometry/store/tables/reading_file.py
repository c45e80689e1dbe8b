"""Table `reading_file`: imported files of manual reads."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import Digest, LongText, Name, Word
from oncometry.store.tables.model import Model, Versioned

__all__ = ["ReadingFileRow"]


class ReadingFileRow(Versioned, Model):
    """A file of reads as it was read; a newer one of the same name, with reads of the same visits, takes its place."""

    __tablename__ = "reading_file"

    name: Mapped[str] = mapped_column(Name, index=True)
    sha256: Mapped[str] = mapped_column(Digest)
    form: Mapped[str] = mapped_column(Word)
    notices: Mapped[str] = mapped_column(LongText)
