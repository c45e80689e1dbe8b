"""What the database knows of images: by kind, site and scanner, with masks and the specs of features."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.store.build import Plan, curate_step, manifest, result

from oncometry.core import NothingFoundError
from oncometry.pipeline.experiment.imaging import imaging_of
from oncometry.store import Store

pytestmark = pytest.mark.storeless

PLAN = Plan()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path, create=True) as made:
        found = manifest(PLAN)
        made.add_manifest(found, curate_step(found))
        made.add_patient(result(PLAN))
        yield made


def test_every_series_of_the_patients_counts_once(store: Store) -> None:
    found = imaging_of(store, {PLAN.patient: "A"}, ())
    assert found is not None
    series = store.table("series")
    assert sum(one.series for one in found.protocols) == len(series)
    assert {one.kind for one in found.protocols} == set(series["contrast"])
    assert {one.site for one in found.protocols} == {"A"}
    assert found.patients == 1
    stated = store.table("acquisition")["series_key"].nunique()
    assert found.described == (1 if stated == len(series) else 0)
    assert sum(one.masks for one in found.masks) == len(store.table("segmentations"))
    assert found.specs == ()


def test_kinds_that_features_are_of_bring_their_spec(store: Store) -> None:
    regions = store.feature_regions()
    kind = str(regions["contrast"].iloc[0])
    found = imaging_of(store, {PLAN.patient: ""}, {kind})
    assert found is not None
    assert {one.kind for one in found.protocols} == {kind}
    of_kind = regions[regions["contrast"] == kind]
    assert {spec.sha256: spec.regions for spec in found.specs} == of_kind[
        "spec_sha256"
    ].value_counts().to_dict()
    assert all(json.loads(spec.parameters) for spec in found.specs)


def test_what_is_not_there_is_none(store: Store) -> None:
    assert imaging_of(store, {"somebody else": ""}, ()) is None
    assert imaging_of(store, {PLAN.patient: ""}, {"PT"}) is None
    with pytest.raises(NothingFoundError):
        store.parameters("0" * 64)
