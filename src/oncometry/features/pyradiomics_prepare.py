"""From image and segment to what PyRadiomics' classes count.

Source: PyRadiomics 3.1, documentation of `radiomics.featureextractor` and `radiomics.imageoperations`:
normalize, resample or crop before filtering, check the mask, re-segment, crop.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from oncometry.core.errors import Code, UnsupportedError
from oncometry.core.geometry import Index
from oncometry.core.image import Image
from oncometry.core.segmentation import Mask, Segment
from oncometry.features.change import UNCHANGED, Change
from oncometry.features.filters import Filter
from oncometry.features.pyradiomics_resample import (
    cropped_image,
    grid_about,
    is_cropped,
    is_resampled,
    resampled_image,
    resampled_mask,
)
from oncometry.features.pyradiomics_spec import PyradiomicsSettings
from oncometry.features.region import Box
from oncometry.features.region_source import box_of, tight_box

__all__ = ["PyradiomicsRegion", "box_values", "prepare_pyradiomics"]


@dataclass(frozen=True, eq=False)
class PyradiomicsRegion:
    """A region after resampling and re-segmentation.

    Attributes:
        image: on the grid that the masks lie in.
        drawn: (k, j, i), the mask in its tight box, whose shape is described.
        start: i, j, k of the first voxel of `counted` in the image.
        counted: (bk, bj, bi), the re-segmented mask in its own tight box; empty where there is a reason.
        reason: why nothing can be counted.
        mask_reason: why its shape is not described either.
    """

    image: Image
    drawn: Box
    start: Index
    counted: Box
    reason: Code | None = None
    mask_reason: Code | None = None

    @property
    def box(self) -> tuple[slice, slice, slice]:
        """Slices of `counted` in the image's array, k, j, i."""
        k, j, i = (slice(s, s + n) for s, n in zip(self.start[::-1], self.counted.shape, strict=True))
        return k, j, i


def prepare_pyradiomics(
    image: Image,
    segment: Segment,
    settings: PyradiomicsSettings,
    change: Change = UNCHANGED,
    *,
    whole: bool = False,
) -> PyradiomicsRegion:
    """The segment in an image that is normalized already, where that was asked.

    Args:
        whole: a pose moves all of an image that the settings do not crop: a filter may read any of it.
    """
    start, mask = tight_box(segment)
    tight = _tight(segment, start, mask)
    resampled = mask.size > 0 and (change.pose.moves or is_resampled(tight, image.geometry, settings))
    if resampled:
        reach_mm = math.inf if whole and not is_cropped(settings) else change.reach_mm
        target = change.pose.applied_to(grid_about(tight, image.geometry, settings, reach_mm))
        start, mask = box_of((0, 0, 0), resampled_mask(tight, image.geometry, target).T)
        image = resampled_image(image, target, settings, border_goes_on=change.pose.moves)
    if mask.size and change.reshape is not None:
        spacing = image.geometry.spacing_mm
        start, mask = box_of(*change.reshape(image.array.T, spacing, start, mask, segment.number))
    if mask.size and not resampled and is_cropped(settings):
        image, start = cropped_image(image, start, mask, settings)
    drawn = np.ascontiguousarray(mask).view(np.uint8)
    refused = _refused(mask, settings)
    reason = refused
    if reason is None and not np.isfinite(_inside(image, start, mask)).all():
        reason = Code.NONFINITE_VOXELS
    if reason is not None:
        return PyradiomicsRegion(image, drawn, start, np.zeros((0, 0, 0), np.uint8), reason, refused)
    if settings.resegment_range is None:
        return PyradiomicsRegion(image, drawn, start, drawn)
    kept = _resegmented(image, start, mask, settings)
    start, cut = box_of(start, kept)
    counted = np.ascontiguousarray(cut).view(np.uint8)
    reason = _refused(cut, settings)
    if settings.resegment_shape:
        return PyradiomicsRegion(image, counted, start, counted, reason, reason)
    return PyradiomicsRegion(image, drawn, start, counted, reason)


def box_values(
    image: Image, filter_: Filter | None, box: tuple[slice, slice, slice], mask: Box
) -> NDArray[Any] | Code:
    """(n,) values of an image, or of a filter's response to it; or why there are none.

    Args:
        box: slices along k, j, i.
        mask: of the box's shape, n voxels are 1.
    """
    whole = image.array.T
    try:
        found = whole[box] if filter_ is None else filter_.apply_to_box(whole, box, image.geometry.spacing_mm)
    except UnsupportedError as error:
        return error.code
    values: NDArray[Any] = found[mask.view(np.bool_)]
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        return Code.NONFINITE_VOXELS
    return values


def _tight(segment: Segment, start: Index, mask: Mask) -> Segment:
    return Segment(segment.number, segment.name, segment.compartment, start, mask.T)


def _refused(mask: Mask, settings: PyradiomicsSettings) -> Code | None:
    """Why PyRadiomics would not take the mask in its tight box."""
    voxels = int(np.count_nonzero(mask))
    if voxels == 0:
        return Code.MASK_EMPTY
    extended = sum(n > 1 for n in mask.shape)
    least = 0 if settings.minimum_roi_size is None else settings.minimum_roi_size
    if extended < settings.minimum_roi_dimensions or voxels <= least:
        return Code.TOO_SMALL
    return None


def _inside(image: Image, start: Index, mask: Mask) -> NDArray[Any]:
    box = tuple(slice(s, s + n) for s, n in zip(start[::-1], mask.shape, strict=True))
    values: NDArray[Any] = image.array.T[box][mask]
    return values


def _resegmented(image: Image, start: Index, mask: Mask, settings: PyradiomicsSettings) -> Mask:
    """The part of a mask within the range, bounds included."""
    values = _inside(image, start, mask)
    bounds = np.array(settings.resegment_range, dtype=np.float64)
    if settings.resegment_mode == "relative":
        bounds = bounds * float(values.max())
    elif settings.resegment_mode == "sigma":
        bounds = bounds * float(values.std(dtype=np.float64)) + float(values.mean(dtype=np.float64))
    inside = values >= bounds[0]
    if bounds.size == 2:
        inside &= values <= bounds[1]
    kept: Mask = np.zeros(mask.shape, dtype=bool)
    kept[mask] = inside
    return kept
