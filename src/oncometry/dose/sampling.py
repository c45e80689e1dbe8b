"""Dose in a structure: points spread evenly through it, each with the volume that it stands for.

The volume is exact (areas of polygons, or whole voxels); points only tell how the dose is spread over it. Doses between
the voxels of the grid are trilinear; half a voxel beyond its outermost centers they are those of the nearest, and farther
out there is none: that part of the structure is counted and said.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from scipy.ndimage import map_coordinates

from oncometry.core import Code, CorruptInputError, Geometry, GeometryError
from oncometry.core.dose import Dose
from oncometry.core.geometry import FloatArray, Index
from oncometry.core.polygons import area, even_odd
from oncometry.core.segmentation import Mask
from oncometry.dose.dvh import Dvh
from oncometry.dose.quantity import EFFECTIVE, PHYSICAL
from oncometry.dose.scanlines import points_inside
from oncometry.dose.structure import PrismStack, Structure, VoxelSet, corners_of

__all__ = ["WHOLE_COVERED", "covered_fraction", "dvh_of", "trilinear_gy"]

POINTS = 150_000
"""Points aimed at in a structure, whatever its size."""
COARSEST_MM = 1.5
"""Largest distance of points: in large structures there are more of them, so that small hot parts are seen."""
BINS = 10_000
"""At least so many dose bins up to the highest dose of the grid."""
AT_ONCE = 1_000_000
WHOLE_COVERED = 0.99
"""Part of a structure that a dose grid covers where what is said of it is said of the structure."""
EDGE = 1e-6
"""Of an index: on the edge of the grid is inside."""
GOLDEN = (0.8191725133961645, 0.6710436067037893, 0.5497004779019703)
"""Steps of an even spread in three dimensions: 1/g, 1/g^2, 1/g^3 of the root g of x^4 = x + 1."""


def dvh_of(dose: Dose, structure: Structure) -> Dvh:
    """The histogram of a structure.

    Raises:
        GeometryError: `DOSE_OUTSIDE_GRID`, none of the structure lies in the dose grid; `GEOMETRY_MISMATCH`, they are in
            two frames of reference.
        CorruptInputError: `NONFINITE_VOXELS`.
    """
    _check_frames(dose, structure)
    step_mm = min(COARSEST_MM, float(np.cbrt(structure.volume_cc * 1000 / POINTS)))
    gathered = _Gathered.over(dose)
    spread = _in_prisms if isinstance(structure, PrismStack) else _in_voxels
    for points, volume_cc in _batches(spread(structure, step_mm)):  # type: ignore[arg-type]
        gathered.add(dose, structure, points, volume_cc)
    extremes = corners_of(structure) if isinstance(structure, PrismStack) else _voxel_corners(structure)
    gathered.reach(dose, structure, extremes)
    return gathered.dvh(dose, structure)


def trilinear_gy(dose: Dose, index: FloatArray) -> tuple[FloatArray, Mask]:
    """(m,) dose at (3, m) indices of its grid, and (m,) whether the grid holds them."""
    inside: Mask = np.ones(index.shape[1], dtype=bool)
    for along, count in zip(index, dose.geometry.shape, strict=True):
        inside &= (along >= -0.5 - EDGE) & (along <= count - 0.5 + EDGE)
    found = map_coordinates(dose.values_gy, index, order=1, mode="nearest", output=np.float64)
    return np.asarray(found), inside


def covered_fraction(dose: Dose, geometry: Geometry, start: Index, array: Mask) -> float:
    """Part of a region's voxels, (bi, bj, bk) of the box at `start` of a grid, whose centers the dose grid holds."""
    centers = np.argwhere(array) + np.asarray(start)
    if not len(centers):
        return 0.0
    index = dose.geometry.to_index(geometry.to_world(centers))
    shape = np.asarray(dose.geometry.shape)
    return float(((index >= -0.5 - EDGE) & (index <= shape - 0.5 + EDGE)).all(axis=1).mean())


