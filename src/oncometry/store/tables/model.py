"""What all tables share: the declarative root, surrogate keys, and rows that a newer row replaces."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from sqlalchemy import CheckConstraint, ForeignKey, MetaData, Table, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.schema import Constraint

from oncometry.store.tables.columns import Digest

__all__ = ["OPTIONS", "Derived", "Model", "Versioned", "one_of", "options", "table_of"]

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

OPTIONS = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_bin"}
"""Rows in InnoDB; text compared by code point, so that identifiers are case-sensitive."""


class Model(DeclarativeBase):
    """Root of all tables: an integer key of our own, whatever the natural one is."""

    metadata = MetaData(naming_convention=NAMING)
    __table_args__: Any = OPTIONS

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)


class Derived:
    """A row that a step made."""

    run_step_id: Mapped[int] = mapped_column(ForeignKey("run_step.id"), index=True)


class Versioned(Derived):
    """A row that a newer one may replace, never overwrite.

    Attributes:
        content_sha256: its seal, over all that it and its parts say (`store/seals.py`); the same content is the same row.
        is_current: False once another row says otherwise; views show current rows.
    """

    SEALED_BY_STEP: ClassVar[bool] = True
    """Whether the same content from another step is another row."""

    content_sha256: Mapped[str] = mapped_column(Digest, unique=True)
    is_current: Mapped[bool] = mapped_column(default=True, index=True)


def options(*constraints: Constraint | UniqueConstraint | CheckConstraint) -> tuple[Any, ...]:
    """`__table_args__` with these constraints."""
    return (*constraints, OPTIONS)


def one_of(column: str, *values: str, name: str) -> CheckConstraint:
    """CHECK that the column holds one of the values."""
    allowed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({allowed})", name=name)


def table_of(model: type[Model]) -> Table:
    """The Core table of a model."""
    return cast(Table, model.__table__)
