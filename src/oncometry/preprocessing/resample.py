"""Resample: values at the voxel centers of another grid, in one interpolation."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import SimpleITK as sitk  # noqa: N813

from oncometry.core import Geometry, Image, Modality, Segment, Segmentation
from oncometry.core.geometry import FloatArray, Index
from oncometry.core.image import Voxels
from oncometry.core.segmentation import bounding_box
from oncometry.preprocessing.sitk import grid_of, to_sitk, transform_of, voxels_to_sitk

__all__ = ["AIR_HU", "outside_value", "resample", "resample_segmentation", "spaced_grid"]

AIR_HU = -1000.0
_IDENTITY = np.eye(4)


def outside_value(image: Image) -> float:
    """What is taken where the image does not reach: air on CT, else 0."""
    return AIR_HU if image.modality is Modality.CT else 0.0


def resample(
    image: Image,
    target: Geometry,
    matrix: FloatArray = _IDENTITY,
    outside: float | None = None,
) -> Image:
    """The image on another grid, float32.

    Values are interpolated, not averaged: a much coarser grid takes samples of the finer one.
    Interpolation is linear: a voxel that is not finite spreads to its neighbors only.

    Args:
        image: (ni, nj, nk).
        target: the grid wanted.
        matrix: (4, 4), target LPS mm to image LPS mm (`Registration.matrix`).
        outside: value beyond the image; by default -1000 on CT, else 0.
    """
    fill = outside_value(image) if outside is None else outside
    moved = _pull(sitk.Cast(to_sitk(image), sitk.sitkFloat32), target, matrix, sitk.sitkLinear, fill)
    return image.with_array(moved, target)


def resample_segmentation(
    segmentation: Segmentation, target: Geometry, matrix: FloatArray = _IDENTITY
) -> Segmentation:
    """The segmentation on another grid by nearest neighbor; numbers, names and overlaps stay.

    Probabilities are interpolated linearly. Contours are left behind: they lie in planes of the
    grid they were drawn on, where they are measured. A segment that the grid does not reach, or
    that falls between its voxels, is kept, empty.

    Args:
        segmentation: on its own grid.
        target: the grid wanted.
        matrix: (4, 4), target LPS mm to segmentation LPS mm.
    """
    segments = tuple(_resample_segment(s, segmentation.geometry, target, matrix) for s in segmentation)
    return replace(segmentation, geometry=target, segments=segments)


def spaced_grid(geometry: Geometry, spacing_mm: tuple[float, float, float]) -> Geometry:
    """The grid with other spacing that covers the same field about the same center.

    The number of voxels is rounded, so the field grows or shrinks by less than half a voxel a side.
    """
    field = np.array(geometry.shape) * np.array(geometry.spacing_mm)
    i, j, k = (max(1, round(float(f / s))) for f, s in zip(field, spacing_mm, strict=True))
    center = geometry.to_world((np.array(geometry.shape) - 1) / 2)
    columns = geometry.direction * np.asarray(spacing_mm, float)
    origin = center - columns @ ((np.array((i, j, k)) - 1) / 2)
    return Geometry.from_parts(
        (i, j, k), spacing_mm, origin, geometry.direction, geometry.frame_of_reference_uid
    )


def _pull(source: sitk.Image, target: Geometry, matrix: FloatArray, kind: int, outside: float) -> Voxels:
    resampler = sitk.ResampleImageFilter()
    grid_of(resampler, target)
    resampler.SetTransform(transform_of(matrix))
    resampler.SetInterpolator(kind)
    resampler.SetDefaultPixelValue(outside)
    array: Voxels = sitk.GetArrayFromImage(resampler.Execute(source)).T
    return array


def _resample_segment(segment: Segment, geometry: Geometry, target: Geometry, matrix: FloatArray) -> Segment:
    reach = _reach(segment, geometry, target, matrix)
    if reach is None:
        return _emptied(segment)
    start, shape = reach
    source, wanted = geometry.crop(segment.start, _shape(segment.array)), target.crop(start, shape)
    mask = _pull(voxels_to_sitk(segment.array, source), wanted, matrix, sitk.sitkNearestNeighbor, 0.0) > 0
    if not mask.any():
        return _emptied(segment)
    probability = segment.probability
    first, box = bounding_box(mask, margin=0 if probability is None else 1)
    if probability is not None:
        pulled = _pull(voxels_to_sitk(probability, source), wanted, matrix, sitk.sitkLinear, 0.0)
        probability = np.asfortranarray(pulled[box], dtype=np.float32)
    return replace(
        segment,
        start=(start[0] + first[0], start[1] + first[1], start[2] + first[2]),
        array=np.asfortranarray(mask[box]),
        probability=probability,
        contours=(),
    )


def _reach(
    segment: Segment, geometry: Geometry, target: Geometry, matrix: FloatArray
) -> tuple[Index, Index] | None:
    """Start and shape of the target box that holds the segment's; None if there is none."""
    if segment.array.size == 0:
        return None
    corners = geometry.crop(segment.start, _shape(segment.array)).corners()
    back = np.linalg.inv(matrix)
    index = target.to_index(corners @ back[:3, :3].T + back[:3, 3])
    low = np.maximum(np.floor(index.min(axis=0)), 0).astype(int)
    high = np.minimum(np.ceil(index.max(axis=0)) + 1, target.shape).astype(int)
    if (high <= low).any():
        return None
    size = high - low
    return (int(low[0]), int(low[1]), int(low[2])), (int(size[0]), int(size[1]), int(size[2]))


def _shape(array: Voxels) -> Index:
    ni, nj, nk = array.shape
    return ni, nj, nk


def _emptied(segment: Segment) -> Segment:
    nothing = np.zeros((0, 0, 0), dtype=bool)
    probability = None if segment.probability is None else np.zeros((0, 0, 0), dtype=np.float32)
    return replace(segment, start=(0, 0, 0), array=nothing, probability=probability, contours=())