def _check_frames(dose: Dose, structure: Structure) -> None:
    one, other = dose.geometry.frame_of_reference_uid, structure.geometry.frame_of_reference_uid
    if one is not None and other is not None and one != other:
        raise GeometryError(
            Code.GEOMETRY_MISMATCH,
            f"the dose is in frame of reference {one}, the structure {structure.name!r} in {other}.",
            advice="Give the structure set that the dose was planned on.",
        )


@dataclass
class _Gathered:
    """Volume and dose of all points so far, in bins of `width` Gy from `first`."""

    first: float
    width: float
    volume: FloatArray
    weighted: FloatArray
    lowest: float = field(default=np.inf)
    highest: float = field(default=-np.inf)
    outside: float = 0.0

    @classmethod
    def over(cls, dose: Dose) -> _Gathered:
        low, high = float(dose.values_gy.min()), dose.max_gy
        if not np.isfinite([low, high]).all():
            raise CorruptInputError(Code.NONFINITE_VOXELS, "the dose has voxels that are no finite number.")
        low, high = min(low, 0.0), max(high, 0.0)
        width = _round_width((high - low) / BINS)
        first = width * np.floor(low / width)
        count = int(np.floor((high - first) / width)) + 2
        return cls(float(first), width, np.zeros(count), np.zeros(count))

    def add(self, dose: Dose, structure: Structure, points: FloatArray, volume_cc: FloatArray) -> None:
        """Points (m, 3) in index coordinates of the structure, with the volume that each stands for."""
        gy, inside = trilinear_gy(dose, _to_grid(dose, structure, points))
        self.outside += float(volume_cc[~inside].sum())
        gy, volume_cc = gy[inside], volume_cc[inside]
        if not gy.size:
            return
        bins = np.floor((gy - self.first) / self.width + 1e-4).astype(np.intp)
        self.volume += np.bincount(bins, volume_cc, minlength=len(self.volume))
        self.weighted += np.bincount(bins, volume_cc * gy, minlength=len(self.volume))
        self._stretch(gy[volume_cc > 0])

    def reach(self, dose: Dose, structure: Structure, points: FloatArray) -> None:
        """Corners of the structure: they have no volume, and the lowest or highest dose may be there."""
        gy, inside = trilinear_gy(dose, _to_grid(dose, structure, points))
        self._stretch(gy[inside])

    def _stretch(self, gy: FloatArray) -> None:
        if gy.size:
            self.lowest, self.highest = min(self.lowest, float(gy.min())), max(self.highest, float(gy.max()))

    def dvh(self, dose: Dose, structure: Structure) -> Dvh:
        covered = float(self.volume.sum())
        if covered <= 0:
            low, high = dose.geometry.corners().min(axis=0), dose.geometry.corners().max(axis=0)
            raise GeometryError(
                Code.DOSE_OUTSIDE_GRID,
                f"none of {structure.name or 'the structure'} lies in the dose grid, which goes from {low.round(1).tolist()} "
                f"to {high.round(1).tolist()} LPS.",
                advice="Give the structure set that the dose was planned on.",
            )
        used = np.flatnonzero(self.volume)
        part = slice(int(used[0]), int(used[-1]) + 1)
        edges = self.first + self.width * np.arange(part.start, part.stop + 1, dtype=np.float64)
        volume = self.volume[part] * (structure.volume_cc / (covered + self.outside))
        middle = (edges[:-1] + edges[1:]) / 2
        mean = np.divide(self.weighted[part], self.volume[part], out=middle, where=self.volume[part] > 0)
        outside = structure.volume_cc - float(volume.sum())
        quantity = PHYSICAL if dose.dose_type == "PHYSICAL" else EFFECTIVE
        return Dvh(
            edges,
            volume,
            mean,
            self.lowest,
            self.highest,
            quantity,
            max(outside, 0.0) if self.outside else 0.0,
        )


def _round_width(most: float) -> float:
    """The widest of 1, 2, 5 times a power of ten that is no wider; so that round doses lie on edges."""
    if most <= 0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(most))
    return float(max(m * power for m in (1.0, 2.0, 5.0) if m * power <= most * (1 + 1e-9)))


