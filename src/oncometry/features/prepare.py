"""From image and segment to what IBSI's families count: interpolation, re-segmentation, discretization.

Source: IBSI reference manual (arXiv 1612.07003), chapter 2, in the order of its figure 2.1.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from oncometry.core.errors import Code, UnsupportedError
from oncometry.core.geometry import Index, Point
from oncometry.core.image import Image
from oncometry.core.segmentation import Mask, Segment
from oncometry.features.change import UNCHANGED, Change
from oncometry.features.discretize import discretize, levels_of
from oncometry.features.filters import Filter
from oncometry.features.ibsi_spec import ResampleSettings
from oncometry.features.intensity_settings import IntensitySettings
from oncometry.features.region import Region
from oncometry.features.region_source import RegionSource, box_of, tight_box
from oncometry.features.resample import AlignedGrid, resample_image, resample_mask
from oncometry.features.resegment import resegment

__all__ = ["PreparedImage", "prepare_image", "prepare_region", "respond"]

LOCAL_REACH_MM = 7.0
"""What is resampled about the regions: local intensity reads a sphere of 6.2 mm about their voxels."""

_OWN_SPACING = ResampleSettings(spacing_mm=(None, None, None))
"""How a grid is moved whose spec resamples nothing."""


@dataclass(frozen=True, eq=False)
class PreparedImage:
    """The part of an image, interpolated where asked, that its regions are described from.

    Attributes:
        array: (nk, nj, ni).
        start: i, j, k of its first voxel in the grid.
        spacing_mm: along i, j, k.
        grid: the new grid; None where the image's own is kept.
        settings: of the interpolation; None with it.
    """

    array: NDArray[Any]
    start: Index
    spacing_mm: Point
    grid: AlignedGrid | None = None
    settings: ResampleSettings | None = None


def prepare_image(
    image: Image,
    segments: Iterable[Segment],
    settings: ResampleSettings | None,
    *,
    whole: bool = False,
    change: Change = UNCHANGED,
) -> PreparedImage:
    """The image for all the segments at once; of a new grid only the box that holds them is computed.

    Args:
        whole: compute all of the new grid: a filter may read any of it.
        change: its pose is the grid's.
    """
    spacing = image.geometry.spacing_mm
    if settings is None and not change.pose.moves:
        return PreparedImage(image.array.T, (0, 0, 0), spacing)
    asked = settings or _OWN_SPACING
    grid = AlignedGrid.of(image.geometry.shape, spacing, asked, change.pose)
    start, size = ((0, 0, 0), grid.shape) if whole else _box_about(grid, segments, change)
    array = resample_image(image.array.T, grid, start, size, asked)
    return PreparedImage(array, start, grid.spacing_mm, grid, asked)


def _box_about(grid: AlignedGrid, segments: Iterable[Segment], change: Change) -> tuple[Index, Index]:
    """First voxel and shape, in the new grid, of what is read about the segments."""
    boxes = [grid.reach(s.start, _shape(s.array)) for s in segments if s.array.size]
    low = np.min([start for start, _ in boxes], axis=0) if boxes else np.zeros(3, int)
    high = np.max([np.add(start, shape) for start, shape in boxes], axis=0) if boxes else np.ones(3, int)
    margin = [math.ceil(max(LOCAL_REACH_MM, change.reach_mm) / s) for s in grid.spacing_mm]
    low = np.maximum(low - margin, 0)
    size = np.minimum(high + margin, grid.shape) - low
    return (int(low[0]), int(low[1]), int(low[2])), (int(size[0]), int(size[1]), int(size[2]))


def prepare_region(
    prepared: PreparedImage, segment: Segment, settings: IntensitySettings, change: Change = UNCHANGED
) -> RegionSource | None:
    """The segment in the prepared image; None where it has no voxel (left, on a coarser grid)."""
    start, mask = tight_box(segment)
    if prepared.grid is not None and prepared.settings is not None and mask.size:
        start, mask = box_of(*resample_mask(mask, start, prepared.grid, prepared.settings))
    i, j, k = (a - b for a, b in zip(start, prepared.start, strict=True))
    if change.reshape is not None and mask.size:
        (i, j, k), mask = box_of(
            *change.reshape(prepared.array, prepared.spacing_mm, (i, j, k), mask, segment.number)
        )
    if mask.size == 0:
        return None
    within = (k, j, i)
    box = tuple(slice(a, a + n) for a, n in zip(within, mask.shape, strict=True))
    image = prepared.array[box]
    drawn = np.ascontiguousarray(mask).view(np.uint8)
    if image.dtype.kind == "f" and not np.isfinite(image[mask]).all():
        return _without_values(prepared, within, drawn, Code.NONFINITE_VOXELS)
    intensity = resegment(image, drawn, settings)
    values = image[intensity.view(np.bool_)]
    if values.size == 0:
        return _without_values(prepared, within, drawn, Code.MASK_EMPTY)
    region = Region(prepared.array, within, drawn, intensity, prepared.spacing_mm)
    return RegionSource(region, values, discretize(values, intensity, settings.discretize, settings.range[0]))


def respond(source: RegionSource, filter_: Filter, settings: IntensitySettings) -> RegionSource:
    """The same region in the response map of a filter.

    Args:
        source: of the image.
    """
    if source.reason is not None:
        return source
    region = source.region
    k, j, i = (slice(s, s + n) for s, n in zip(region.start, region.intensity.shape, strict=True))
    try:
        box = filter_.apply_to_box(region.image, (k, j, i), region.spacing_mm)
    except UnsupportedError as error:
        return replace(source, reason=error.code)
    values = box[region.intensity.view(np.bool_)]
    if not np.isfinite(values).all():
        return replace(source, reason=Code.NONFINITE_VOXELS)
    return RegionSource(region, values, discretize(values, region.intensity, settings.discretize, None))


def _without_values(
    prepared: PreparedImage, within: Index, drawn: NDArray[np.uint8], reason: Code
) -> RegionSource:
    nothing = np.zeros_like(drawn)
    region = Region(prepared.array, within, drawn, nothing, prepared.spacing_mm)
    levels = levels_of(np.empty(0, np.int64), nothing, 0)
    return RegionSource(region, np.empty(0), levels, reason)


def _shape(array: Mask) -> Index:
    ni, nj, nk = array.shape
    return ni, nj, nk
