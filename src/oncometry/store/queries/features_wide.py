"""Table `features_wide`: one row a region in an image, one column a feature."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from sqlalchemy import Connection, select

from oncometry.features.columns import wide_name
from oncometry.store.queries.features import described_regions
from oncometry.store.queries.frame import read_frame
from oncometry.store.queries.wide_values import definitions_used, read_values
from oncometry.store.tables import FeatureDefinition

__all__ = ["read_wide"]


def read_wide(connection: Connection) -> pd.DataFrame:
    """The regions of `features`, then a column of numbers for each tag, NaN where there is no value.

    The column of a feature of a filtered image has the filter's name before the tag.
    """
    regions = read_frame(connection, described_regions())
    values = read_values(connection)
    used = definitions_used(connection, values)
    by_definition = _names(connection, used)
    names = list(dict.fromkeys(by_definition))
    at = {name: number for number, name in enumerate(names)}
    columns = np.array([at[name] for name in by_definition], dtype=np.int64)
    table = np.full((len(regions), len(names)), np.nan)
    if len(values.value):
        extractions = regions["extraction_id"].to_numpy(dtype=np.int64)
        order = np.argsort(extractions)
        rows = order[np.searchsorted(extractions, values.extraction, sorter=order)]
        table[rows, columns[np.searchsorted(np.array(used), values.feature)]] = values.value
    found = pd.DataFrame(table, columns=names)
    return pd.concat([regions.drop(columns="extraction_id"), found], axis=1)


def _names(connection: Connection, definitions: Sequence[int]) -> list[str]:
    """Names of the definitions' columns, in order of their ids."""
    d = FeatureDefinition
    wanted = select(d.id, d.filter, d.tag)
    known = {number: wide_name(of, tag) for number, of, tag in connection.execute(wanted)}
    return [known[number] for number in definitions]
