"""Reliability of features in the store: in bulk, once, sealed, and back to what it was told from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from oncometry.features.reliability import Source, reliability_rows, reliable_features
from oncometry.store import Store, export
from oncometry.store.tables import FeatureReliabilityRow

from .build import RELIABILITY_CHAIN, analyzed


def test_rows_come_back_as_they_were(store: Store) -> None:
    sent = analyzed()
    assert store.add_reliability(sent) > 6
    back = store.table("reliability")
    for row, expected in zip(back.to_dict("records"), reliability_rows(sent.found, sent.judged), strict=True):
        for name, value in expected.items():
            assert (
                row[name] == value
                or (value in (None, "") and row[name] != row[name])
                or (value in (None, "") and row[name] is None)
            ), name
    assert back.loc[back["icc"].isna(), "reason"].unique().tolist() == ["CONSTANT"]
    assert store.add_reliability(sent) == 0
    assert not [f for f in store.check() if f.code.value != "FILE_MISSING"]


def test_a_later_analysis_of_the_same_data_replaces_and_another_stands_beside(store: Store) -> None:
    store.add_reliability(analyzed(0))
    before = store.table("reliability")
    store.add_reliability(analyzed(1))
    after = store.table("reliability")
    assert set(after["value_id"]).isdisjoint(before["value_id"])
    assert store.why(before["value_id"].iloc[0]).facts["current"] is False
    store.add_reliability(analyzed(2, "retest.csv", Source.TEST_RETEST))
    both = store.table("reliability")
    assert len(both) == 2 * len(after)
    assert both.loc[both["source"] == "test-retest", "spec_sha256"].isna().all()


def test_why_leads_to_spec_perturbation_and_step(store: Store) -> None:
    store.add_reliability(analyzed())
    value = store.table("reliability")["value_id"].iloc[0]
    told = store.why(value)
    assert [source.kind for source in told.sources] == ["spec", "perturbation", "step"]
    assert told.facts["icc_kind"] == "ICC(1,1)"
    assert told.sources[1].facts["parameters"] == RELIABILITY_CHAIN.canonical_json


def test_a_changed_number_is_found(store: Store) -> None:
    store.add_reliability(analyzed())
    with store._engine.begin() as connection:
        connection.execute(
            update(FeatureReliabilityRow).where(FeatureReliabilityRow.id == 2).values(icc=0.99)
        )
    assert "SEAL_BROKEN" in {finding.code.value for finding in store.check()}


def test_it_is_exported_and_outlives_a_backup(store: Store, tmp_path: Path) -> None:
    store.add_reliability(analyzed())
    export(store, tmp_path, {"csv"})
    lines = (tmp_path / "reliability.csv").read_text().splitlines()
    assert len(lines) == 1 + 6


def test_those_that_can_be_relied_on_are_columns_of_the_wide_table(store: Store) -> None:
    store.add_reliability(analyzed())
    rows = store.table("reliability").to_dict("records")
    assert reliable_features(rows) == ("morph_volume",)
    assert reliable_features(rows, -1.0, "high") == ("morph_volume", "log-1-mm_cm_contrast_3D_comb")
    worse = [row | {"low": 0.5} if row["group_name"].startswith("core") else row for row in rows]
    assert reliable_features(worse) == ()
    assert reliable_features([row for row in worse if row["group_name"].startswith("whole")]) == (
        "morph_volume",
    )


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_a_number_that_is_none_is_not_kept(store: Store, number: float) -> None:
    sent = analyzed()
    broken = replace(sent.found[0], icc=replace(sent.found[0].icc, value=number))
    with pytest.raises(Exception, match="finite"):
        store.add_reliability(replace(sent, found=(broken, *sent.found[1:])))
    assert store.table("reliability").empty
