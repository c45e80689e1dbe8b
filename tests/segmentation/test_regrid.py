"""Scores back on an image's grid are the plain definition's, and lie where the image is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit
from tests.segmentation.restored import Case, cases, check_classes, check_regions, classes, interpolated

from oncometry import _native
from oncometry.core import Code, Geometry, GeometryError, Image
from oncometry.preprocessing.resample import resample
from oncometry.segmentation.regrid import restore_classes, restore_regions

TURN = np.radians(25)
OBLIQUE = np.array([[np.cos(TURN), -np.sin(TURN), 0], [np.sin(TURN), np.cos(TURN), 0], [0, 0, 1]])
GRID = Geometry.from_parts((12, 13, 9), (1.5, 1.5, 2.0), (-9, -9, -8))
TARGETS = {
    "finer": Geometry.from_parts((40, 45, 30), (0.6, 0.5, 0.7), (-11, -11, -10)),
    "coarser": Geometry.from_parts((5, 6, 4), (4.1, 4.3, 5.7), (-8, -9, -7)),
    "of other axes": Geometry.from_parts((20, 24, 21), (1, 1, 1), (9, -10, 9), np.eye(3)[[2, 0, 1]] * -1),
    "oblique": Geometry.from_parts((30, 31, 20), (0.9, 0.9, 1.1), (-8, -11, -9), OBLIQUE),
    "far away": Geometry.from_parts((4, 4, 4), (1, 1, 1), (300, 0, 0)),
}


def scores_of(count: int, shape: tuple[int, int, int] = GRID.shape) -> np.ndarray:
    return np.random.default_rng(count).normal(0, 3, (count, *shape)).astype(np.float32)


@settings(deadline=None, max_examples=80)
@given(case=cases(), threads=st.integers(1, 3))
def test_classes_are_those_of_the_definition(case: Case, threads: int) -> None:
    check_classes(_native, case, threads)


@settings(deadline=None, max_examples=80)
@given(case=cases(), threads=st.integers(1, 3))
def test_regions_are_those_of_the_definition(case: Case, threads: int) -> None:
    check_regions(_native, case, threads)


@pytest.mark.parametrize("name", TARGETS)
def test_the_place_is_the_one_where_an_image_is_resampled(name: str) -> None:
    logits, target = scores_of(3), TARGETS[name]
    found = restore_regions(logits, GRID, target, (0.4, 0.5, 0.6), (2, 1, 3))
    labels = np.zeros(target.shape, int)
    sure = np.ones(target.shape, bool)
    for one, least, label, likely in zip(
        logits, (0.4, 0.5, 0.6), (2, 1, 3), found.probabilities, strict=True
    ):
        there = resample(Image(one, GRID), target, outside=-40.0).array
        labels[there > logit(least)] = label
        sure &= np.abs(there - logit(least)) > 1e-4
        np.testing.assert_allclose(likely, expit(there), atol=0.5 / 1024 + 1e-4)
    np.testing.assert_array_equal(found.labels[sure], labels[sure])
    assert found.labels.dtype == np.uint8
    assert found.labels.flags.f_contiguous
    assert all(likely.flags.f_contiguous for likely in found.probabilities)


def test_on_shared_centers_scores_are_taken_as_they_are() -> None:
    scores = scores_of(4)
    moved = Geometry.from_parts((14, 10, 9), (1.5, 1.5, 2.0), (-12 + 0.01, -7.5, -8))
    expected = np.zeros(moved.shape, int)
    expected[2:] = scores.argmax(axis=0)[:, 1:11]
    np.testing.assert_array_equal(restore_classes(scores, GRID, moved), expected)


def test_of_equal_scores_the_first_is_taken_and_a_threshold_is_passed_only_above_it() -> None:
    assert not restore_classes(np.ones((3, *GRID.shape), np.float32), GRID, TARGETS["finer"]).any()
    zero = np.zeros((1, *GRID.shape), np.float32)
    assert not restore_regions(zero, GRID, TARGETS["finer"], (0.5,), (1,)).labels.any()


def test_probabilities_far_from_a_half_are_exactly_0_and_1() -> None:
    logits = np.full((2, *GRID.shape), -30, np.float32)
    logits[1] = 1e9
    found = restore_regions(logits, GRID, GRID, (0.5, 0.5), (2, 1))
    assert not found.probabilities[0].any()
    assert (found.probabilities[1] == 1).all()


def test_what_is_not_a_number_is_nothing() -> None:
    logits = np.full((2, *GRID.shape), np.nan, np.float16)
    assert not restore_classes(logits, GRID, GRID).any()
    found = restore_regions(logits, GRID, GRID, (0.5, 0.5), (2, 1))
    assert not found.labels.any()
    assert not any(likely.any() for likely in found.probabilities)


def test_half_precision_is_read_as_numpy_reads_it() -> None:
    every = np.arange(2**16, dtype=np.uint16).view(np.float16)
    every = every[np.isfinite(every)]
    identity = np.column_stack([np.eye(3), np.zeros(3)])
    for against in (-1e-3, 0.0, 7e-8, 6e-5, 1.5, 300.0):
        scores = np.stack([np.full(every.shape, against, np.float16), every])[:, :, None, None]
        found = np.array(_native.restore_classes(scores, identity, scores.shape[1:], 1)).T
        np.testing.assert_array_equal(found.ravel(), every > np.float16(against))


def test_many_classes() -> None:
    scores = scores_of(256, (3, 2, 2))
    matrix = np.column_stack([np.eye(3) * 0.4, np.zeros(3)])
    check_classes(_native, Case(scores, matrix, (9, 5, 5)))
    with pytest.raises(ValueError, match="256 channels"):
        _native.restore_classes(scores_of(257, (3, 2, 2)), matrix, (9, 5, 5), 1)


def test_scores_of_another_grid_are_refused() -> None:
    with pytest.raises(GeometryError, match="12x13x9") as caught:
        restore_classes(scores_of(2, (12, 13, 8)), GRID, GRID)
    assert caught.value.code is Code.GEOMETRY_MISMATCH


def test_the_definition_is_that_of_one_voxel_between_two() -> None:
    case = Case(
        np.array([[0.0, 4.0], [3.0, 0.0]], np.float32)[:, :, None, None],
        np.array([[0.25, 0, 0, -0.5], [0, 1, 0, 0], [0, 0, 1, 0]]),
        (9, 1, 1),
    )
    values, reached = interpolated(case)
    np.testing.assert_allclose(values[0].ravel(), [0, 0, 0, 1, 2, 3, 4, 4, 4])
    assert reached.all()
    np.testing.assert_array_equal(classes(case).ravel(), [1, 1, 1, 1, 0, 0, 0, 0, 0])
