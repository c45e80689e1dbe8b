"""A SQLite database copied while it is in use, by SQLite's online backup (https://sqlite.org/backup.html)."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from oncometry.core import Code, StoreError

__all__ = ["copy_sqlite", "identifier_of_copy", "put_sqlite"]

PATIENCE_S = 600
UNSOUND = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def copy_sqlite(database: Path, to: Path) -> None:
    """Copy a database into a new file of its own, without a journal beside it, and check the copy.

    Raises:
        StoreError: `CORRUPT`, the copy is not sound, as the database was not.
        sqlite3.Error: it could not be written.
    """
    try:
        with (
            closing(sqlite3.connect(database, timeout=PATIENCE_S)) as source,
            closing(sqlite3.connect(to)) as copy,
        ):
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
            found = str(copy.execute("PRAGMA integrity_check").fetchone()[0])
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode not in UNSOUND:
            raise
        found = str(error)
    if found != "ok":
        raise StoreError(
            Code.CORRUPT,
            f"the database is not sound ({found}).",
            path=database,
            advice="Restore a backup with `oncometry db restore COHORT FILE`.",
        )


def identifier_of_copy(copy: Path) -> str | None:
    """Of which cohort a copy is; None where it does not say."""
    with closing(_unchanging(copy)) as source:
        try:
            found = source.execute("SELECT identifier FROM cohort LIMIT 1").fetchone()
        except sqlite3.DatabaseError:
            return None
    return None if found is None else str(found[0])


def _unchanging(copy: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{copy.resolve().as_uri()}?immutable=1", uri=True)


def put_sqlite(copy: Path, database: Path) -> None:
    """Make a database what a copy is, in one transaction: who has it open sees one or the other.

    Raises:
        sqlite3.Error: it could not be written.
    """
    with (
        closing(_unchanging(copy)) as source,
        closing(sqlite3.connect(database, timeout=PATIENCE_S)) as target,
    ):
        source.backup(target)
