"""How far a result can be trusted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncometry.core import Code
from oncometry.segmentation.faint_parts import without_faint_parts
from oncometry.segmentation.own_network import OwnNetwork
from oncometry.segmentation.segmenter import Segmented
from oncometry.segmentation.trust import (
    expected_dice,
    trust_notices,
    trust_of,
    volume_width,
    widths_needed,
)

from .made_network import centered, head, threshold_weights, written

WIDTHS = tuple(np.linspace(0, 6, 61))


@pytest.fixture(scope="module")
def segmented(tmp_path_factory: pytest.TempPathFactory) -> Segmented:
    folder: Path = tmp_path_factory.mktemp("network")
    written(folder, threshold_weights())
    grid = centered((48, 48, 48), (2.0, 2.0, 2.0))
    return OwnNetwork.read(folder / "made.json").segment(head(grid))


def with_widths(segmented: Segmented, width: float | None) -> Segmented:
    rules = tuple(rule.model_copy(update={"volume_width": width}) for rule in segmented.card.regions)
    return replace(segmented, card=segmented.card.model_copy(update={"regions": rules}))


def with_probabilities(segmented: Segmented, arrays: dict[str, np.ndarray]) -> Segmented:
    """The result that these probabilities give, every part of which counts."""
    regions = {name: image.with_array(arrays[name]) for name, image in segmented.regions.items()}
    labels = np.zeros(segmented.segmentation.geometry.shape, np.uint8, order="F")
    for name, number in (("WT", 2), ("TC", 1), ("ET", 3)):
        labels[arrays[name] > 0.5] = number
    segments = tuple(
        replace(segment, start=(0, 0, 0), array=labels == segment.number, probability=None)
        for segment in segmented.segmentation
    )
    return replace(
        segmented, segmentation=replace(segmented.segmentation, segments=segments), regions=regions
    )


def test_volumes_are_those_of_the_label_map(segmented: Segmented) -> None:
    trust = trust_of(segmented)
    voxel_ml = segmented.segmentation.geometry.voxel_volume_mm3 / 1000
    by_number = {s.number: s.voxels * voxel_ml for s in segmented.segmentation}
    assert trust["WT"].volume_ml == pytest.approx(by_number[1] + by_number[2] + by_number[3])
    assert trust["ET"].volume_ml == pytest.approx(by_number[3])


def test_no_interval_without_calibration(segmented: Segmented) -> None:
    assert trust_of(segmented)["WT"].interval_ml is None


def test_the_interval_widens_with_the_width(segmented: Segmented) -> None:
    image = segmented.regions["WT"]
    ramp = np.linspace(0, 1, image.array.size, dtype=np.float32).reshape(image.array.shape, order="F")
    blurred = with_probabilities(segmented, {"WT": ramp, "TC": 0 * ramp, "ET": 0 * ramp})
    narrow, wide = (trust_of(with_widths(blurred, width))["WT"] for width in (0.5, 3.0))
    assert narrow.interval_ml is not None
    assert wide.interval_ml is not None
    assert wide.interval_ml[0] < narrow.interval_ml[0] < narrow.volume_ml < narrow.interval_ml[1]
    assert wide.interval_ml[1] > narrow.interval_ml[1]
    exact = trust_of(with_widths(blurred, 0.0))["WT"]
    assert exact.interval_ml == (exact.volume_ml, exact.volume_ml)


def test_nothing_found_is_told(segmented: Segmented) -> None:
    nothing = {name: image.array * 0 for name, image in segmented.regions.items()}
    trust = trust_of(with_probabilities(segmented, nothing))
    assert trust["WT"].expected_dice is None
    notices = trust_notices(trust, segmented.card)
    assert [notice.code for notice in notices] == [Code.SEGMENTATION_UNCERTAIN]
    assert "found nothing" in notices[0].what


def test_doubtful_regions_are_named(segmented: Segmented) -> None:
    assert trust_notices(trust_of(segmented), segmented.card) == ()
    faint = {name: image.array * 0 + np.float32(0.51) for name, image in segmented.regions.items()}
    (notice,) = trust_notices(trust_of(with_probabilities(segmented, faint)), segmented.card)
    assert "WT 0.68" in notice.what


@given(st.integers(0, 2**31), st.floats(0.5, 8))
def test_expected_dice_is_the_mean_dice_of_truths_drawn_from_the_probabilities(
    seed: int, sharpness: float
) -> None:
    rng = np.random.default_rng(seed)
    probability = 1 / (1 + np.exp(-sharpness * rng.normal(0, 1, (20, 20, 10))))
    mask = probability > 0.5
    truths = rng.random((40, *mask.shape)) < probability
    dice = 2 * (truths & mask).sum(axis=(1, 2, 3)) / (truths.sum(axis=(1, 2, 3)) + mask.sum())
    assert expected_dice(probability, mask) == pytest.approx(dice.mean(), abs=0.01)


@given(st.integers(0, 2**31))
def test_split_conformal_widths_cover_new_cases(seed: int) -> None:
    """Over cases that are alike, the interval holds at least the share asked for, on average."""
    rng = np.random.default_rng(seed)
    needed = rng.exponential(1.0, (400, 20))
    held = [new <= (volume_width(list(row), 0.9) or 0) for *row, new in needed]
    assert np.mean(held) > 0.84


def test_too_few_cases_give_no_interval() -> None:
    assert volume_width([1.0] * 8, 0.9) is None
    assert volume_width([1.0] * 9, 0.9) == 1.0
    assert volume_width([1.0] * 8 + [float("inf")], 0.9) is None


def test_a_needed_width_is_the_smallest_that_holds_the_truth() -> None:
    probability = np.linspace(0, 1, 1001)
    found = int((probability > 0.5).sum())
    assert widths_needed(probability, found, 0.5, WIDTHS) == 0
    needed = widths_needed(probability, 600, 0.5, WIDTHS)
    assert 0 < needed < 1
    assert widths_needed(probability, 2000, 0.5, WIDTHS) == float("inf")


def test_a_volume_is_that_of_the_mask_where_an_inner_region_leaves_an_outer_one(segmented: Segmented) -> None:
    """Labels put what is inside a region into the outer ones too, and sizes are measured on labels."""
    arrays = {name: image.array for name, image in segmented.regions.items()}
    inner = trust_of(segmented)["TC"].volume_ml
    assert inner > 0
    left = with_probabilities(segmented, {**arrays, "WT": np.zeros_like(arrays["WT"])})
    assert trust_of(left)["WT"].volume_ml == pytest.approx(inner)


def test_an_interval_holds_the_volume_where_parts_were_left_out(segmented: Segmented) -> None:
    """A part at 0.9 that does not count lies above the upper threshold of a narrow interval."""
    array = np.zeros(segmented.segmentation.geometry.shape, np.float32, order="F")
    array[10:14, 10:14, 10:14], array[30:36, 30:36, 30:36] = 0.99, 0.9
    found = with_probabilities(segmented, {"WT": array, "TC": 0 * array, "ET": 0 * array})
    kept, _ = without_faint_parts(
        np.asfortranarray(found.segmentation.mask()).astype(np.uint8), [array], 0.95, 1.0
    )
    segments = tuple(replace(s, array=kept > 0) if s.number == 2 else s for s in found.segmentation.segments)
    left = replace(found, segmentation=replace(found.segmentation, segments=segments))
    trust = trust_of(with_widths(left, 0.5))["WT"]
    assert trust.interval_ml is not None
    assert trust.interval_ml[0] <= trust.volume_ml <= trust.interval_ml[1]
    assert trust.volume_ml == pytest.approx(64 * found.segmentation.geometry.voxel_volume_mm3 / 1000)
