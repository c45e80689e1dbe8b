"""The order of the transforms, with at most one interpolation.

Bias correction on the native grid; then registration, reorientation, spacing and size are joined
into one target grid, on which values are interpolated once, or not at all where permuting,
flipping, cropping and padding are enough; then normalization.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from oncometry.core import Geometry, Image, Modality, Segmentation
from oncometry.core.geometry import FloatArray
from oncometry.preprocessing.bias import correct_bias
from oncometry.preprocessing.crop_pad import crop_pad, sized_grid
from oncometry.preprocessing.normalize import is_quantitative, normalize
from oncometry.preprocessing.orient import orient, oriented_grid
from oncometry.preprocessing.resample import outside_value, resample, resample_segmentation, spaced_grid
from oncometry.preprocessing.result import AppliedStep, Parameter, Preprocessed, Registration
from oncometry.preprocessing.settings import PreprocessingSettings
from oncometry.preprocessing.sitk import SOFTWARE

__all__ = ["composed", "preprocess", "preprocess_segmentation", "target_grid"]

_NUMPY = f"numpy {np.__version__}"
_IDENTITY = np.eye(4)
MOVED_MM = 1e-6


def preprocess(
    image: Image,
    settings: PreprocessingSettings,
    reference: Geometry | None = None,
    registrations: Sequence[Registration] = (),
) -> Preprocessed:
    """The image made comparable.

    Args:
        image: as read.
        settings: what to do.
        reference: the grid to come to, before orientation, spacing and size; its own if None.
        registrations: from the reference's image (fixed of the first) by way of others to this one
            (moving of the last); none for an image that lies in the reference's space as it is.

    Returns:
        The image on `target_grid(...)`, every step with parameters and software, and notices.
    """
    steps: list[AppliedStep] = []
    notices = []
    if settings.bias_correction and image.modality is Modality.MR and not is_quantitative(image):
        corrected = correct_bias(image)
        image, notices = corrected.image, list(corrected.notices)
        steps += corrected.steps
    matrix = composed(registrations)
    if registrations:
        steps.append(_register_step(registrations, matrix))
    image, moved = _to_target(image, settings, reference, matrix)
    steps += moved
    normalized = normalize(image, settings)
    return Preprocessed(normalized.image, (*steps, *normalized.steps), (*notices, *normalized.notices))


def preprocess_segmentation(
    segmentation: Segmentation, target: Geometry, matrix: FloatArray = _IDENTITY
) -> Segmentation:
    """The segmentation on a preprocessed image's grid, nearest neighbor, labels kept.

    Args:
        segmentation: in the space of the image that was preprocessed.
        target: that image's grid after preprocessing (`Preprocessed.image.geometry`).
        matrix: (4, 4) of the registration that was applied to it, target LPS mm to segmentation LPS mm.
    """
    return resample_segmentation(segmentation, target, matrix)


def target_grid(geometry: Geometry, settings: PreprocessingSettings) -> Geometry:
    """The grid that settings make of a reference grid: oriented, spaced, sized."""
    grid = oriented_grid(geometry, settings.orientation)
    if settings.spacing_mm is not None:
        grid = spaced_grid(grid, settings.spacing_mm)
    return grid if settings.size is None else sized_grid(grid, settings.size)


def _to_target(
    image: Image, settings: PreprocessingSettings, reference: Geometry | None, matrix: FloatArray
) -> tuple[Image, list[AppliedStep]]:
    grid = reference or image.geometry
    target = target_grid(grid, settings)
    steps = [_orient_step(grid, settings.orientation)]
    same = grid.matches(image.geometry) and np.abs(matrix - _IDENTITY).max() < MOVED_MM
    if same and settings.spacing_mm is None:
        moved = orient(image, settings.orientation)
        moved = moved if settings.size is None else crop_pad(moved, settings.size)
    else:
        moved = resample(image, target, matrix)
        steps.append(_resample_step(image, target))
    if settings.size is not None:
        parameters: dict[str, Parameter] = {"size": list(settings.size), "outside": outside_value(image)}
        steps.append(AppliedStep("crop_pad", parameters, _NUMPY))
    return moved, steps


def composed(registrations: Sequence[Registration]) -> FloatArray:
    """(4, 4), LPS mm of the first one's fixed image to those of the last one's moving image."""
    matrix = _IDENTITY
    for registration in registrations:
        matrix = registration.matrix @ matrix
    return matrix


def _register_step(registrations: Sequence[Registration], matrix: FloatArray) -> AppliedStep:
    """A chain is as good as its worst link."""
    parameters: dict[str, Parameter] = {
        "fixed": registrations[0].fixed_key,
        "moving": [r.moving_key for r in registrations],
        "methods": [r.method for r in registrations],
        "matrix": [float(x) for x in matrix.ravel()],
        "quality": min(r.quality for r in registrations),
    }
    return AppliedStep("register", parameters, SOFTWARE)


def _orient_step(grid: Geometry, orientation: str) -> AppliedStep:
    return AppliedStep("orient", {"orientation": orientation, "from": list(grid.shape)}, _NUMPY)


def _resample_step(image: Image, target: Geometry) -> AppliedStep:
    parameters: dict[str, Parameter] = {
        "interpolation": "linear",
        "shape": list(target.shape),
        "affine": [float(x) for x in target.affine.ravel()],
        "outside": outside_value(image),
    }
    return AppliedStep("resample", parameters, SOFTWARE)
