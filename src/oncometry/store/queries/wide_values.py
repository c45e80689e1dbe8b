"""Millions of feature values as arrays, without a Python object for each.

SQLite hands over rows of machine numbers, which go into an array as they come. PyMySQL makes each field of each row from its text
in Python, which takes several times as long: so the server puts the values of a region into one text, and numpy reads that.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, and_, func, null, select, text

from oncometry.core import Code, StoreError
from oncometry.store.queries.query import Query
from oncometry.store.tables import Extraction, FeatureValue, SegmentationRow
from oncometry.store.tables.columns import MYSQL

__all__ = ["FeatureValues", "read_values"]

_AT_ONCE = 200
_LONGEST_TEXT = 1 << 30
"""Bytes; no packet of a server is longer."""
_KEY = np.dtype([("extraction", np.int64), ("feature", np.int64)])
_ROW = np.dtype([("extraction", np.int64), ("feature", np.int64), ("value", np.float64)])


class FeatureValues(NamedTuple):
    """(n,) each: the region's extraction, the feature's definition, the number or NaN."""

    extraction: NDArray[np.int64]
    feature: NDArray[np.int64]
    value: NDArray[np.float64]


def read_values(connection: Connection) -> FeatureValues:
    """The values of all features of current regions, in any order.

    Raises:
        StoreError: `STORE`, the server cut a text short.
    """
    return _from_texts(connection) if connection.dialect.name in MYSQL else _from_rows(connection)


def _of_current(query: Query) -> Query:
    """Restricted to features of regions of masks that are current."""
    x, s = Extraction, SegmentationRow
    return (
        query.join(x, x.id == FeatureValue.extraction_id)
        .join(s, and_(s.id == x.segmentation_id, s.is_current))
        .where(x.is_current, x.parameter_set_id.is_not(None))
    )


def _from_rows(connection: Connection) -> FeatureValues:
    v = FeatureValue
    keys = (v.extraction_id, v.feature_definition_id)
    there = _array(connection, _of_current(select(*keys, v.value)).where(v.value.is_not(None)), _ROW)
    absent = _array(connection, _of_current(select(*keys)).where(v.value.is_(None)), _KEY)
    return FeatureValues(
        np.concatenate([there["extraction"], absent["extraction"]]),
        np.concatenate([there["feature"], absent["feature"]]),
        np.concatenate([there["value"], np.full(len(absent), np.nan)]),
    )


def _array(connection: Connection, query: Query, row: np.dtype[np.void]) -> NDArray[np.void]:
    """The rows as the driver gives them, which are not made rows of SQLAlchemy."""
    with connection.execute(query) as result:
        cursor: Any = result.cursor
        return np.fromiter(cursor, dtype=row)


def _from_texts(connection: Connection) -> FeatureValues:
    """Of each region two texts: definition, value, definition, value ..., and the definitions without a value.

    The server writes a number with as many digits as make it that number again, here as in a row of its own; not so
    within an expression, `ifnull` say, which is why a missing value has a text apart.
    """
    v = FeatureValue
    connection.execute(text(f"SET SESSION group_concat_max_len = {_LONGEST_TEXT}"))
    longest = int(connection.scalar(text("SELECT @@SESSION.group_concat_max_len")) or 0)
    space = text("' '")
    pairs = func.group_concat(v.feature_definition_id, space, v.value.op("SEPARATOR")(space))
    without = func.if_(v.value.is_(None), v.feature_definition_id, null()).op("SEPARATOR")(space)
    counts = (func.count(v.value), func.count() - func.count(v.value))
    wanted = _of_current(select(v.extraction_id, *counts, pairs, func.group_concat(without)))
    extractions: list[int] = []
    found: list[NDArray[np.float64]] = []
    with connection.execute(
        wanted.group_by(v.extraction_id), execution_options={"yield_per": _AT_ONCE}
    ) as rows:
        for extraction, there, absent, written, missing in rows:
            values = _numbers(written, 2 * there, longest).reshape(there, 2)
            empty = _numbers(missing, absent, longest)
            extractions.append(extraction)
            found += [values, np.column_stack([empty, np.full(absent, np.nan)])]
    every = np.concatenate([np.empty((0, 2)), *found])
    lengths = [len(one) + len(other) for one, other in zip(found[::2], found[1::2], strict=True)]
    return FeatureValues(
        np.repeat(np.array(extractions, dtype=np.int64), lengths),
        every[:, 0].astype(np.int64),
        every[:, 1].copy(),
    )


def _numbers(written: str | None, count: int, longest: int) -> NDArray[np.float64]:
    """A text that is as long as may be was cut, a number within it too; one that no packet holds is null."""
    if count == 0:
        return np.empty(0)
    if written is None or len(written) >= longest or written.count(" ") != count - 1:
        raise StoreError(
            Code.STORE,
            "the server did not give the values of one region whole.",
            advice="Raise its max_allowed_packet.",
        )
    return np.fromstring(written, dtype=np.float64, sep=" ")
