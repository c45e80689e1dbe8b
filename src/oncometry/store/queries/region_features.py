"""Features of chosen regions: ids and numbers alone are read, and put in their places at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, CursorResult, Text, and_, func, select, text

from oncometry.core import Code, StoreError
from oncometry.features.columns import wide_name
from oncometry.store.queries.features import described_regions
from oncometry.store.queries.frame import read_frame
from oncometry.store.region_features import RegionFeatureMatrix
from oncometry.store.tables import FeatureDefinition, FeatureValue, table_of

__all__ = ["read_feature_regions", "read_region_features"]

IN_LIMIT = 200
AT_ONCE = 50_000
LONGEST = 1 << 26
"""Bytes of a text of numbers: of three million features."""
PACKING = frozenset({"mysql", "mariadb"})
"""Servers, whose rows come over a wire."""

Part = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]
"""Extraction, definition and value of each of some values."""


def read_feature_regions(connection: Connection) -> pd.DataFrame:
    """The regions of `features`, one row each; `extraction_id` names a region for `read_region_features`."""
    return read_frame(connection, described_regions())


def read_region_features(connection: Connection, extractions: Sequence[int]) -> RegionFeatureMatrix:
    """Values of regions.

    Args:
        extractions: (r,) of `read_feature_regions`, each once.
    """
    named = _definitions(connection)
    row = np.full(max(named, default=0) + 1, -1, dtype=np.intp)
    names = list(dict.fromkeys(named.values()))
    where = {name: at for at, name in enumerate(names)}
    for number, name in named.items():
        row[number] = where[name]
    ids = np.asarray(extractions, dtype=np.int64)
    place = np.zeros(int(ids.max(initial=0)) + 1, dtype=np.intp)
    place[ids] = np.arange(len(ids))
    values = np.full((len(names), len(ids)), np.nan)
    for extraction, definition, found in _values(connection, np.sort(ids)):
        values[row[definition], place[extraction]] = found
    used = np.isfinite(values).any(axis=1)
    kept = [name for name, keep in zip(names, used, strict=True) if keep]
    return RegionFeatureMatrix(tuple(f for f, _ in kept), tuple(n for _, n in kept), values[used])


def _definitions(connection: Connection) -> dict[int, tuple[str, str]]:
    """Id -> family, name of the column."""
    d = FeatureDefinition
    wanted = select(d.id, d.family, d.filter, d.tag).order_by(d.id)
    return {
        number: (family, wide_name(filter_, tag))
        for number, family, filter_, tag in connection.execute(wanted)
    }


def _values(connection: Connection, extractions: NDArray[np.int64]) -> Iterator[Part]:
    """By parts of so many regions."""
    taken = _packed if connection.dialect.name in PACKING else _plain
    if taken is _packed:
        connection.execute(text(f"SET SESSION group_concat_max_len = {LONGEST}"))
    for start in range(0, len(extractions), IN_LIMIT):
        yield from taken(connection, [int(number) for number in extractions[start : start + IN_LIMIT]])


def _plain(connection: Connection, extractions: Sequence[int]) -> Iterator[Part]:
    """A row a value.

    Rows are taken from the driver's cursor as they are, numbers all of them: millions of row objects would cost several
    times as much as the reading.
    """
    v = table_of(FeatureValue).c
    query = select(v.extraction_id, v.feature_definition_id, v.value).where(_of(extractions))
    with connection.execute(query) as result:
        while rows := _fetched(result):
            flat = np.fromiter(chain.from_iterable(rows), dtype=np.float64, count=3 * len(rows))
            found = flat.reshape(-1, 3)
            yield found[:, 0].astype(np.int64), found[:, 1].astype(np.int64), found[:, 2]


def _packed(connection: Connection, extractions: Sequence[int]) -> Iterator[Part]:
    """A row a region, its numbers in two texts: a driver in Python takes a row apart in the time of a hundred numbers.

    Servers write a double in so many digits that it is read back bit by bit, here as in any other row.

    Raises:
        StoreError: `STORE`, a text was cut off.
    """
    v = table_of(FeatureValue).c
    definitions, values = (
        func.group_concat(column.op("ORDER BY")(v.feature_definition_id), type_=Text)
        for column in (v.feature_definition_id, v.value)
    )
    query = select(v.extraction_id, func.count(), definitions, values).where(_of(extractions))
    for extraction, count, named, numbers in connection.execute(query.group_by(v.extraction_id)):
        found = np.fromstring(numbers, dtype=np.float64, sep=",")
        definition = np.fromstring(named, dtype=np.int64, sep=",")
        if not len(found) == len(definition) == count or len(numbers) >= LONGEST:
            raise StoreError(Code.STORE, f"the server cut off the features of region {extraction}.")
        yield np.full(count, extraction, dtype=np.int64), definition, found


def _of(extractions: Sequence[int]) -> ColumnElement[bool]:
    v = table_of(FeatureValue).c
    return and_(v.extraction_id.in_(extractions), v.value.is_not(None))


def _fetched(result: CursorResult[Any]) -> Sequence[tuple[float, ...]]:
    return result.cursor.fetchmany(AT_ONCE) if result.cursor is not None else ()
