"""Normalization and resampling as PyRadiomics does them, on its grid.

Source: PyRadiomics 3.1, documentation of `radiomics.imageoperations` (normalizeImage, resampleImage,
cropToTumorMask). Its grid is not IBSI's: it begins at the corner of the image, and holds the mask's box with
`padDistance` new voxels about it.
"""

from __future__ import annotations

import numpy as np
import SimpleITK as sitk  # noqa: N813
from numpy.typing import NDArray

from oncometry.core.geometry import FloatArray, Geometry, Index
from oncometry.core.image import Image, Voxels
from oncometry.core.segmentation import Mask, Segment
from oncometry.features.pyradiomics_spec import PyradiomicsSettings
from oncometry.preprocessing.sitk import grid_of, to_sitk, voxels_to_sitk

__all__ = [
    "cropped_image",
    "grid_about",
    "is_cropped",
    "is_resampled",
    "normalized",
    "resampled_image",
    "resampled_mask",
]


def normalized(image: Image, settings: PyradiomicsSettings) -> Image:
    """Zero mean and unit (sample) standard deviation over the whole image, outliers clipped, then scaled."""
    values = image.array.astype(np.float64)
    deviation = values.std(ddof=1)
    values -= values.mean()
    if deviation > 0:
        values /= deviation
    if settings.remove_outliers is not None:
        np.clip(values, -settings.remove_outliers, settings.remove_outliers, out=values)
    values *= settings.normalize_scale
    return image.with_array(values)


def is_resampled(segment: Segment, geometry: Geometry, settings: PyradiomicsSettings) -> bool:
    """Whether the settings ask for another spacing than the grid has."""
    if settings.resampled_pixel_spacing is None or settings.interpolator is None:
        return False
    return not np.allclose(geometry.spacing_mm, _spacing(segment, geometry, settings))


def is_cropped(settings: PyradiomicsSettings) -> bool:
    """Whether an image that keeps its spacing is cropped: it is where the new spacing asked for is its own, too."""
    asks_for_spacing = settings.resampled_pixel_spacing is not None and settings.interpolator is not None
    return settings.pre_crop or asks_for_spacing


def cropped_image(
    image: Image, start: Index, mask: Mask, settings: PyradiomicsSettings
) -> tuple[Image, Index]:
    """The image in the mask's box with `padDistance` voxels about it, and the box's first voxel i, j, k there.

    Args:
        start, mask: first voxel i, j, k in the image, and (bk, bj, bi), not empty.
    """
    low = np.maximum(np.array(start) - settings.pad_distance, 0)
    high = np.minimum(np.add(start, mask.shape[::-1]) + settings.pad_distance, image.geometry.shape)
    first, size = (_index(part) for part in (low, high - low))
    box = tuple(slice(a, a + n) for a, n in zip(first, size, strict=True))
    return image.with_array(image.array[box], image.geometry.crop(first, size)), _index(np.array(start) - low)


def _index(numbers: NDArray[np.int_]) -> Index:
    i, j, k = numbers.tolist()
    return i, j, k


def grid_about(
    segment: Segment, geometry: Geometry, settings: PyradiomicsSettings, reach_mm: float = 0.0
) -> Geometry:
    """The grid of other spacing, where another is asked for, that holds a segment's box.

    Args:
        segment: with voxels, in its tight box.
        geometry: of image and mask.
        reach_mm: at least so much is about the box, as far as the image goes.
    """
    old, new = np.array(geometry.spacing_mm), _spacing(segment, geometry, settings)
    pad = np.maximum(settings.pad_distance, np.ceil(reach_mm / new))
    ratio = old / new
    first = np.array(segment.start)
    last = first + np.array(segment.array.shape)
    low = np.maximum(np.floor((first - 0.5) * ratio - pad), 0)
    most = np.ceil(np.array(geometry.shape) * ratio) - 1
    high = np.minimum(np.ceil((last - 0.5) * ratio + pad), most)
    origin = geometry.to_world(0.5 * (new - old) / old + low / ratio)
    i, j, k = (int(n) for n in high - low + 1)
    return Geometry.from_parts((i, j, k), new, origin, geometry.direction, geometry.frame_of_reference_uid)


def resampled_image(
    image: Image, target: Geometry, settings: PyradiomicsSettings, *, border_goes_on: bool = False
) -> Image:
    """The image on another grid, in its own number type.

    Args:
        border_goes_on: beyond the image; else 0, as PyRadiomics has it, which filters of a moved grid see as an edge.
    """
    kind = getattr(sitk, str(settings.interpolator))
    return image.with_array(_pull(to_sitk(image), target, kind, border_goes_on=border_goes_on), target)


def resampled_mask(segment: Segment, geometry: Geometry, target: Geometry) -> Mask:
    """The mask on another grid by nearest neighbor: (ni, nj, nk)."""
    full: Mask = np.zeros(geometry.shape, dtype=bool, order="F")
    full[segment.box] = segment.array
    return _pull(voxels_to_sitk(full, geometry), target, sitk.sitkNearestNeighbor) > 0


def _spacing(segment: Segment, geometry: Geometry, settings: PyradiomicsSettings) -> FloatArray:
    """New spacing along i, j, k; an axis asked to be 0, or on which the mask is one voxel thick, stays."""
    old = np.array(geometry.spacing_mm)
    if settings.resampled_pixel_spacing is None:
        return old
    wanted = np.array(settings.resampled_pixel_spacing)
    stays = (wanted == 0) | (np.array(segment.array.shape) == 1)
    return np.where(stays, old, wanted)


def _pull(source: sitk.Image, target: Geometry, kind: int, *, border_goes_on: bool = False) -> Voxels:
    resampler = sitk.ResampleImageFilter()
    grid_of(resampler, target)
    resampler.SetInterpolator(kind)
    resampler.SetUseNearestNeighborExtrapolator(border_goes_on)
    found: Voxels = sitk.GetArrayFromImage(resampler.Execute(source)).T
    return found
