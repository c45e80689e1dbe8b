"""Where the brain is in the images of one examination."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import SimpleITK as sitk  # noqa: N813
from numpy.typing import NDArray
from scipy import ndimage

from oncometry.core import Code, Contrast, GeometryError, Image, Notice, UnsupportedError
from oncometry.core.segmentation import Mask, bounding_box
from oncometry.preprocessing import foreground
from oncometry.segmentation.segmenter import Segmented, Segmenter

__all__ = ["brain_region", "stripped_region"]

EMPTY_PART = 0.25
LARGEST_BRAIN_ML, SMALLEST_BRAIN_ML = 2200.0, 100.0
Images = Mapping[Contrast, Image]


def brain_region(
    images: Images, given: Image | None = None, brain: Segmenter | None = None
) -> tuple[Mask, tuple[Notice, ...]]:
    """(ni, nj, nk) the brain: as given, as what skull stripping left, as a network finds it, or the head as it is.

    Args:
        images: finite, on one grid.
        given: a mask on that grid, above 0 inside.
        brain: a network for images with the skull on.

    Raises:
        GeometryError: `GEOMETRY_MISMATCH`, the mask lies elsewhere.
        UnsupportedError: `BRAIN_ABSENT`, there is too little, or what a network takes for a brain is too large for one.
    """
    notices: tuple[Notice, ...] = ()
    stripped = None if given is not None else stripped_region(images)
    if given is not None:
        mask = _given(images, given)
    elif stripped is not None:
        mask = stripped
    elif brain is not None:
        likely, notices = _voted(images, brain)
        mask = _largest_filled(likely > brain.card.regions[0].threshold)
        _refuse_much(mask, images)
    else:
        mask = _head(images)
        what = "the skull is on, and there is neither a brain mask nor a network that finds the brain: less sure."
        notices = (Notice(Code.BRAIN_NOT_EXTRACTED, what),)
    _refuse_little(mask, images)
    return mask, notices


def _voted(images: Images, brain: Segmenter) -> tuple[NDArray[np.float32], tuple[Notice, ...]]:
    """(ni, nj, nk) mean probability over the images, where the network takes any one: what looks like brain in one
    sequence, at the skull base mostly, seldom does in all.
    """
    alone = Contrast.UNKNOWN in brain.card.inputs
    looks = [{contrast: image} for contrast, image in images.items()] if alone else [images]
    found = [brain.segment(look) for look in looks]
    likely = np.asarray(np.mean([_likely(one) for one in found], axis=0), np.float32)
    return likely, tuple(dict.fromkeys(notice for one in found for notice in one.notices))


def _likely(found: Segmented) -> NDArray[np.float32]:
    """(ni, nj, nk) probability of brain; 0 or 1 of a network that gives labels alone."""
    image = found.regions.get(found.card.regions[0].name)
    return np.asarray(found.segmentation.mask() if image is None else image.array, np.float32)


def stripped_region(images: Images) -> Mask | None:
    """What skull stripping left; None where the skull is still on.

    Stripped images have one value, exactly, over at least a quarter of the grid and from its border on, and what is
    left is no larger than a brain.
    """
    empty: Mask | None = None
    for image in images.values():
        same = image.array == image.array[0, 0, 0]
        empty = same if empty is None else empty & same
    if empty is None or np.count_nonzero(empty) < EMPTY_PART * empty.size:
        return None
    _, box = bounding_box(~empty, margin=1)
    mask = np.zeros(empty.shape, dtype=bool, order="F")
    mask[box] = _outside_removed(empty[box])
    outside = mask.size - np.count_nonzero(mask)
    return (
        mask if outside >= EMPTY_PART * mask.size and _volume_ml(mask, images) <= LARGEST_BRAIN_ML else None
    )


def _outside_removed(empty: Mask) -> Mask:
    """All but the empty voxels that are connected to the border: holes inside stay brain."""
    parts, count = ndimage.label(empty)
    outer = np.zeros(count + 1, dtype=bool)
    for axis in range(3):
        faces = np.moveaxis(parts, axis, 0)
        outer[faces[0]] = outer[faces[-1]] = True
    outer[0] = False
    return np.asarray(~outer[parts])


def _given(images: Images, given: Image) -> Mask:
    geometry = next(iter(images.values())).geometry
    if not geometry.matches(given.geometry, 0.05):
        raise GeometryError(
            Code.GEOMETRY_MISMATCH,
            f"the brain mask lies on another grid: {given.geometry.describe()}, not {geometry.describe()}.",
            path=given.key or None,
        )
    return np.asarray(given.array > 0)


def _head(images: Images) -> Mask:
    """The foreground in any image."""
    bright = np.zeros(next(iter(images.values())).array.shape, dtype=bool, order="F")
    for image in images.values():
        found = foreground(image)
        if found is not None:
            bright |= found
    return _largest_filled(bright)


def _largest_filled(mask: Mask) -> Mask:
    """Its largest part, holes filled."""
    parts, count = ndimage.label(mask)
    if count > 1:
        sizes = np.bincount(parts.ravel())
        sizes[0] = 0
        mask = parts == int(sizes.argmax())
    closed = sitk.BinaryFillhole(sitk.GetImageFromArray(mask.T.astype(np.uint8)))
    return np.asarray(sitk.GetArrayFromImage(closed).T > 0)


def _refuse_little(mask: Mask, images: Images) -> None:
    volume = _volume_ml(mask, images)
    if volume < SMALLEST_BRAIN_ML:
        raise UnsupportedError(
            Code.BRAIN_ABSENT,
            f"only {volume:.0f} ml of brain or head are in the images, less than {SMALLEST_BRAIN_ML:.0f}.",
            advice="Check that these are images of a head; a brain mask can be given.",
        )


def _refuse_much(mask: Mask, images: Images) -> None:
    """What a network takes for a brain in images of something else may be larger than any brain."""
    volume = _volume_ml(mask, images)
    if volume > LARGEST_BRAIN_ML:
        raise UnsupportedError(
            Code.BRAIN_ABSENT,
            f"what looks like a brain measures {volume:.0f} ml, more than any ({LARGEST_BRAIN_ML:.0f}): it is none.",
            advice="Check that these are images of a head, and their spacing; a brain mask can be given.",
        )


def _volume_ml(mask: Mask, images: Images) -> float:
    geometry = next(iter(images.values())).geometry
    return float(np.count_nonzero(mask)) * geometry.voxel_volume_mm3 / 1000
