"""The digest of a table: the sum of the hashes of its rows, of what no seal covers.

A seal covers what a versioned row and its parts say, but not whether it is current; other tables have no seal. The
sum does not depend on the order of the rows, and follows each change without reading the others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, cast

from sqlalchemy import Column

from oncometry.store.finite import as_json
from oncometry.store.seals import PARTS
from oncometry.store.tables import RowCount
from oncometry.store.tables.model import Model, Versioned, table_of

__all__ = ["MODULUS", "digest_of", "unsealed_columns"]

BYTES = 16
MODULUS = 1 << 8 * BYTES


@cache
def unsealed_columns(model: type[Model]) -> tuple[Column[Any], ...]:
    """The id and what no seal covers; none where that is nothing, as of a part."""
    table = table_of(model)
    names = {column.name for column in table.c}
    if issubclass(model, Versioned):
        versioned = cast("type[Versioned]", model)
        names = {"content_sha256", "is_current", *(() if versioned.SEALED_BY_STEP else ("run_step_id",))}
    elif any(model in parts for parts in PARTS.values()):
        names &= {"clinical_row_id"}
    elif model is RowCount:
        names = set()
    rest = [column for column in table.c if column.name in names - {"id"}]
    return (table.c.id, *rest) if rest else ()


def digest_of(rows: Iterable[Sequence[Any]]) -> int:
    """Of rows as a database gives them back, in the order of `unsealed_columns`.

    Raises:
        StoreError: `STORE`, a number is not finite.
    """
    hashes = (hashlib.sha256(as_json(list(row)).encode()).digest()[:BYTES] for row in rows)
    return sum(int.from_bytes(found) for found in hashes) % MODULUS
