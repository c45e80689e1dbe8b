"""Another grid in the same space, and elsewhere."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from oncometry.core import Code, Compartment, Geometry, GeometryError, Segment, Segmentation
from oncometry.io.place import place

GRID = Geometry.from_parts((30, 28, 12), (1.0, 1.0, 3.0), (5.0, -7.0, 20.0), frame_of_reference_uid="1.2")


def ball(grid: Geometry = GRID) -> Segmentation:
    points = grid.to_world(np.moveaxis(np.indices(grid.shape), 0, -1))
    mask = np.linalg.norm(points - [18, 6, 36], axis=-1) < 9
    return Segmentation(grid, (Segment.from_mask(1, "tumor", Compartment.WHOLE, mask),))


def test_same_grid_is_adopted() -> None:
    near = Geometry.from_parts(GRID.shape, GRID.spacing_mm, np.add(GRID.origin_lps_mm, 4e-4))
    assert place(ball(near), GRID).geometry is GRID


def test_other_grid_in_the_same_space_is_kept() -> None:
    fine = Geometry.from_parts((40, 40, 40), (0.7, 0.7, 0.9), (4, -8, 19))
    placed = place(ball(fine), GRID)
    assert placed.geometry is fine
    assert [n.code for n in placed.notices] == [Code.REGRIDDED]


def test_flipped_storage_of_the_same_box_is_accepted() -> None:
    affine = GRID.affine.copy()
    affine[:3, 0] *= -1
    affine[:3, 3] = GRID.to_world((GRID.shape[0] - 1, 0, 0))
    flipped = Geometry(GRID.shape, affine)
    placed = place(ball(flipped), GRID)
    assert placed.notices
    assert placed.geometry is flipped


@pytest.mark.parametrize(
    "elsewhere",
    [
        Geometry.from_parts(GRID.shape, (1, 1, 3), (15, -7, 20)),
        Geometry.from_parts(GRID.shape, (1, 1, 1)),
        Geometry.from_parts((9, 9, 9), (1, 1, 1), (500, 0, 0)),
        replace(GRID, frame_of_reference_uid="9.9"),
    ],
)
def test_elsewhere_is_refused_with_both_grids(elsewhere: Geometry) -> None:
    mask = np.ones(elsewhere.shape, bool)
    there = Segmentation(elsewhere, (Segment.from_mask(1, "tumor", Compartment.WHOLE, mask),))
    with pytest.raises(GeometryError) as caught:
        place(there, GRID)
    assert caught.value.code is Code.GEOMETRY_MISMATCH
    assert GRID.describe() in caught.value.what
    assert elsewhere.describe() in caught.value.what


@pytest.mark.parametrize(("moved", "outside"), [(0, None), (2, "10.0% of label 1"), (3, None), (21, None)])
def test_a_region_must_lie_within_the_image(moved: int, outside: str | None) -> None:
    """A block of 20 voxels that ends with the image, and beyond it: by two of 40 voxels in all, by three, by all."""
    own = Geometry.from_parts((60, 28, 12), (1.0, 1.0, 3.0), (5.0, -7.0, 20.0))
    blocks = [np.zeros(own.shape, bool) for _ in range(2)]
    blocks[0][10 + moved : 30 + moved, 5, 5] = True
    blocks[1][2:22, 9, 5] = True
    segments = tuple(
        Segment.from_mask(n, "part", Compartment.WHOLE, block) for n, block in enumerate(blocks, start=1)
    )
    mask = Segmentation(own, segments)
    if moved > 2:
        with pytest.raises(GeometryError, match="within the image") as caught:
            place(mask, GRID)
        assert caught.value.code is Code.GEOMETRY_MISMATCH
        return
    (notice,) = place(mask, GRID).notices
    assert ("Outside" in notice.what) == (outside is not None)
    assert outside is None or outside in notice.what
