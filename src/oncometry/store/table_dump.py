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
    delete,
    insert,
    inspect,
    literal_column,
    select,
    table,
    text,
)

from oncometry.core import Code, StoreError

__all__ = ["VERSION_TABLE", "dump_tables", "load_tables"]

FORMAT = 1
ROWS_A_LINE = 1000
VERSION_TABLE = "alembic_version"


def dump_tables(connection: Connection, to: Path, revision: str) -> None:
    """Write every table of the connection's database, as one moment saw it (REPEATABLE READ).

    Raises:
        OSError: the file cannot be written.
    """
    names = inspect(connection).get_table_names()
    made = {name: connection.execute(text(f"SHOW CREATE TABLE `{name}`")).one()[1] for name in names}
    head = {"format": FORMAT, "engine": engine_of(connection), "revision": revision, "tables": made}
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


def load_tables(connection: Connection, file: Path) -> None:
    """Put a dump in the place of all tables of the database; its rows come in one transaction.

    Until they are all there the table of versions is empty, so that no program takes the tables for a cohort.

    Raises:
        StoreError: `UNSUPPORTED_TYPE`, dumped from another engine or in another form; `NOT_A_COHORT`, the database
            holds tables of others; `TRUNCATED`, the file ends too early.
    """
    with gzip.open(file, "rt", encoding="utf-8") as stream:
        lines = (json.loads(line) for line in stream)
        head = next(lines)
        if (head["format"], head["engine"]) != (FORMAT, engine_of(connection)):
            raise StoreError(
                Code.UNSUPPORTED_TYPE,
                f"this is a dump of {head['engine']}, form {head['format']}; the database is {engine_of(connection)}.",
                path=file,
            )
        connection.execute(text("SET foreign_key_checks = 0"))
        try:
            _make_tables(connection, head["tables"])
            _insert(connection, lines, file)
        finally:
            connection.execute(text("SET foreign_key_checks = 1"))


def _make_tables(connection: Connection, made: dict[str, str]) -> None:
    there = inspect(connection).get_table_names()
    if there and VERSION_TABLE not in there:
        raise StoreError(
            Code.NOT_A_COHORT,
            "the database holds tables of something else; nothing was restored.",
            advice="Restore into the cohort's own database, or into an empty one.",
        )
    if there:
        connection.execute(delete(table(VERSION_TABLE)))
    for name in sorted(there, key=lambda name: name == VERSION_TABLE):
        connection.execute(text(f"DROP TABLE `{name}`"))
    for name in sorted(made, key=lambda name: name != VERSION_TABLE):
        connection.exec_driver_sql(made[name].replace("%", "%%"))


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
