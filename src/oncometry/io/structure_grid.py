"""Contours into segments on a grid: the image's, the image's extended, or one of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from oncometry.core import Code, CorruptInputError, Geometry, GeometryError, Notice
from oncometry.core.geometry import FloatArray, Index
from oncometry.core.segmentation import Contour, Mask
from oncometry.io.contour_overlaps import without_overlaps
from oncometry.io.contours import ContourPlane, contour_planes, fill, slice_distance_mm, stack_volume_mm3

__all__ = ["FilledRegion", "covering_grid", "fill_region", "own_grid"]

OFF_PLANE_MM = 0.01
LEVEL_EPSILON = 1e-6
SPARSE = 1.25
VOLUME_TOLERANCE = 0.02
CHECKED_ML = 1.0
OWN_PIXEL_MM = 0.5
OWN_PIXELS = 512
THINNEST_MM, THICKEST_MM = 0.3, 10.0
"""Slices of an image: nearer planes are one, and planes that are all farther apart left some out."""
UNEVEN = 0.1
OFFSET = 0.7
"""Pixels between the first center and the contours: no round share, at which symmetric outlines meet centers."""
ROUNDING = 0.25
"""Pixels that each border pixel may add to or take from the count of centers inside (0.5 at most)."""


@dataclass(frozen=True, eq=False)
class FilledRegion:
    """A region's voxels in the box at `start`, the contours they are of, and what to say about them."""

    start: Index
    mask: Mask
    contours: tuple[Contour, ...]
    notices: tuple[Notice, ...]


def fill_region(
    contours: Sequence[Contour], geometry: Geometry, name: str, *, exclusive: bool = False
) -> FilledRegion:
    """Voxels whose center lies inside, checked against the volume of the contours.

    Args:
        exclusive: what lies in two contours is outside; else contours that partly overlap are united.

    Raises:
        CorruptInputError: `CONTOUR_VOLUME` where the voxels differ from the contour stack by more than
            2 % (above 1 ml), and by more than the rounding of outlines to pixels explains (then a notice).
        GeometryError: `GEOMETRY_MISMATCH` for contours of another orientation.
    """
    kept, overlaps = without_overlaps(contours, geometry, name, exclusive=exclusive)
    planes = contour_planes(kept, geometry)
    start, shape = _box(planes, geometry)
    mask = fill(planes, start, shape)
    notices = (*overlaps, *_off_plane(planes, geometry, name))
    return FilledRegion(start, mask, kept, (*notices, *_check_volume(planes, mask, geometry, name)))


def _box(planes: Sequence[ContourPlane], geometry: Geometry) -> tuple[Index, Index]:
    low, high = _extent(planes)
    low, high = np.floor(low).astype(int), np.ceil(high).astype(int) + 1
    low = np.clip(low, 0, geometry.shape)
    high = np.clip(high, low, geometry.shape)
    i, j, k = low.tolist()
    ni, nj, nk = (high - low).tolist()
    return (i, j, k), (ni, nj, nk)


def _extent(planes: Sequence[ContourPlane]) -> tuple[FloatArray, FloatArray]:
    """(3,) lowest and (3,) highest fractional index that the region reaches."""
    points = np.concatenate([p for plane in planes for p in plane.polygons])
    low, high = min(p.low for p in planes), max(p.high for p in planes)
    return np.array([*points.min(axis=0), low]), np.array([*points.max(axis=0), high])


def _off_plane(planes: Sequence[ContourPlane], geometry: Geometry, name: str) -> tuple[Notice, ...]:
    levels = np.array([p.level for p in planes])
    off = float(np.abs(levels - np.rint(levels)).max()) * slice_distance_mm(geometry)
    found = []
    if off > OFF_PLANE_MM:
        what = f"{name}: contours lie up to {off:.3f} mm off the slices; each slice takes the contours nearest to it."
        found.append(Notice(Code.CONTOURS_OFF_PLANE, what))
    pairs = [(one, two) for one, two in pairwise(planes) if one.island == two.island]
    joined = [two.level - one.level for one, two in pairs if two.low - one.high < LEVEL_EPSILON]
    if joined and max(joined) > SPARSE:
        what = f"{name}: contours are up to {max(joined):.3g} slices apart; slices between take the nearest."
        found.append(Notice(Code.CONTOURS_OFF_PLANE, what))
    missing = len(pairs) - len(joined)
    if missing:
        what = f"{name}: {missing} gaps without contours inside the region were left empty."
        found.append(Notice(Code.SLICE_MISSING, what))
    return tuple(found)


def _check_volume(
    planes: Sequence[ContourPlane], mask: Mask, geometry: Geometry, name: str
) -> tuple[Notice, ...]:
    drawn = stack_volume_mm3(planes, geometry) / 1000
    if drawn == 0:
        return (Notice(Code.TOO_SMALL, f"{name}: its contours enclose no area; it is not measured."),)
    voxels = np.count_nonzero(mask) * geometry.voxel_volume_mm3 / 1000
    if drawn <= CHECKED_ML or abs(voxels - drawn) <= VOLUME_TOLERANCE * drawn:
        return ()
    what = f"{name}: the voxels hold {voxels:.3f} ml, its contours {drawn:.3f} ml"
    rounding_ml = ROUNDING * _border_pixels(mask) * geometry.voxel_volume_mm3 / 1000
    if abs(voxels - drawn) <= rounding_ml:
        return (Notice(Code.CONTOUR_VOLUME, f"{what}: the pixels are coarse for its outline."),)
    raise CorruptInputError(
        Code.CONTOUR_VOLUME,
        f"{what}: more than 2 % apart.",
        advice="Give the image it was drawn on; its slices must be those of the contours.",
    )


