"""Images on the network's grid: copied where centers agree, else interpolated at the right place."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncometry.core import Geometry, Image
from oncometry.segmentation.architecture import Architecture
from oncometry.segmentation.working_grid import sampled, whole_steps, widened, working_grid

ARCHITECTURE = Architecture(inputs=1, outputs=1, channels=(16, 16, 16))
spacings = st.floats(0.3, 7.0)


@given(
    st.tuples(spacings, spacings, spacings),
    st.tuples(*[st.integers(0, 9)] * 3),
    st.tuples(*[st.integers(1, 30)] * 3),
)
def test_the_grid_holds_the_box_and_its_margin(
    spacing: tuple[float, float, float], first: tuple[int, int, int], size: tuple[int, int, int]
) -> None:
    image = Geometry.from_parts((40, 40, 40), spacing, (-10, 20, 30))
    box = tuple(slice(a, a + n) for a, n in zip(first, size, strict=True))
    grid = working_grid(image, box, (1.0, 1.0, 1.0), 6.0)
    assert np.allclose(grid.spacing_mm, 1.0, rtol=2e-3)
    wanted = image.crop(first, size).corners()
    low, high = grid.corners().min(axis=0), grid.corners().max(axis=0)
    assert (low <= wanted.min(axis=0) - 5.9).all()
    assert (high >= wanted.max(axis=0) + 5.9).all()
    assert (high - low <= wanted.max(axis=0) - wanted.min(axis=0) + 2 * 7.1 + 1).all()
    larger = widened(grid, ARCHITECTURE.fitting(grid.shape))
    assert all(n % ARCHITECTURE.multiple == 0 for n in larger.shape)
    assert whole_steps(grid, larger) is not None


def test_values_are_copied_where_the_spacing_is_the_same() -> None:
    geometry = Geometry.from_parts((20, 22, 24), (1.0, 1.0, 1.0), (3.25, -7.5, 11))
    image = Image(np.random.default_rng(0).normal(size=(20, 22, 24)), geometry)
    grid = working_grid(geometry, (slice(2, 18), slice(2, 20), slice(0, 24)), (1.0, 1.0, 1.0), 3.0)
    grid = widened(grid, ARCHITECTURE.fitting(grid.shape))
    start = whole_steps(geometry, grid)
    assert start is not None
    found = sampled(image, grid)
    inside = tuple(slice(-s, -s + n) for s, n in zip(start, geometry.shape, strict=True))
    np.testing.assert_array_equal(found[inside], image.array.astype(np.float32))
    assert np.count_nonzero(found) == image.array.size


@pytest.mark.parametrize("spacing", [(0.5, 0.5, 0.5), (1.0, 1.0, 7.0), (0.3, 0.9, 3.0)])
def test_a_ramp_stays_where_it_is(spacing: tuple[float, float, float]) -> None:
    shape = tuple(round(42 / s) for s in spacing)
    geometry = Geometry.from_parts(shape, spacing, (-5, 4, 9))
    grid = np.stack(np.meshgrid(*(np.arange(n) for n in shape), indexing="ij"), axis=-1)
    ramp = geometry.to_world(grid) @ np.array([1.0, 2.0, -3.0])
    wanted = working_grid(geometry, tuple(slice(0, n) for n in shape), (1.0, 1.0, 1.0), 0.0)
    found = sampled(Image(ramp, geometry), wanted)
    places = np.stack(np.meshgrid(*(np.arange(n) for n in wanted.shape), indexing="ij"), axis=-1)
    truth = wanted.to_world(places) @ np.array([1.0, 2.0, -3.0])
    inner = (slice(5, -5),) * 3
    np.testing.assert_allclose(found[inner], truth[inner], atol=1e-2)
