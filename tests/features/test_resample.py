"""Interpolation onto grids aligned by center (IBSI manual 2.4)."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncometry.features.ibsi_spec import ResampleSettings
from oncometry.features.resample import AlignedGrid, resample_image, resample_mask

SPACINGS = st.sampled_from([0.5, 0.9765625, 1.0, 1.7, 2.0, 3.0])


def settings(spacing: object, **more: object) -> ResampleSettings:
    return ResampleSettings.model_validate({"spacing_mm": spacing, **more})


@given(st.integers(1, 40), SPACINGS, SPACINGS)
def test_the_new_axis_covers_the_old_one_about_the_same_center(count: int, old: float, new: float) -> None:
    grid = AlignedGrid.of((count, 1, 1), (old, 1, 1), settings((new, None, None)))
    wanted = grid.shape[0]
    assert (wanted - 1) * new < count * old <= wanted * new + 1e-9
    center = grid.origin[0] + grid.steps[0, 0] * (wanted - 1) / 2
    assert center == pytest.approx((count - 1) / 2)


def test_the_phantom_of_ibsi_gets_the_published_size() -> None:
    """204 x 201 x 60 voxels of 0.977 x 0.977 x 3 mm to 2 mm: 100 x 99 x 90 (reference values, img_dim_*_interp)."""
    grid = AlignedGrid.of((204, 201, 60), (0.9765625, 0.9765625, 3.0), settings((2, 2, 2)))
    assert grid.shape == (100, 99, 90)


def trilinear(array: np.ndarray, point: np.ndarray) -> float:
    """Value at a fractional index, by the definition; beyond the border its voxels go on."""
    low = np.floor(point).astype(int)
    total = 0.0
    for corner in itertools.product((0, 1), repeat=3):
        at = low + corner
        weight = np.prod([1 - abs(p - a) for p, a in zip(point, at, strict=True)])
        total += weight * array[tuple(np.clip(at, 0, np.array(array.shape) - 1))]
    return total


def test_linear_interpolation_is_the_definition() -> None:
    rng = np.random.default_rng(1)
    array = rng.normal(size=(4, 5, 6))
    chosen = settings((0.7, 1.9, 1.3))
    grid = AlignedGrid.of((6, 5, 4), (1, 1, 2), chosen)
    found = resample_image(array, grid, (0, 0, 0), grid.shape, chosen)
    origin, step = grid.origin[::-1], np.diag(grid.steps)[::-1]
    for index in np.ndindex(found.shape):
        assert found[index] == pytest.approx(trilinear(array, origin + step * index), abs=1e-12)


@pytest.mark.parametrize("image", ["nearest", "linear", "cubic"])
def test_a_box_is_part_of_the_whole(image: str) -> None:
    rng = np.random.default_rng(2)
    array = rng.integers(-500, 500, size=(50, 60, 70)).astype(np.int16)
    chosen = settings((1.3, 1.1, 2.1), image=image)
    grid = AlignedGrid.of((70, 60, 50), (1, 1, 1.5), chosen)
    whole = resample_image(array, grid, (0, 0, 0), grid.shape, chosen)
    box = resample_image(array, grid, (20, 21, 15), (6, 5, 4), chosen)
    np.testing.assert_allclose(box, whole[15:19, 21:26, 20:26], atol=1e-9)


def test_the_same_spacing_changes_nothing() -> None:
    array = np.arange(60.0).reshape(3, 4, 5)
    chosen = settings((1, None, 2), image="cubic")
    grid = AlignedGrid.of((5, 4, 3), (1, 7, 2), chosen)
    np.testing.assert_allclose(resample_image(array, grid, (0, 0, 0), grid.shape, chosen), array, atol=1e-12)


def test_halves_are_inside_and_are_rounded_alike() -> None:
    """Halving the resolution of an even axis puts every new center half way between two old ones."""
    chosen = settings((2, 1, 1), round=True)
    grid = AlignedGrid.of((8, 1, 1), (1, 1, 1), chosen)
    start, inside = resample_mask(np.array([[[True, False] * 4]]), (0, 0, 0), grid, chosen)
    whole = np.zeros(grid.shape[0], bool)
    whole[start[0] : start[0] + inside.shape[2]] = inside[0, 0]
    assert whole.all()
    values = resample_image(np.array([[[1, 2] * 4]]), grid, (0, 0, 0), grid.shape, chosen)
    assert set(values.ravel()) == {2.0}


@given(st.integers(0, 2**31), SPACINGS)
def test_a_mask_is_the_thresholded_interpolation_of_all_of_it(seed: int, new: float) -> None:
    rng = np.random.default_rng(seed)
    full = np.zeros((9, 10, 11), bool)
    full[2:6, 3:9, 1:10] = rng.random((4, 6, 9)) < 0.5
    full[2, 3, 1] = full[5, 8, 9] = True
    chosen = settings((new, new, new))
    grid = AlignedGrid.of((11, 10, 9), (1, 1, 1), chosen)
    start, box = resample_mask(full[2:6, 3:9, 1:10], (1, 3, 2), grid, chosen)
    placed = np.zeros(grid.shape[::-1], bool)
    i, j, k = start
    placed[k : k + box.shape[0], j : j + box.shape[1], i : i + box.shape[2]] = box
    wanted = resample_image(full, grid, (0, 0, 0), grid.shape, chosen).round(9) >= 0.5
    np.testing.assert_array_equal(placed, wanted)