def _border_pixels(mask: Mask) -> int:
    """How many voxels inside have a neighbor outside in their slice."""
    padded = np.pad(mask, ((1, 1), (1, 1), (0, 0)))
    inner = padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
    return int(np.count_nonzero(mask & ~inner))


def covering_grid(regions: Sequence[Sequence[Contour]], geometry: Geometry) -> Geometry:
    """The image's grid, extended by whole voxels where the contours of regions reach beyond it.

    Raises:
        GeometryError: `GEOMETRY_MISMATCH` where no contour is within the image.
    """
    extents = [_extent(contour_planes(contours, geometry)) for contours in regions]
    low = np.ceil(np.min([e[0] for e in extents], axis=0) - [0, 0, LEVEL_EPSILON]).astype(int)
    high = np.ceil(np.max([e[1] for e in extents], axis=0) - [0, 0, LEVEL_EPSILON]).astype(int)
    shape = np.array(geometry.shape)
    if (low >= shape).any() or (high <= 0).any():
        box = np.concatenate([c for contours in regions for c in contours])
        raise GeometryError(
            Code.GEOMETRY_MISMATCH,
            f"the contours, from {box.min(axis=0).round(1).tolist()} to {box.max(axis=0).round(1).tolist()} LPS, "
            f"are outside the image: {geometry.describe()}.",
            advice="Give the image they were drawn on.",
        )
    first = np.minimum(low, 0)
    size = np.maximum(high, shape) - first
    if (first == 0).all() and (size == shape).all():
        return geometry
    i, j, k = first.tolist()
    ni, nj, nk = size.tolist()
    return geometry.crop((i, j, k), (ni, nj, nk))


def own_grid(contours: Sequence[Contour], frame_of_reference_uid: str | None) -> Geometry:
    """A grid from the contours alone: their planes, and pixels of 0.5 mm (coarser for large extents).

    Raises:
        GeometryError: `GEOMETRY_MISSING` for a single plane, whose thickness nothing tells,
            or planes too far apart to tell it; `SLICES_INCONSISTENT` for planes that are not parallel.
    """
    axes = _axes(contours)
    flat = [c @ axes for c in contours]
    if max(float(np.ptp(c[:, 2])) for c in flat) > 0.1:
        raise GeometryError(
            Code.SLICES_INCONSISTENT,
            "the contours are not on parallel planes.",
            advice="Give the image they were drawn on.",
        )
    heights = np.unique(np.round([c[:, 2].mean() for c in flat], 2))
    step = _own_step(np.diff(heights))
    points = np.concatenate(flat)
    extent = np.ptp(points[:, :2], axis=0)
    pixel = max(OWN_PIXEL_MM, float(extent.max()) / OWN_PIXELS)
    low = np.array([*(points[:, :2].min(axis=0) - OFFSET * pixel), heights[0]])
    ni, nj = (np.ceil(extent / pixel).astype(int) + 3).tolist()
    nk = round((heights[-1] - heights[0]) / step) + 1
    spacing = (pixel, pixel, step)
    return Geometry.from_parts((ni, nj, nk), spacing, axes @ low, axes, frame_of_reference_uid)


def _own_step(gaps: FloatArray) -> float:
    """mm between slices, of the gaps between planes: the smallest where the others are whole multiples."""
    gaps = gaps[gaps > THINNEST_MM]
    if not gaps.size:
        raise GeometryError(
            Code.GEOMETRY_MISSING,
            "all contours are on one plane: nothing tells how thick it is.",
            advice="Give the image they were drawn on.",
        )
    whole = gaps / gaps.min()
    step = float(gaps.min() if np.abs(whole - whole.round()).max() < UNEVEN else np.median(gaps))
    if step > THICKEST_MM:
        raise GeometryError(
            Code.GEOMETRY_MISSING,
            f"the planes of the contours are {step:.1f} mm apart: nothing tells how thick the slices are.",
            advice="Give the image they were drawn on.",
        )
    return step


def _axes(contours: Sequence[Contour]) -> FloatArray:
    """(3, 3) columns along, across, normal; the patient's axes where the planes are axial."""
    largest = max(contours, key=lambda c: float(np.ptp(c, axis=0).max()))
    center = largest - largest.mean(axis=0)
    normal = np.linalg.svd(center, full_matrices=False)[2][2]
    normal = normal * np.sign(normal[np.argmax(np.abs(normal))])
    start = np.eye(3)[1 if abs(normal[0]) > 0.9 else 0]
    along = start - (start @ normal) * normal
    along /= np.linalg.norm(along)
    axes = np.column_stack([along, np.cross(normal, along), normal])
    return np.where(np.abs(axes) < 1e-9, 0.0, axes)
