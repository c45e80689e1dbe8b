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
from oncometry.features.discretize import discretize, levels_of
from oncometry.features.filters import Filter
from oncometry.features.ibsi_spec import IbsiSpec, ResampleSettings
from oncometry.features.intensity_settings import IntensitySettings
from oncometry.features.region import Region
from oncometry.features.region_source import RegionSource, box_of, tight_box
from oncometry.features.resample import AlignedGrid, resample_image, resample_mask
from oncometry.features.resegment import resegment

__all__ = ["PreparedImage", "prepare_image", "prepare_region", "respond"]

LOCAL_REACH_MM = 7.0
"""What is resampled about the regions: local intensity reads a sphere of 6.2 mm about their voxels."""


@dataclass(frozen=True, eq=False)
class PreparedImage:
    """The part of an image, interpolated where asked, that its regions are described from.

    Attributes:
        array: (nk, nj, ni).
        start: i, j, k of its first voxel in the grid.
        spacing_mm: along i, j, k.
        grid: the new grid; None where the image's own is kept.
    """

    array: NDArray[Any]
    start: Index
    spacing_mm: Point
    grid: AlignedGrid | None


def prepare_image(
    image: Image, segments: Iterable[Segment], settings: ResampleSettings | None, *, whole: bool = False
) -> PreparedImage:
    """The image for all the segments at once; of a new grid only the box that holds them is computed.

    Args:
        whole: compute all of the new grid: a filter may read any of it.
    """
    spacing = image.geometry.spacing_mm
    if settings is None:
        return PreparedImage(image.array.T, (0, 0, 0), spacing, None)
    grid = AlignedGrid.of(image.geometry.shape, spacing, settings)
    if whole:
        array = resample_image(image.array.T, grid, (0, 0, 0), grid.shape, settings)
        return PreparedImage(array, (0, 0, 0), grid.spacing_mm, grid)
    boxes = [grid.reach(s.start, _shape(s.array)) for s in segments if s.array.size]
    low = np.min([start for start, _ in boxes], axis=0) if boxes else np.zeros(3, int)
    high = np.max([np.add(start, shape) for start, shape in boxes], axis=0) if boxes else np.ones(3, int)
    margin = [math.ceil(LOCAL_REACH_MM / s) for s in grid.spacing_mm]
    low = np.maximum(low - margin, 0)
    size = np.minimum(high + margin, grid.shape) - low
    start = (int(low[0]), int(low[1]), int(low[2]))
    array = resample_image(image.array.T, grid, start, (int(size[0]), int(size[1]), int(size[2])), settings)
    return PreparedImage(array, start, grid.spacing_mm, grid)


def prepare_region(
    prepared: PreparedImage, segment: Segment, spec: IbsiSpec, settings: IntensitySettings
) -> RegionSource | None:
    """The segment in the prepared image; None where it has no voxel (left, on a coarser grid)."""
    start, mask = tight_box(segment)
    if prepared.grid is not None and spec.resample is not None and mask.size:
        start, mask = box_of(*resample_mask(mask, start, prepared.grid, spec.resample))
    if mask.size == 0:
        return None
    within = tuple(a - b for a, b in zip(start, prepared.start, strict=True))[::-1]
    box = tuple(slice(a, a + n) for a, n in zip(within, mask.shape, strict=True))
    image = prepared.array[box]
    drawn = np.ascontiguousarray(mask).view(np.uint8)
    if image.dtype.kind == "f" and not np.isfinite(image[mask]).all():
        return _without_values(prepared, within, drawn, Code.NONFINITE_VOXELS)
    intensity = resegment(image, drawn, settings)
    values = image[intensity.view(np.bool_)]
    if values.size == 0:
        return _without_values(prepared, within, drawn, Code.MASK_EMPTY)
    region = Region(prepared.array, (within[0], within[1], within[2]), drawn, intensity, prepared.spacing_mm)
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
    prepared: PreparedImage, within: tuple[int, ...], drawn: NDArray[np.uint8], reason: Code
) -> RegionSource:
    nothing = np.zeros_like(drawn)
    region = Region(prepared.array, (within[0], within[1], within[2]), drawn, nothing, prepared.spacing_mm)
    levels = levels_of(np.empty(0, np.int64), nothing, 0)
    return RegionSource(region, np.empty(0), levels, reason)


def _shape(array: Mask) -> Index:
    ni, nj, nk = array.shape
    return ni, nj, nk
