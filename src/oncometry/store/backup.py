"""A backup of a cohort's database: a file in the cohort, with its hash beside it.

SQLite is copied by its own online backup, a server's tables are dumped as they are, whatever their revision. A
backup is checked before it counts, and never overwrites another.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from oncometry.core import Code, NothingFoundError, SettingsError, StoreError
from oncometry.io.files import ASIDE, sha256_of, write_text
from oncometry.store.sqlite_copy import copy_sqlite
from oncometry.store.table_dump import dump_tables

__all__ = ["FOLDER", "back_up", "check_hash", "ending"]

FOLDER = "backups"
HASH_ENDING = ".sha256"


def ending(dialect: str) -> str:
    """How the names of an engine's backups end."""
    return ".db" if dialect == "sqlite" else ".jsonl.gz"


def back_up(connection: Connection, cohort: Path) -> Path:
    """Write a backup into the cohort, of a connection that holds the writer's turn; gives its path.

    Raises:
        StoreError: `STORE`, it could not be written; `CORRUPT`, the database itself is not sound. Nothing is left.
    """
    dialect = connection.dialect.name
    revision = MigrationContext.configure(connection).get_current_revision() or "none"
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    path = cohort / FOLDER / f"oncometry-{revision}-{now}{ending(dialect)}"
    with _whole(path) as aside:
        if dialect == "sqlite":
            copy_sqlite(Path(str(connection.engine.url.database)), aside)
        else:
            dump_tables(connection, aside, revision)
    return path


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """A place to write a file that has its name only once it is whole and its hash is written down."""
    aside = path.with_name(f".{path.name}{ASIDE}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _gone_afterwards(aside):
            yield aside
            _settle(aside, path)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(
            Code.STORE,
            f"the backup could not be written ({error}).",
            path=path,
            advice="Make room there, or give the right to write. The database was not changed.",
        ) from error


@contextmanager
def _gone_afterwards(aside: Path) -> Iterator[None]:
    try:
        yield
    finally:
        aside.unlink(missing_ok=True)


def _settle(aside: Path, path: Path) -> None:
    """On the disk first, then its hash, then its name."""
    with aside.open("rb+") as written:
        os.fsync(written.fileno())
    write_text(_hash_file(path), f"{sha256_of(aside)}  {path.name}\n")
    aside.replace(path)


def check_hash(file: Path) -> None:
    """Refuse a backup that is not, byte for byte, what was written.

    Raises:
        NothingFoundError: `NOTHING_FOUND`, there is no such file.
        SettingsError: `SETTINGS`, it is a hash that lies beside one.
        StoreError: `CHECKSUM`, its hash is another, or is not beside it.
    """
    if not file.is_file():
        raise NothingFoundError(Code.NOTHING_FOUND, "there is no such backup.", path=file)
    if file.suffix == HASH_ENDING:
        raise SettingsError(
            Code.SETTINGS,
            "it is the hash of a backup, not the backup.",
            path=file,
            advice=f"Give {file.with_suffix('')}.",
        )
    beside = _hash_file(file)
    said = beside.read_text(encoding="utf-8").split()[:1] if beside.is_file() else []
    if said != [sha256_of(file)]:
        found = "has other bytes than were written" if said else f"has no {beside.name} beside it"
        raise StoreError(
            Code.CHECKSUM,
            f"the backup {found}; nothing was restored.",
            path=file,
            advice="Use another backup, or bring both files as they were written.",
        )


def _hash_file(path: Path) -> Path:
    """As `sha256sum --check` reads it."""
    return path.with_name(path.name + HASH_ENDING)
