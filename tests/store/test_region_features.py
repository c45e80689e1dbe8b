"""Features of chosen regions as a matrix: bit by bit what went in, on each engine, in the order that was asked for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from oncometry.core import StoreError
from oncometry.store import Store
from oncometry.store.queries import region_features as module

from .build import Plan, curate_step, manifest, result

PLAN = Plan(features=("a", "b", "c", "d", "e"))


def hard_numbers(seed: int, count: int) -> list[float]:
    """Doubles that need all their digits, of all sizes and signs, and the ends of the range."""
    rng = np.random.default_rng(seed)
    found = rng.normal(size=count) * 10.0 ** rng.integers(-290, 290, count)
    found[:4] = [1.7976931348623157e308, 2.2250738585072014e-308, -0.1, 1 / 3]
    return [float(value) for value in found]


@pytest.fixture
def sent(store: Store) -> dict[tuple[str, int, str, int, str], list[float | None]]:
    """(mask, lesion, compartment, visit, image) -> values; all are kept in the store."""
    found = manifest(PLAN)
    store.add_manifest(found, curate_step(found))
    made = result(PLAN)
    values: dict[tuple[str, int, str, int, str], list[float | None]] = {}
    segmentations = []
    for n, s in enumerate(made.segmentations):
        features = []
        for k, one in enumerate(s.features):
            regions = []
            for r, region in enumerate(one.regions):
                numbers: list[float | None] = [
                    *hard_numbers(100 * n + 10 * k + r, len(region.values) - 1),
                    None,
                ]
                regions.append(replace(region, values=tuple(numbers)))
                visit = 0 if s.mask.timepoint is None else s.mask.timepoint.number
                key = (s.mask.key, region.lesion, region.compartment.value, visit, one.series_key)
                values[key] = numbers
            features.append(replace(one, regions=tuple(regions)))
        segmentations.append(replace(s, features=tuple(features)))
    store.add_patient(replace(made, segmentations=tuple(segmentations)))
    return values


def test_each_number_comes_back_bit_by_bit(
    store: Store, sent: dict[tuple[str, int, str, int, str], list[float | None]]
) -> None:
    regions = store.feature_regions()
    names = ["mask_key", "mask_lesion", "compartment", "timepoint", "series_key"]
    order = np.random.default_rng(2).permutation(len(regions))
    found = store.region_features([int(x) for x in regions["extraction_id"].iloc[order]])
    assert len(found.families) == len(found.names) == len(found.numbers) == 2 * len(PLAN.features) - 1
    assert set(found.families) == {"glcm"}
    for column, row in enumerate(order):
        mask, lesion, compartment, visit, series = regions[names].iloc[row]
        expected = sent[mask, int(lesion), compartment, int(visit), series][:-1]
        np.testing.assert_array_equal(found.numbers[:, column], np.array(expected, dtype=float))


def test_some_regions_are_some(
    store: Store,
    sent: dict[tuple[str, int, str, int, str], list[float | None]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ids = [int(x) for x in store.feature_regions()["extraction_id"]]
    whole = store.region_features(ids)
    monkeypatch.setattr(module, "IN_LIMIT", 3)
    monkeypatch.setattr(module, "AT_ONCE", 4)
    few = store.region_features(ids[2:9])
    np.testing.assert_array_equal(few.numbers, whole.numbers[:, 2:9])
    assert len(sent) == len(ids)


def test_a_text_that_is_cut_off_is_no_number(
    store: Store,
    sent: dict[tuple[str, int, str, int, str], list[float | None]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "LONGEST", 64)
    ids = [int(x) for x in store.feature_regions()["extraction_id"]]
    if store.engine_name.startswith("sqlite"):
        assert store.region_features(ids).numbers.shape[1] == len(sent)
        return
    with pytest.raises(StoreError, match="cut off"):
        store.region_features(ids)
