"""What an annotator draws: the lesion on the grid of a scan.

A voxel belongs to a part if at least half of it does, so that volumes keep; the share of each voxel is
kept too: its one-half contour is the outline without the staircase of voxels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from oncometry.core import Geometry
from oncometry.core.geometry import FloatArray, Index
from oncometry.synthesis.anatomy import Field
from oncometry.synthesis.lesion import LesionState
from oncometry.synthesis.parts import large_pieces

__all__ = ["EDEMA", "ENHANCING", "NECROSIS", "DrawnLesion", "draw_lesion", "label_map"]

NECROSIS, EDEMA, ENHANCING = 1, 2, 3
IN_PLANE_SAMPLES = 2
SPECK_ML = 0.05
"""An annotator does not draw smaller pieces."""


@dataclass(frozen=True, eq=False)
class DrawnLesion:
    """A lesion on a box of the scan's grid.

    Attributes:
        start: first voxel of the box.
        shares: (3, bi, bj, bk) share of each voxel in the whole, the core, the necrosis.
        labels: (bi, bj, bk) uint8: 1 necrosis, 2 edema, 3 enhancing (brats-2023).
    """

    name: str
    start: Index
    shares: Field
    labels: NDArray[np.uint8]

    @property
    def box(self) -> tuple[slice, ...]:
        """Slices of the box in the scan's grid."""
        return tuple(slice(s, s + n) for s, n in zip(self.start, self.labels.shape, strict=True))


def draw_lesion(state: LesionState, geometry: Geometry, pose: FloatArray) -> DrawnLesion:
    """Draw one lesion on the grid of a scan; `pose` takes patient LPS mm to scanner LPS mm."""
    start, shape = _box(state, geometry, pose)
    shares = np.zeros((3, *shape), np.float32)
    if min(shape) > 0:
        crop = geometry.crop(start, shape)
        shares = _shares(state, crop, pose)
    whole, core, dead = shares >= 0.5
    speck = SPECK_ML * 1000 / geometry.voxel_volume_mm3
    whole = large_pieces(whole, speck)
    core = large_pieces(core & whole, speck)
    labels = np.where(core, np.where(dead, NECROSIS, ENHANCING), np.where(whole, EDEMA, 0))
    return DrawnLesion(state.name, start, shares, labels.astype(np.uint8))


def label_map(lesions: Sequence[DrawnLesion], geometry: Geometry) -> NDArray[np.uint8]:
    """All lesions on the scan's grid; where two meet, necrosis and enhancement go before edema."""
    labels = np.zeros(geometry.shape, np.uint8, order="F")
    for lesion in lesions:
        there = labels[lesion.box]
        wins = (lesion.labels > 0) & ((there == 0) | (there == EDEMA))
        there[wins] = lesion.labels[wins]
    return labels


def _shares(state: LesionState, crop: Geometry, pose: FloatArray) -> Field:
    """Share of each voxel of the crop inside each level, from samples 0.5 mm by at most 1 mm apart."""
    n, thick = IN_PLANE_SAMPLES, max(round(crop.spacing_mm[2]), IN_PLANE_SAMPLES)
    fine = np.array([n, n, thick])
    to_model = state.geometry.inverse @ np.linalg.inv(pose) @ crop.affine
    step = np.diag([*(1 / fine), 1.0])
    step[:3, 3] = (1 / fine - 1) / 2
    matrix = to_model @ step
    size = tuple(int(s) for s in np.array(crop.shape) * fine)
    levels = state.levels
    inside = np.ones(size, bool)
    shares = []
    for level in (levels.whole, levels.core, levels.necrosis):
        values = ndimage.affine_transform(
            level, matrix[:3, :3], matrix[:3, 3], output_shape=size, order=1, cval=-1.0, output=np.float32
        )
        inside &= values > 0
        i, j, k = crop.shape
        shares.append(inside.reshape(i, n, j, n, k, thick).mean(axis=(1, 3, 5), dtype=np.float32))
    return np.stack(shares)


def _box(state: LesionState, geometry: Geometry, pose: FloatArray) -> tuple[Index, Index]:
    """The voxels of the scan that the lesion may touch, one more each way."""
    inside = np.argwhere(state.levels.whole > 0)
    if not len(inside):
        return (0, 0, 0), (0, 0, 0)
    low, high = inside.min(axis=0) - 1, inside.max(axis=0) + 1
    corners = np.array(
        [[i, j, k] for i in (low[0], high[0]) for j in (low[1], high[1]) for k in (low[2], high[2])]
    )
    world = state.geometry.to_world(corners) @ pose[:3, :3].T + pose[:3, 3]
    index = geometry.to_index(world)
    start = np.clip(np.floor(index.min(axis=0)).astype(int) - 1, 0, geometry.shape)
    stop = np.clip(np.ceil(index.max(axis=0)).astype(int) + 2, 0, geometry.shape)
    size = stop - start
    return (int(start[0]), int(start[1]), int(start[2])), (int(size[0]), int(size[1]), int(size[2]))
