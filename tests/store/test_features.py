"""Features in the store: one row a value, under the spec that decided it, and one row a region."""

from __future__ import annotations

import json
from dataclasses import replace

import pandas as pd
import pytest

from oncometry.core import NothingFoundError, StoreError
from oncometry.store import Store

from .build import Plan, curate_step, manifest, result, sha

PLAN = Plan()
REGION = ["patient_id", "lesion", "timepoint", "mask_key", "mask_lesion", "compartment", "series_key"]


def fill(store: Store, plan: Plan) -> int:
    found = manifest(plan)
    return store.add_manifest(found, curate_step(found)) + store.add_patient(result(plan))


def test_values_come_back_with_what_they_are(store: Store) -> None:
    fill(store, PLAN)
    rows = store.table("features")
    sent = [f for s in result(PLAN).segmentations for f in s.features]
    assert len(rows) == sum(len(f.features) * len(f.regions) for f in sent)
    values = [value for f in sent for region in f.regions for value in region.values]  # noqa: PD011 -- no data frame
    assert sorted(rows["value"].dropna()) == sorted(value for value in values if value is not None)
    assert rows.loc[rows["value"].isna(), "reason"].unique().tolist() == ["CONSTANT"]
    assert set(rows["spec_sha256"]) == {sha(PLAN.spec)}
    one = rows.query("lesion == 'L2' and timepoint == 3 and compartment == 'core' and contrast == 'FLAIR'")
    assert one["tag"].tolist() == ["cm_joint_entropy_3D_comb", "cm_contrast_3D_comb"] * 2
    assert one["filter"].tolist() == ["original"] * 2 + ["log-1-mm"] * 2
    assert one["value"].tolist()[:3] == [2.0, 2.125, 2.25]


def test_wide_says_what_long_says(store: Store) -> None:
    fill(store, PLAN)
    long, wide = store.table("features"), store.table("features_wide")
    of = long["filter"].where(long["filter"] != "original", "") + "_" + long["tag"]
    expected = {
        (*region, column.removeprefix("_")): value
        for *region, column, value in zip(*(long[c] for c in REGION), of, long["value"], strict=True)
        if value == value
    }
    columns = wide.columns[list(wide.columns).index("spec_sha256") + 1 :]
    found = {
        (*(row[c] for c in REGION), column): row[column]
        for row in wide.to_dict("records")
        for column in columns
        if row[column] == row[column]
    }
    assert found == expected
    assert set(wide["image_unit"]) == {"arbitrary"}


def test_another_spec_replaces_all_values_and_the_first_comes_back(store: Store) -> None:
    fill(store, PLAN)
    before, intensities = store.table("features"), store.table("intensities")
    other = replace(PLAN, spec='{"profile":"pyradiomics"}')
    assert fill(store, other) > 0
    after = store.table("features")
    assert set(after["spec_sha256"]) == {sha(other.spec)}
    assert set(after["value_id"]).isdisjoint(before["value_id"])
    assert store.why(before["value_id"].iloc[0]).facts["current"] is False
    pd.testing.assert_frame_equal(store.table("intensities"), intensities)
    assert fill(store, PLAN) == 0
    pd.testing.assert_frame_equal(store.table("features"), before)
    assert store.check() == [] or all(f.code.value == "FILE_MISSING" for f in store.check())


def test_without_features_none_are_current(store: Store) -> None:
    fill(store, PLAN)
    fill(store, replace(PLAN, features=()))
    assert store.table("features").empty
    assert store.table("features_wide").empty
    assert len(store.table("intensities"))


def test_a_value_leads_to_its_spec(store: Store) -> None:
    fill(store, PLAN)
    row = store.table("features").iloc[0]
    trace = store.why(row["value_id"])
    (spec,) = [source for source in trace.sources if source.kind == "spec"]
    assert json.loads(str(spec.facts["parameters"])) == {"profile": "ibsi"}
    assert spec.facts["sha256"] == row["spec_sha256"]
    assert trace.facts["ibsi_id"] == "TU9B"
    with pytest.raises(NothingFoundError, match="ask for feature"):
        store.why(row["value_id"].replace("feature", "intensity"))
    with pytest.raises(NothingFoundError, match="ask for intensity"):
        store.why(store.table("intensities")["value_id"].iloc[0].replace("intensity", "feature"))


def test_no_value_without_a_reason(store: Store) -> None:
    found = result(PLAN)
    first = found.segmentations[0]
    silent = replace(first.features[0].regions[0], reasons={})
    spoiled = replace(first, features=(replace(first.features[0], regions=(silent,)),))
    sent = manifest(PLAN)
    store.add_manifest(sent, curate_step(sent))
    with pytest.raises(StoreError, match="neither a value nor a reason"):
        store.add_patient(replace(found, segmentations=(spoiled, *found.segmentations[1:])))
    assert store.table("features").empty
