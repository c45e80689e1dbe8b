"""Table `input_file`: every file that came in, accounted for."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import Digest, LongText, SourceKey, Word
from oncometry.store.tables.model import Model, Versioned, one_of, options

__all__ = ["InputFile"]


class InputFile(Versioned, Model):
    """A file: used, a duplicate, or quarantined with a code.

    Attributes:
        shown: path relative to the input, or 'scans.zip!a/b.dcm'.
        occurrence: 0, 1 ... where two inputs hold files of the same `shown`.
        member_of: key of the series, mask or dose it became part of.
    """

    SEALED_BY_STEP = False
    __tablename__ = "input_file"
    __table_args__ = options(
        one_of("status", "used", "duplicate", "quarantined", name="status"),
        CheckConstraint("status <> 'quarantined' OR code IS NOT NULL", name="quarantined_has_code"),
        CheckConstraint("size >= 0", name="size"),
    )

    shown: Mapped[str] = mapped_column(LongText)
    occurrence: Mapped[int]
    kind: Mapped[str] = mapped_column(Word)
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(Digest, index=True)
    status: Mapped[str] = mapped_column(Word)
    code: Mapped[str | None] = mapped_column(Word)
    detail: Mapped[str] = mapped_column(LongText)
    duplicate_of: Mapped[str | None] = mapped_column(LongText)
    member_of: Mapped[str | None] = mapped_column(SourceKey, index=True)
