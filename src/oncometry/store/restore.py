"""A database made again what it was when a backup was written."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError, OperationalError

from oncometry.core import Code, StoreError
from oncometry.store.backup import FOLDER, back_up, check_hash, ending
from oncometry.store.engine import writing
from oncometry.store.sqlite_copy import put_sqlite
from oncometry.store.table_dump import load_tables

__all__ = ["restore"]


def restore(engine: Engine, cohort: Path, file: Path) -> Path | None:
    """Put a backup in the place of the database; gives where the one before is kept, if there was one.

    Raises:
        NothingFoundError: `NOTHING_FOUND`, there is no such file.
        StoreError: `CHECKSUM`, it is not what was written; `UNSUPPORTED_TYPE`, it is of another kind of database;
            `STORE`, the one that is there could not be backed up first, or the place cannot be written.
    """
    check_hash(file)
    dialect = engine.dialect.name
    if not file.name.endswith(ending(dialect)):
        what = f"this is no backup of {dialect}: those end in {ending(dialect)}."
        raise StoreError(Code.UNSUPPORTED_TYPE, what, path=file)
    if dialect == "sqlite":
        return _restore_sqlite(engine, cohort, file)
    with writing(engine) as connection:
        kept = back_up(connection, cohort)
        load_tables(connection, file)
    return kept


def _restore_sqlite(engine: Engine, cohort: Path, file: Path) -> Path | None:
    database = Path(str(engine.url.database))
    kept = _kept(engine, cohort, database) if database.is_file() else None
    try:
        put_sqlite(file, database)
    except sqlite3.Error as error:
        raise StoreError(Code.STORE, f"the backup could not be put back ({error}).", path=database) from error
    return kept


def _kept(engine: Engine, cohort: Path, database: Path) -> Path:
    """Where a backup of the database is, or the database itself if it is one that cannot be read."""
    try:
        with writing(engine) as connection:
            return back_up(connection, cohort)
    except OperationalError:
        raise
    except (StoreError, DatabaseError) as error:
        if isinstance(error, StoreError) and error.code is not Code.CORRUPT:
            raise
    finally:
        engine.dispose()
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    aside = cohort / FOLDER / f"not-sound-{now}.db"
    aside.parent.mkdir(exist_ok=True)
    for journal in ("-wal", "-shm", ""):
        part = database.with_name(database.name + journal)
        if part.exists():
            part.replace(aside.with_name(aside.name + journal))
    return aside
