"""Column types that mean the same on SQLite, MySQL and MariaDB."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import DateTime, Dialect, String, Text
from sqlalchemy.dialects import mysql
from sqlalchemy.types import TypeDecorator

__all__ = ["MYSQL", "Digest", "LongText", "Name", "SourceKey", "Term", "UtcDateTime", "Word"]

MYSQL = ("mysql", "mariadb")

Word = String(64)
"""A term of a closed vocabulary, or a version."""

Term = String(120)
"""A name that a standard gives, several of which make one key."""

Name = String(255)
"""A name as the source spells it."""

SourceKey = String(200)
"""Key of a series, mask or dose: a UID, with '#2' ..., or 'sha256:' and a hash."""

Digest = String(64)
"""SHA-256, hexadecimal."""

LongText = Text().with_variant(mysql.LONGTEXT(), *MYSQL)
"""Text without a limit that matters; JSON too (TEXT of MySQL ends at 64 kB)."""


class UtcDateTime(TypeDecorator[datetime]):
    """An instant, kept as UTC to the microsecond and given back aware."""

    impl = DateTime().with_variant(mysql.DATETIME(fsp=6), *MYSQL)
    cache_ok = True

    def process_bind_param(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 -- the signature is SQLAlchemy's
    ) -> datetime | None:
        """Aware (naive counts as UTC) to naive UTC."""
        if value is None or value.tzinfo is None:
            return value
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 -- the signature is SQLAlchemy's
    ) -> datetime | None:
        """Naive UTC to aware."""
        return None if value is None else value.replace(tzinfo=UTC)
