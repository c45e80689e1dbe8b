"""Millions of feature values as arrays, without a Python object for each.

SQLite hands over rows of machine numbers, which go into an array as they come. PyMySQL makes each field of each row from its text
in Python, which takes several times as long: so the server puts the values of a region into one text, and numpy reads that.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, and_, func, select, text

from oncometry.core import Code, StoreError
from oncometry.store.queries.query import Query
from oncometry.store.tables import Extraction, FeatureValue, SegmentationRow
from oncometry.store.tables.columns import MYSQL

__all__ = ["FeatureValues", "definitions_used", "read_values"]

_AT_ONCE = 200
_LONGEST_TEXT = 1 << 30
"""Bytes; no packet of a server is longer."""
_ROW = np.dtype([("extraction", np.int64), ("feature", np.int64), ("value", np.float64)])


class FeatureValues(NamedTuple):
    """(n,) each: the region's extraction, the feature's definition, the number."""

    extraction: NDArray[np.int64]
    feature: NDArray[np.int64]
    value: NDArray[np.float64]


def read_values(connection: Connection) -> FeatureValues:
    """All values there are of features of current regions.

    Raises:
        StoreError: `STORE`, the server cut a text short.
    """
    return _from_texts(connection) if connection.dialect.name in MYSQL else _from_rows(connection)


def definitions_used(connection: Connection, values: FeatureValues) -> list[int]:
    """Definitions of features of current regions, those without any value among them, in order."""
    v = FeatureValue
    without = of_current(select(v.feature_definition_id)).where(v.value.is_(None)).distinct()
    return sorted({*np.unique(values.feature).tolist(), *connection.scalars(without)})


def of_current(query: Query) -> Query:
    """Restricted to features of regions of masks that are current."""
    x, s = Extraction, SegmentationRow
    return (
        query.join(x, x.id == FeatureValue.extraction_id)
        .join(s, and_(s.id == x.segmentation_id, s.is_current))
        .where(x.is_current, x.parameter_set_id.is_not(None))
    )


def _from_rows(connection: Connection) -> FeatureValues:
    v = FeatureValue
    wanted = of_current(select(v.extraction_id, v.feature_definition_id, v.value)).where(v.value.is_not(None))
    with connection.execute(wanted) as result:
        cursor: Any = result.cursor
        found = np.fromiter(cursor, dtype=_ROW)
    return FeatureValues(*(np.ascontiguousarray(found[name]) for name in _ROW.names or ()))


def _from_texts(connection: Connection) -> FeatureValues:
    """By region: the definitions and the values, each in one text in the same order.

    The server writes a number with as many digits as make it that number again, here as in a row of its own.
    """
    v = FeatureValue
    connection.execute(text(f"SET SESSION group_concat_max_len = {_LONGEST_TEXT}"))
    longest = int(connection.scalar(text("SELECT @@SESSION.group_concat_max_len")) or 0)
    in_order = (
        func.group_concat(column.op("ORDER BY")(v.feature_definition_id))
        for column in (v.feature_definition_id, v.value)
    )
    wanted = of_current(select(v.extraction_id, func.count(), *in_order)).where(v.value.is_not(None))
    regions: list[tuple[int, NDArray[np.int64], NDArray[np.float64]]] = []
    same: dict[str, NDArray[np.int64]] = {}
    with connection.execute(
        wanted.group_by(v.extraction_id), execution_options={"yield_per": _AT_ONCE}
    ) as rows:
        for extraction, count, definitions, numbers in rows:
            _check_whole((definitions, numbers), count, longest)
            if definitions not in same:
                same[definitions] = np.fromstring(definitions, dtype=np.int64, sep=",")
            regions.append((extraction, same[definitions], np.fromstring(numbers, dtype=np.float64, sep=",")))
    counts = [len(numbers) for _, _, numbers in regions]
    return FeatureValues(
        np.repeat(np.array([extraction for extraction, _, _ in regions], dtype=np.int64), counts),
        np.concatenate([np.empty(0, dtype=np.int64), *(features for _, features, _ in regions)]),
        np.concatenate([np.empty(0), *(numbers for _, _, numbers in regions)]),
    )


def _check_whole(texts: tuple[str | None, ...], count: int, longest: int) -> None:
    """A text that is as long as may be was cut, a number within it too; one that no packet holds is null."""
    for given in texts:
        if given is None or len(given) >= longest or given.count(",") != count - 1:
            raise StoreError(
                Code.STORE,
                f"the server did not give the {count} values of one region whole.",
                advice="Raise its max_allowed_packet.",
            )
