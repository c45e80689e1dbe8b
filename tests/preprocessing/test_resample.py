"""Resampling: exact on linear functions, masks keep their labels."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from oncometry.core import Compartment, Geometry, Image, Modality, Segment, Segmentation
from oncometry.preprocessing import resample, resample_segmentation
from oncometry.preprocessing.resample import spaced_grid

Rigid = Callable[..., np.ndarray]


def test_a_linear_function_is_reproduced(ramp: Image, rigid: Rigid) -> None:
    center = ramp.geometry.to_world((np.array(ramp.geometry.shape) - 1) / 2)
    target = Geometry.from_parts((6, 5, 4), (1.1, 0.9, 2.3), center - 2.0)
    matrix = rigid((3, -2, 5), center, (0.7, -0.4, 0.9))
    moved = resample(ramp, target, matrix)
    places = target.to_world(np.moveaxis(np.indices(target.shape), 0, -1))
    np.testing.assert_allclose(
        moved.array, (places @ matrix[:3, :3].T + matrix[:3, 3]) @ (1, 2, -3), atol=1e-3
    )


def test_outside_is_air_on_ct_and_zero_elsewhere(ramp: Image) -> None:
    far = Geometry.from_parts((2, 2, 2), (1, 1, 1), (500, 500, 500))
    assert (resample(ramp, far).array == 0).all()
    ct = Image(ramp.array, ramp.geometry, Modality.CT)
    assert (resample(ct, far).array == -1000).all()


def test_voxels_that_are_not_finite_stay_local(ramp: Image) -> None:
    array = ramp.array.copy()
    array[10, 12, 6] = np.nan
    moved = resample(ramp.with_array(array), ramp.geometry)
    assert np.isnan(moved.array).sum() < 30


def test_spaced_grid_keeps_the_field(ramp: Image) -> None:
    grid = spaced_grid(ramp.geometry, (2.0, 2.0, 2.0))
    assert grid.shape == (10, 18, 18)
    np.testing.assert_allclose(grid.corners(), ramp.geometry.corners(), atol=1e-9)


def blob(shape: tuple[int, int, int], seed: int) -> np.ndarray:
    field = ndimage.gaussian_filter(np.random.default_rng(seed).normal(size=shape), 1.5)
    return field > np.quantile(field, 0.8)


def two_segments(geometry: Geometry, seed: int) -> Segmentation:
    masks = [blob(geometry.shape, seed), blob(geometry.shape, seed + 1)]
    names = [(7, "edema", Compartment.EDEMA), (12, "rim", Compartment.ENHANCING)]
    segments = [Segment.from_mask(n, name, c, m) for (n, name, c), m in zip(names, masks, strict=True)]
    return Segmentation(geometry, tuple(segments), "made", "stated", "key")


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), degrees=st.floats(-20, 20), move=st.tuples(*[st.floats(-4, 4)] * 3))
def test_masks_follow_by_nearest_neighbor(
    rigid: Rigid, seed: int, degrees: float, move: tuple[float, ...]
) -> None:
    geometry = Geometry.from_parts((18, 16, 9), (1.0, 1.2, 3.0), (3, 4, 5))
    target = Geometry.from_parts((20, 22, 14), (0.9, 0.8, 2.1), (4, 4, 6))
    matrix = rigid((0.3 * degrees, 0, degrees), np.array([12.0, 14.0, 18.0]), move)
    before = two_segments(geometry, seed)
    after = resample_segmentation(before, target, matrix)
    places = target.to_world(np.moveaxis(np.indices(target.shape), 0, -1))
    index = geometry.to_index(places @ matrix[:3, :3].T + matrix[:3, 3])
    sure = (np.abs(index - np.floor(index) - 0.5) > 1e-3).all(axis=-1)
    nearest = np.floor(index + 0.5).astype(int)
    inside = ((nearest >= 0) & (nearest < geometry.shape)).all(axis=-1)
    clipped = np.clip(nearest, 0, np.array(geometry.shape) - 1)
    for segment in before:
        expected = before.mask(segment.number)[tuple(np.moveaxis(clipped, -1, 0))] & inside
        np.testing.assert_array_equal(after.mask(segment.number)[sure], expected[sure])
    assert [(s.number, s.name, s.compartment) for s in after] == [
        (s.number, s.name, s.compartment) for s in before
    ]


def test_the_own_grid_changes_nothing() -> None:
    geometry = Geometry.from_parts((18, 16, 9), (1.0, 1.2, 3.0), (3, 4, 5))
    before = two_segments(geometry, 3)
    after = resample_segmentation(before, geometry)
    for one, other in zip(before, after, strict=True):
        assert one.start == other.start
        np.testing.assert_array_equal(one.array, other.array)


def test_a_segment_out_of_reach_is_kept_empty() -> None:
    geometry = Geometry.from_parts((18, 16, 9), (1.0, 1.2, 3.0), (3, 4, 5))
    far = Geometry.from_parts((5, 5, 5), (1, 1, 1), (900, 0, 0))
    after = resample_segmentation(two_segments(geometry, 0), far)
    assert [s.number for s in after] == [7, 12]
    assert [s.voxels for s in after] == [0, 0]
    assert [s.voxels for s in resample_segmentation(after, geometry)] == [0, 0]


def test_probability_is_interpolated() -> None:
    geometry = Geometry.from_parts((8, 8, 8), (1, 1, 1))
    probability = np.linspace(0.1, 1.0, 8, dtype=np.float32)[:, None, None] * np.ones((8, 8, 8), np.float32)
    segment = Segment(1, "a", Compartment.WHOLE, (0, 0, 0), np.ones((8, 8, 8), bool), probability)
    target = Geometry.from_parts((7, 7, 7), (1, 1, 1), (0.5, 0.25, 0.25))
    after = resample_segmentation(Segmentation(geometry, (segment,)), target)[1]
    assert after.probability is not None
    expected = (probability[:-1, :1, :1] + probability[1:, :1, :1]) / 2 * np.ones((7, 7, 7))
    np.testing.assert_allclose(after.probability, expected, atol=1e-6)
