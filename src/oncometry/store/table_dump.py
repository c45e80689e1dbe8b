"""All tables of a MySQL or MariaDB database in one file, and back: JSON lines, compressed.

The first line says what is dumped, with the server's own statement for each table; then come rows, some a line; the last
line counts them. Whatever revision the tables are at, even between two, they come back as they were.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    column,
    insert,
    inspect,
    literal_column,
    select,
    table,
    text,
)

from oncometry.core import Code, StoreError
from oncometry.core.write_points import WritePoint, reached
from oncometry.store.identity import identifier_of
from oncometry.store.restore_mark import MARK, mark, unmark
from oncometry.store.tables import Model

__all__ = ["OURS", "check_dump", "check_place", "dump_tables", "engine_of", "load_tables"]

FORMAT = 1
ROWS_A_LINE = 1000
VERSION_TABLE = "alembic_version"
OURS = frozenset({*Model.metadata.tables, VERSION_TABLE, MARK.name})
"""Tables that a restore may drop."""


def dump_tables(connection: Connection, to: Path, revision: str) -> None:
    """Write every table of the connection's database, as one moment saw it (REPEATABLE READ).

    Raises:
        OSError: the file cannot be written.
    """
    names = [name for name in inspect(connection).get_table_names() if name != MARK.name]
    made = {name: connection.execute(text(f"SHOW CREATE TABLE `{name}`")).one()[1] for name in names}
    head = {
        "format": FORMAT,
        "engine": engine_of(connection),
        "revision": revision,
        "cohort": identifier_of(connection),
        "tables": made,
    }
    count = 0
    with gzip.open(to, "wt", encoding="utf-8", compresslevel=1) as stream:
        stream.write(_line(head))
        for name in names:
            everything: Select[Any] = select(literal_column("*")).select_from(table(name))
            found = connection.execute(everything.execution_options(stream_results=True))
            columns = list(found.keys())
            for part in found.partitions(ROWS_A_LINE):
                count += len(part)
                stream.write(_line({"table": name, "columns": columns, "rows": [list(row) for row in part]}))
        stream.write(_line({"rows": count}))


def engine_of(connection: Connection) -> str:
    """'mysql' or 'mariadb'."""
    return "mariadb" if getattr(connection.dialect, "is_mariadb", False) else "mysql"


def _line(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, allow_nan=False, default=_text) + "\n"


def _text(value: object) -> str:
    """Dates and instants as the server takes them."""
    if not isinstance(value, date):
        raise TypeError(f"a column holds {type(value).__name__}, which a dump has no form for")
    return str(value)


def check_dump(file: Path, engine: str) -> str:
    """The identifier of the cohort that was dumped.

    Raises:
        StoreError: `UNSUPPORTED_TYPE`, dumped from another engine than this, or in another form.
    """
    with gzip.open(file, "rt", encoding="utf-8") as stream:
        head = json.loads(next(stream))
    if (head["format"], head["engine"]) != (FORMAT, engine):
        raise StoreError(
            Code.UNSUPPORTED_TYPE,
            f"this is a dump of {head['engine']}, form {head['format']}; the database is {engine}.",
            path=file,
        )
    return str(head["cohort"])


def check_place(connection: Connection, *, is_ours: bool) -> None:
    """Refuse a database in which a restore would drop what is not ours.

    Args:
        is_ours: it holds a cohort, or what a restore left of one.

    Raises:
        StoreError: `NOT_A_COHORT`.
    """
    there = set(inspect(connection).get_table_names())
    theirs = there - OURS if is_ours else there
    if theirs:
        raise StoreError(
            Code.NOT_A_COHORT,
            f"the database holds tables of something else ({', '.join(sorted(theirs)[:3])}); nothing was restored.",
            advice="Restore into the cohort's own database, or into an empty one.",
        )


def load_tables(connection: Connection, file: Path, kept: str) -> None:
    """Put a dump in the place of all tables of the database, which is marked until its rows are there.

    Args:
        kept: name of the backup of what is there now.

    Raises:
        StoreError: `TRUNCATED`, the file ends too early.
    """
    with gzip.open(file, "rt", encoding="utf-8") as stream:
        lines = (json.loads(line) for line in stream)
        head = next(lines)
        connection.execute(text("SET foreign_key_checks = 0"))
        try:
            mark(connection, str(head["cohort"]), kept)
            reached(WritePoint.RESTORE_MARKED)
            _make_tables(connection, head["tables"])
            reached(WritePoint.RESTORE_TABLES)
            _insert(connection, lines, file)
            unmark(connection)
        finally:
            connection.execute(text("SET foreign_key_checks = 1"))


def _make_tables(connection: Connection, made: dict[str, str]) -> None:
    for name in set(inspect(connection).get_table_names()) - {MARK.name}:
        connection.execute(text(f"DROP TABLE `{name}`"))
    for statement in made.values():
        connection.exec_driver_sql(statement.replace("%", "%%"))


def _insert(connection: Connection, lines: Iterator[dict[str, Any]], file: Path) -> None:
    count = 0
    for line in lines:
        if "table" not in line:
            if line["rows"] == count:
                return
            break
        names = line["columns"]
        rows = [dict(zip(names, row, strict=True)) for row in line["rows"]]
        connection.execute(insert(table(line["table"], *map(column, names))), rows)
        count += len(line["rows"])
    raise StoreError(Code.TRUNCATED, f"the backup ends after {count} rows, before its end.", path=file)
