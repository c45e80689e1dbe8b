"""A database made again what it was when a backup was written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError, OperationalError

from oncometry.core import Code, StoreError
from oncometry.store.backup import FOLDER, back_up, check_hash, ending
from oncometry.store.engine import writing
from oncometry.store.identity import differ, identifier_of
from oncometry.store.restore_mark import MARK, marked
from oncometry.store.sqlite_copy import identifier_of_copy, put_sqlite
from oncometry.store.table_dump import check_dump, check_place, engine_of, load_tables

__all__ = ["restore"]


def restore(engine: Engine, cohort: Path, file: Path, identifier: str | None = None) -> Path | None:
    """Put a backup in the place of the database; gives where the one before is kept, if there was one.

    Args:
        engine: of the database.
        cohort: the folder, where the backup of what is there goes.
        file: the backup.
        identifier: which cohort it must be of; None takes what is in the database, if it is one.

    Raises:
        NothingFoundError: `NOTHING_FOUND`, there is no such file.
        StoreError: `CHECKSUM`, it is not what was written; `UNSUPPORTED_TYPE`, it is of another kind of database;
            `NOT_A_COHORT`, it is of another cohort, or the database holds something else;
            `STORE`, the one that is there could not be backed up first, or the place cannot be written.
    """
    check_hash(file)
    dialect = engine.dialect.name
    if not file.name.endswith(ending(dialect)):
        what = f"this is no backup of {dialect}: those end in {ending(dialect)}."
        raise StoreError(Code.UNSUPPORTED_TYPE, what, path=file)
    if dialect == "sqlite":
        return _restore_sqlite(engine, cohort, file, identifier)
    return _restore_server(engine, cohort, file, identifier)


def _restore_server(engine: Engine, cohort: Path, file: Path, identifier: str | None) -> Path:
    with writing(engine) as connection:
        left, found = marked(connection), identifier_of(connection)
        there = left[0] if left else found
        dumped = check_dump(file, engine_of(connection))
        for other in (dumped, there):
            _check_same(other, identifier or there, file)
        check_place(connection, is_ours=there is not None)
        kept = cohort / FOLDER / left[1] if left else back_up(connection, cohort)
        with _naming(kept, cohort):
            load_tables(connection, file, kept.name)
    with engine.begin() as connection:
        MARK.drop(connection)
    return kept


def _check_same(found: str | None, wanted: str | None, file: Path) -> None:
    if differ(found, wanted):
        raise StoreError(
            Code.NOT_A_COHORT,
            "the backup, the database and the folder are not of one cohort; nothing was restored.",
            path=file,
            advice="Restore into the cohort that the backup was made of; each has a database of its own.",
        )


@contextmanager
def _naming(kept: Path | None, cohort: Path) -> Iterator[None]:
    """Whatever goes wrong, say where what was there before is."""
    try:
        yield
    except Exception as error:
        known = error if isinstance(error, StoreError) else None
        cause = getattr(error, "orig", None) or error
        raise StoreError(
            known.code if known else Code.STORE,
            known.what if known else f"the backup could not be put back ({type(cause).__name__}: {cause}).",
            path=known.path if known else None,
            advice=None
            if kept is None
            else f"Bring back what was there with: oncometry db restore {cohort} {kept}",
        ) from error


def _restore_sqlite(engine: Engine, cohort: Path, file: Path, identifier: str | None) -> Path | None:
    _check_same(identifier_of_copy(file), identifier, file)
    database = Path(str(engine.url.database))
    kept = _kept(engine, cohort, database) if database.is_file() else None
    with _naming(kept, cohort):
        put_sqlite(file, database)
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
