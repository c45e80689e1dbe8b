"""Table `row_count`: how many rows each table was given, and what they say."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from oncometry.store.tables.columns import Digest, Name
from oncometry.store.tables.model import Model, options

__all__ = ["RowCount"]


class RowCount(Model):
    """Rows are never deleted: a table that holds fewer has lost some, one that holds more was written to by others.

    `digest` is the sum of what its rows say that no seal covers (`store/row_digests.py`), hexadecimal.
    """

    __tablename__ = "row_count"
    __table_args__ = options(CheckConstraint("written >= 0", name="written"))

    table_name: Mapped[str] = mapped_column(Name, unique=True)
    written: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str] = mapped_column(Digest)
