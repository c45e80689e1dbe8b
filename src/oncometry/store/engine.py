"""Engines: SQLite in the cohort's folder, or a MySQL or MariaDB server."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from sqlalchemy import URL, Connection, Engine, create_engine, event, func, make_url, select
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from oncometry.core import Code, SettingsError, StoreError
from oncometry.core.write_points import WritePoint, reached

__all__ = ["FILE_NAME", "closed_on_error", "coded", "open_engine", "server_url", "shown_url", "writing"]

FILE_NAME = "oncometry.db"
PATIENCE_S = 600
ASK_AGAIN_S = 0.01

SQLITE_PRAGMAS = (
    f"PRAGMA busy_timeout = {PATIENCE_S * 1000}",
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = NORMAL",
)

MYSQL_SESSION = (
    "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,"
    "ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'",
    "SET SESSION time_zone = '+00:00'",
)


def open_engine(cohort: Path, url: str | None) -> Engine:
    """The engine of a cohort.

    Raises:
        SettingsError: `SETTINGS` for a URL that is none.
        StoreError: `EXTRA_MISSING` where its driver is not installed.
    """
    parsed = server_url(url) if url else URL.create("sqlite", database=str(cohort / FILE_NAME))
    try:
        is_sqlite = parsed.get_backend_name() == "sqlite"
        style: Literal["qmark", "format"] = "qmark" if is_sqlite else "format"
        creator = _reader(cohort / FILE_NAME) if is_sqlite else None
        engine = create_engine(
            parsed,
            pool_pre_ping=not is_sqlite,
            paramstyle=style,
            **({"creator": creator} if creator else {}),
        )
    except (ImportError, NoSuchModuleError) as error:
        raise StoreError(
            Code.EXTRA_MISSING,
            f"the driver of {shown_url(parsed)} is not installed ({error}).",
            advice="Install it with: pip install 'oncometry[mysql]', and write the URL as mysql+pymysql://",
        ) from error
    statements = SQLITE_PRAGMAS if engine.dialect.name == "sqlite" else MYSQL_SESSION
    _on_connect(engine, statements, is_read_only=creator is not None)
    return engine


def _reader(file: Path) -> Callable[[], sqlite3.Connection] | None:
    """Opens a file that cannot be written; None where it can be, or is still to be made.

    SQLite makes files beside a database that it only reads, unless it is told that nobody writes: which holds where
    nobody may, and where no journal tells of a writer elsewhere (sqlite.org/wal.html, read-only databases).
    """
    if not file.is_file() or (os.access(file, os.W_OK) and os.access(file.parent, os.W_OK)):
        return None
    journal = file.with_name(f"{file.name}-wal")
    is_settled = not journal.is_file() or journal.stat().st_size == 0
    uri = f"{file.resolve().as_uri()}?mode=ro{'&immutable=1' if is_settled else ''}"
    return lambda: sqlite3.connect(uri, uri=True, check_same_thread=False)


def server_url(url: str) -> URL:
    """The URL of a MySQL or MariaDB database, its password where it is not shown.

    Raises:
        SettingsError: `SETTINGS`, it is none, or says its password in a place that would be written down.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise _unusable("it is no URL of a database, or its port is no number") from None
    if parsed.get_backend_name() not in ("mysql", "mariadb"):
        raise _unusable(f"it begins with {parsed.drivername}")
    if not parsed.database:
        raise _unusable("it names no database")
    if "@" in f"{parsed.host}{parsed.database}":
        raise _unusable("write @ in a user or password as %40")
    if {"password", "passwd"} & {name.lower() for name in parsed.query}:
        raise _unusable("its password stands behind the question mark")
    return parsed


def _unusable(why: str) -> SettingsError:
    return SettingsError(
        Code.SETTINGS,
        f"the database URL is not one that can be used: {why}.",
        advice="Use mysql+pymysql://USER:PASSWORD@HOST/DATABASE, or none for SQLite in the cohort.",
    )


def shown_url(url: URL) -> str:
    """The URL as it may be shown and kept: no password."""
    return URL.create(
        url.drivername, url.username, None, url.host, url.port, url.database, url.query
    ).render_as_string()


