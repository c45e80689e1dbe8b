"""Rows into tables: in bulk, counted, finite, and each content once."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import NoneType
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Connection, SQLColumnExpression, func, insert, select, update

from oncometry.core import Code, StoreError
from oncometry.store.row_digests import MODULUS, digest_of, unsealed_columns
from oncometry.store.seals import seal_of
from oncometry.store.tables import RowCount
from oncometry.store.tables.model import Model, Versioned, table_of

__all__ = ["Kept", "Row", "Writing", "chunks", "sealed"]

Row = dict[str, Any]
Column = SQLColumnExpression[Any]

CHUNK = 5000
IN_LIMIT = 500
PLAIN = frozenset({str, int, bool, float, NoneType})


@dataclass(frozen=True)
class Kept:
    """Versioned rows after `Writing.keep`.

    Attributes:
        ids: content hash -> id, of all rows given.
        added: content hashes of those that were not there.
    """

    ids: Mapping[str, int]
    added: frozenset[str]


@dataclass
class Writing:
    """One transaction.

    Attributes:
        run_id: the row of this opening of the store, once something new was done.
        by_table: rows inserted so far.
        earlier: highest id before, of the tables inserted into.
        digests: what changes of earlier rows add to the digests of their tables.
    """

    connection: Connection
    run_id: int | None = None
    by_table: Counter[type[Model]] = field(default_factory=Counter)
    earlier: dict[type[Model], int] = field(default_factory=dict)
    digests: Counter[type[Model]] = field(default_factory=Counter)

    @property
    def added(self) -> int:
        """Rows inserted so far, in all tables."""
        return self.by_table.total()

    def insert(self, model: type[Model], rows: Sequence[Row]) -> None:
        """Insert rows that all have the same columns.

        Raises:
            StoreError: `STORE`, a number is NaN or infinite: it must be null with a reason.
        """
        table = table_of(model)
        if rows:
            self._earlier(model)
        for start in range(0, len(rows), CHUNK):
            part = _plain_rows(rows[start : start + CHUNK], table.name)
            self.connection.execute(insert(table), part)
            self.by_table[model] += len(part)

    def insert_one(self, model: type[Model], row: Row) -> int:
        """Insert a row and give its id."""
        table = table_of(model)
        self._earlier(model)
        result = self.connection.execute(insert(table).values(**_plain(row, table.name)))
        self.by_table[model] += 1
        (identifier,) = result.inserted_primary_key or (0,)
        return int(identifier)

    def change(self, model: type[Model], scope: ColumnElement[bool], values: Row) -> None:
        """Write other values into the rows of a scope that does not depend on them."""
        table, columns = table_of(model), unsealed_columns(model)
        scoped = select(*columns).where(scope, table.c.id <= self._earlier(model))
        self.digests[model] -= digest_of(self.connection.execute(scoped))
        self.connection.execute(update(table).where(scope).values(**values))
        self.digests[model] += digest_of(self.connection.execute(scoped))

    def _earlier(self, model: type[Model]) -> int:
        """The highest id of a table before this transaction, in which nobody else writes."""
        if model not in self.earlier:
            highest = select(func.max(table_of(model).c.id))
            self.earlier[model] = self.connection.scalar(highest) or 0
        return self.earlier[model]

    def count(self) -> None:
        """Write down how many rows each table has been given in all, and what they say; comes last."""
        table = table_of(RowCount)
        known = self.connection.execute(select(table.c.table_name, table.c.written, table.c.digest))
        there = {row.table_name: row for row in known}
        for model in self.earlier:
            name = table_of(model).name
            row = there.get(name)
            written = self.by_table[model] + (row.written if row else 0)
            digest = self.digests[model] + self._digest_of_new(model) + (int(row.digest, 16) if row else 0)
            said = {"written": written, "digest": f"{digest % MODULUS:x}"}
            if row:
                self.connection.execute(update(table).where(table.c.table_name == name).values(**said))
            else:
                self.connection.execute(insert(table).values(table_name=name, **said))

    def _digest_of_new(self, model: type[Model]) -> int:
        columns = unsealed_columns(model)
        if not columns or not self.by_table[model]:
            return 0
        new = select(*columns).where(table_of(model).c.id > self._earlier(model))
        return digest_of(self.connection.execute(new))

    def lookup(self, key: Column, keys: Iterable[Any], value: Column) -> dict[Any, int]:
        """key -> value of the rows whose key is among `keys`."""
        found: dict[Any, int] = {}
        for part in chunks(sorted(set(keys))):
            found |= {r[0]: r[1] for r in self.connection.execute(select(key, value).where(key.in_(part)))}
        return found

    def keep_named(self, model: type[Model], key: Column, rows: Mapping[Any, Row]) -> dict[Any, int]:
        """Get or create rows by their natural key; gives key -> id."""
        identifier = table_of(model).c.id
        there = self.lookup(key, rows, identifier)
        missing = [row for name, row in rows.items() if name not in there]
        if not missing:
            return there
        self.insert(model, missing)
        return self.lookup(key, rows, identifier)

    def keep(
        self,
        model: type[Model],
        scope: ColumnElement[bool],
        rows: Sequence[Row],
        replaces: Callable[[Mapping[str, Any]], bool] = lambda _: True,
    ) -> Kept:
        """Make `rows` (sealed) the current ones of `scope`.

        What is there already is kept or revived, what is new is inserted, and a current row that is no
        longer said, and that `replaces` holds for, stays but is not current any more.
        """
        table = table_of(model)
        wanted = {row["content_sha256"]: row for row in rows}
        there = {
            r["content_sha256"]: dict(r)
            for r in self.connection.execute(select(table).where(scope)).mappings()
        }
        new = [row for digest, row in wanted.items() if digest not in there]
        self.insert(model, new)
        self._mark(model, [r["id"] for d, r in there.items() if d in wanted and not r["is_current"]], True)
        gone = [r["id"] for d, r in there.items() if r["is_current"] and d not in wanted and replaces(r)]
        self._mark(model, gone, False)
        ids = {d: r["id"] for d, r in there.items() if d in wanted}
        added = [row["content_sha256"] for row in new]
        ids |= self.lookup(table.c.content_sha256, added, table.c.id)
        return Kept(ids, frozenset(added))

    def _mark(self, model: type[Model], ids: Sequence[int], current: bool) -> None:
        table = table_of(model)
        for part in chunks(ids):
            self.change(model, table.c.id.in_(part), {"is_current": current})


def chunks(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    """Parts small enough for one IN list."""
    for start in range(0, len(values), IN_LIMIT):
        yield values[start : start + IN_LIMIT]


def sealed(model: type[Versioned], row: Row, parts: Mapping[type[Model], Sequence[Row]] | None = None) -> Row:
    """The row with its seal, current; `parts` are the rows that will hang on it."""
    return {**row, "content_sha256": seal_of(model, row, parts), "is_current": True}


def _plain_rows(rows: Sequence[Row], table: str) -> Sequence[Row]:
    """numpy scalars and enums to Python's own; NaN and infinity are refused."""
    is_plain = PLAIN.issuperset({type(value) for row in rows for value in row.values()})
    if is_plain and all(math.isfinite(v) for row in rows for v in row.values() if type(v) is float):
        return rows
    return [_plain(row, table) for row in rows]


def _plain(row: Row, table: str) -> Row:
    plain = {}
    for name, value in row.items():
        kept = value.item() if isinstance(value, np.generic) else value
        if isinstance(kept, float) and not math.isfinite(kept):
            raise StoreError(
                Code.STORE,
                f"{table}.{name} is {kept}: a number that is not finite cannot be kept.",
                advice="Give null with a reason.",
            )
        plain[name] = str(kept) if isinstance(kept, str) and type(kept) is not str else kept
    return plain
