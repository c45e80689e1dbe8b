"""Table `features_wide`: one row a region in an image, one column a feature."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from sqlalchemy import Connection, and_, select

from oncometry.features.columns import wide_name
from oncometry.store.queries.features import described_regions
from oncometry.store.queries.frame import read_frame
from oncometry.store.queries.query import Query
from oncometry.store.tables import Extraction, FeatureDefinition, FeatureValue, SegmentationRow

__all__ = ["read_wide"]

AT_ONCE = 50_000


def read_wide(connection: Connection) -> pd.DataFrame:
    """The regions of `features`, then a column of numbers for each tag, NaN where there is no value.

    The column of a feature of a filtered image has the filter's name before the tag. Millions of values are read as ids and
    numbers, and put in their places at once.
    """
    regions = read_frame(connection, described_regions())
    columns = _columns(connection)
    place = {number: at for at, number in enumerate(regions["extraction_id"].tolist())}
    names = list(dict.fromkeys(columns.values()))
    column = {number: names.index(name) for number, name in columns.items()}
    values = np.full((len(regions), len(names)), np.nan)
    for extraction, feature, value in _values(connection):
        rows = [place[number] for number in extraction]
        values[rows, [column[number] for number in feature]] = np.array(value, dtype=float)
    found = pd.DataFrame(values, columns=names)
    return pd.concat([regions.drop(columns="extraction_id"), found], axis=1)


def _columns(connection: Connection) -> dict[int, str]:
    """Definition -> name of its column, in order of first use; of features of current regions only."""
    d, v = FeatureDefinition, FeatureValue
    used = _of_current(select(v.feature_definition_id)).distinct().subquery()
    wanted = select(d.id, d.filter, d.tag).join(used, used.c.feature_definition_id == d.id).order_by(d.id)
    return {number: wide_name(name, tag) for number, name, tag in connection.execute(wanted)}


def _values(
    connection: Connection,
) -> Iterator[tuple[tuple[int, ...], tuple[int, ...], tuple[float | None, ...]]]:
    v = FeatureValue
    wanted = _of_current(select(v.extraction_id, v.feature_definition_id, v.value)).where(
        v.value.is_not(None)
    )
    for part in connection.execute(wanted, execution_options={"yield_per": AT_ONCE}).partitions():
        extraction, feature, value = zip(*part, strict=True)
        yield extraction, feature, value


def _of_current(query: Query) -> Query:
    """Restricted to features of regions of masks that are current."""
    x, s = Extraction, SegmentationRow
    return (
        query.join(x, x.id == FeatureValue.extraction_id)
        .join(s, and_(s.id == x.segmentation_id, s.is_current))
        .where(x.is_current, x.parameter_set_id.is_not(None))
    )
