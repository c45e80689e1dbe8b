"""Table `files`."""

from __future__ import annotations

from sqlalchemy import select

from oncometry.store.queries.query import Query
from oncometry.store.tables import InputFile

__all__ = ["files"]


def files() -> Query:
    """Input files; status is used, duplicate or quarantined."""
    f = InputFile
    return (
        select(f.shown, f.kind, f.size, f.sha256, f.status, f.code, f.detail, f.duplicate_of, f.member_of)
        .where(f.is_current)
        .order_by(f.shown, f.occurrence)
    )