def _to_grid(dose: Dose, structure: Structure, points: FloatArray) -> FloatArray:
    """(3, m) indices in the dose grid of (m, 3) indices in the structure's slices."""
    matrix = dose.geometry.inverse @ structure.geometry.affine
    i, j, k = points.T
    return np.stack([row[0] * i + row[1] * j + row[2] * k + row[3] for row in matrix[:3]])


def _batches(
    parts: Iterator[tuple[FloatArray, FloatArray]],
) -> Iterator[tuple[FloatArray, FloatArray]]:
    """The same points in fewer pieces."""
    points: list[FloatArray] = []
    volumes: list[FloatArray] = []
    count = 0
    for some, volume in parts:
        points.append(some)
        volumes.append(volume)
        count += len(volume)
        if count >= AT_ONCE:
            yield np.concatenate(points), np.concatenate(volumes)
            points, volumes, count = [], [], 0
    if points:
        yield np.concatenate(points), np.concatenate(volumes)


def _in_prisms(stack: PrismStack, step_mm: float) -> Iterator[tuple[FloatArray, FloatArray]]:
    """Layer by layer of each prism, lines shifted from one layer to the next."""
    di, dj, _ = stack.geometry.spacing_mm
    layer_mm = stack.geometry.voxel_volume_mm3 / _pixel_area_mm2(stack)
    number = 0
    for plane in stack.planes:
        exact = area(even_odd(plane.polygons))
        layers = max(int(np.ceil((plane.high - plane.low) * layer_mm / step_mm)), 2)
        height = (plane.high - plane.low) / layers
        for layer in range(layers):
            number += 1
            points, shares = points_inside(
                plane.polygons, (step_mm / di, step_mm / dj), (number * GOLDEN[0]) % 1.0
            )
            total = float(shares.sum())
            if total <= 0 or exact <= 0:
                continue
            level = (
                plane.low + (layer + (number * GOLDEN[2] + np.arange(len(points)) * GOLDEN[1]) % 1) * height
            )
            volume = shares * (exact / total * height * stack.geometry.voxel_volume_mm3 / 1000)
            yield np.column_stack([points, level]), volume


def _pixel_area_mm2(stack: PrismStack) -> float:
    i, j = stack.geometry.affine[:3, :2].T
    return float(np.linalg.norm(np.cross(i, j)))


def _in_voxels(voxels: VoxelSet, step_mm: float) -> Iterator[tuple[FloatArray, FloatArray]]:
    """Some points in each voxel, as many along each side as its length needs."""
    parts = np.maximum(np.ceil(np.array(voxels.geometry.spacing_mm) / step_mm), 1).astype(int)
    offsets = np.stack(np.meshgrid(*(np.arange(n) / n for n in parts), indexing="ij"), -1).reshape(-1, 3)
    centers = np.argwhere(voxels.inside) + np.asarray(voxels.start, dtype=np.float64)
    share = voxels.geometry.voxel_volume_mm3 / 1000 / len(offsets)
    at_once = max(AT_ONCE // len(offsets), 1)
    for first in range(0, len(centers), at_once):
        some = centers[first : first + at_once]
        points = (some[:, None, :] - 0.5 + offsets[None]).reshape(-1, 3)
        running = np.arange(len(points))[:, None] + first * len(offsets)
        points += (running * np.array(GOLDEN)) % 1.0 / parts
        yield points, np.full(len(points), share)


def _voxel_corners(voxels: VoxelSet) -> FloatArray:
    """(m, 3) indices of all corners of the voxels."""
    padded = np.pad(voxels.inside, 1)
    n = [slice(0, -1), slice(1, None)]
    touched = np.zeros(np.array(voxels.inside.shape) + 1, dtype=bool)
    for i in n:
        for j in n:
            for k in n:
                touched |= padded[i, j, k]
    return np.asarray(np.argwhere(touched) + np.asarray(voxels.start) - 0.5)