def _on_connect(engine: Engine, statements: tuple[str, ...], *, is_read_only: bool) -> None:
    """Constraints on, strict types and UTC in every session; SQLite transactions begin as we say."""
    is_sqlite = engine.dialect.name == "sqlite"

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        if is_sqlite:
            connection.isolation_level = None
        cursor = connection.cursor()
        for statement in statements:
            cursor.execute(statement)
        if is_sqlite and not is_read_only:
            _write_ahead(cursor)
        cursor.close()

    if is_sqlite:

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            reads = connection.get_execution_options().get("oncometry_reads", False)
            connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _write_ahead(cursor: sqlite3.Cursor) -> None:
    """A write-ahead log, for readers beside a writer.

    Of two connections that switch a new file at once, SQLite refuses one without waiting, whatever its
    busy timeout (sqlite.org/c3ref/busy_handler.html): that one asks again.
    """
    gives_up = time.monotonic() + PATIENCE_S
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > gives_up:
                raise
            time.sleep(ASK_AGAIN_S)


@contextmanager
def coded(engine: Engine) -> Iterator[None]:
    """Errors of the database become a StoreError that names it, without statement or password.

    Raises:
        StoreError: `STORE`.
    """
    try:
        yield
    except SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        raise StoreError(
            Code.STORE,
            f"the database {shown_url(engine.url)} refused: {type(cause).__name__}: {cause}.",
            advice=_advice(cause),
        ) from error


ADVICE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Nothing of this was kept. Free some space on its disk, then run the same command again.": (
            "full",
            "disk i/o error",
        ),
        "Bring a backup back with `oncometry db restore COHORT FILE`.": ("malformed", "not a database"),
        "Its tables were changed meanwhile: begin anew in a new folder.": (
            "no such table",
            "no such column",
            "has no column",
            "doesn't exist",
            "unknown column",
        ),
        "Check that its file and folder may be written by you.": ("readonly", "unable to open"),
        "Make the database first, or correct its name: docs/how-to/use-a-database-server.md.": (
            "unknown database",
        ),
        "Check user and password, and the user's rights on it: docs/how-to/use-a-database-server.md.": (
            "access denied",
            "command denied",
        ),
        "Check host and port of the URL, and that the server runs.": ("can't connect", "lost connection"),
    }
)
"""What to do -> what the databases say, in small letters."""


def _advice(cause: BaseException) -> str:
    """What to do about the commonest refusals, by what the databases say."""
    told = str(cause).lower()
    for advice, causes in ADVICE.items():
        if any(words in told for words in causes):
            return advice
    return "Check that it can be reached and that its user may write."


@contextmanager
def closed_on_error(engine: Engine) -> Iterator[None]:
    """An engine that could not be used leaves no connection open."""
    try:
        yield
    except BaseException:
        engine.dispose()
        raise


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction, of one writer at a time: others wait for their turn.

    SQLite locks the file from the start of the transaction; a server keeps a named lock for us, which also
    covers the making of tables, that MySQL does not do in transactions.

    Raises:
        StoreError: `STORE`, the turn did not come; `WRITE_FAILED`.
    """
    with engine.connect() as connection:
        name = None if engine.dialect.name == "sqlite" else _lock(connection)
        try:
            reached(WritePoint.TURN_TAKEN)
            with connection.begin():
                reached(WritePoint.TRANSACTION_BEGUN)
                yield connection
                reached(WritePoint.ROWS_WRITTEN)
            reached(WritePoint.COMMITTED)
        except OSError as error:
            raise StoreError(
                Code.WRITE_FAILED,
                f"the database {shown_url(engine.url)} could not be written: {error.strerror or error}.",
                advice="Check the disk, then run the same command again.",
            ) from error
        finally:
            if name is not None and not connection.invalidated:
                connection.execute(select(func.release_lock(name)))
                connection.commit()


def _lock(connection: Connection) -> str:
    """Take the named lock of this database; the server gives it back if we are gone."""
    database = str(connection.engine.url.database)
    name = f"oncometry.{hashlib.sha256(database.encode()).hexdigest()[:32]}"
    taken = connection.scalar(select(func.get_lock(name, PATIENCE_S)))
    connection.commit()
    if taken != 1:
        raise StoreError(
            Code.STORE,
            f"the database {shown_url(connection.engine.url)} was busy for {PATIENCE_S} s.",
            advice="Another run is writing to it; try again when it is done.",
        )
    return name
