"""Table `artifact`: files in the cohort's folder, written by steps."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import Digest, LongText, Word
from oncometry.store.tables.model import Model, Versioned, options

__all__ = ["ArtifactRow"]


class ArtifactRow(Versioned, Model):
    """A file by path relative to the cohort, with hash and size in bytes; current if it is what is there."""

    __tablename__ = "artifact"
    __table_args__ = options(CheckConstraint("size >= 0", name="size"))

    path: Mapped[str] = mapped_column(LongText)
    sha256: Mapped[str] = mapped_column(Digest, index=True)
    size: Mapped[int] = mapped_column(BigInteger)
    role: Mapped[str] = mapped_column(Word)
