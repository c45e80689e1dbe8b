"""Numbers of the wide table are those that were put in, bit by bit, on every engine."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import bindparam, select, update

from oncometry.core import Code, StoreError
from oncometry.store import Store
from oncometry.store.queries import wide_values
from oncometry.store.tables import FeatureValue, table_of

from .build import Plan, curate_step, manifest, result

KEYS = ["patient_id", "timepoint", "mask_key", "mask_lesion", "compartment", "series_key"]


@pytest.fixture
def filled(store: Store) -> Store:
    """A patient with features, whose values are any doubles there are."""
    found = manifest(Plan())
    store.add_manifest(found, curate_step(found))
    store.add_patient(result(Plan()))
    rng = np.random.default_rng(0)
    v = table_of(FeatureValue)
    with store._engine.begin() as connection:
        ids = connection.scalars(select(v.c.id).where(v.c.value.is_not(None))).all()
        bits = rng.integers(0, 2**63, 4 * len(ids)).view(np.float64)
        some = [5e-324, -0.0, 1.7976931348623157e308, 0.1 + 0.2, 2**53 + 1.0, 1 / 3]
        drawn = [*some, *bits[np.isfinite(bits)].tolist()][: len(ids)]
        assert len(drawn) == len(ids)
        connection.execute(
            update(v).where(v.c.id == bindparam("row")).values(value=bindparam("number")),
            [{"row": row, "number": number} for row, number in zip(ids, drawn, strict=True)],
        )
    return store


def test_each_number_is_that_of_its_row(filled: Store) -> None:
    wide, rows = filled.table("features_wide"), filled.table("features")
    assert len(rows) > 50
    place = {tuple(key): at for at, key in enumerate(wide[KEYS].itertuples(index=False))}
    seen = np.zeros((len(wide), wide.shape[1]), dtype=bool)
    for row in rows.to_dict("records"):
        name = row["tag"] if row["filter"] == "original" else f"{row['filter']}_{row['tag']}"
        at = place[tuple(row[key] for key in KEYS)]
        found = wide.loc[at, name]
        if pd.isna(row["value"]):
            assert np.isnan(found)
        else:
            assert np.float64(found).tobytes() == np.float64(row["value"]).tobytes()
        seen[at, wide.columns.get_loc(name)] = True
    numbers = [at for at, name in enumerate(wide.columns) if name in set(rows["tag"]) or "_cm_" in name]
    assert seen[:, numbers].all()


def test_a_column_without_any_value_is_there(filled: Store) -> None:
    wide, rows = filled.table("features_wide"), filled.table("features")
    nowhere = rows.groupby(["filter", "tag"])["value"].count()
    assert (nowhere == 0).any()
    assert wide.isna().all().any()


def test_of_no_region_there_are_no_rows(store: Store) -> None:
    assert store.table("features_wide").empty


def test_a_text_that_the_server_cut_is_refused(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    if filled.engine_name.startswith("sqlite"):
        pytest.skip("SQLite gives rows")
    monkeypatch.setattr(wide_values, "_LONGEST_TEXT", 30)
    with pytest.raises(StoreError, match="of one region whole") as caught:
        filled.table("features_wide")
    assert caught.value.code is Code.STORE
