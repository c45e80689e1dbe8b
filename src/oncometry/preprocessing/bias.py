"""Bias field of MR: N4 (Tustison 2010, doi:10.1109/TMI.2010.2046908).

The field is smooth, so it is estimated on an image averaged down to about 8 mm, inside the
foreground, and divided out at full resolution.
"""

from __future__ import annotations

import numpy as np
import SimpleITK as sitk  # noqa: N813

from oncometry.core import Code, Image, Notice
from oncometry.preprocessing.foreground import otsu_threshold
from oncometry.preprocessing.result import AppliedStep, Preprocessed
from oncometry.preprocessing.sitk import SOFTWARE, one_thread, to_sitk

__all__ = ["correct_bias"]

WORKING_SPACING_MM = 8.0
ITERATIONS = (50, 50, 30)
CONVERGENCE = 1e-3
MINIMUM_VOXELS = 300
MINIMUM_SIZE = 4


@one_thread()
def correct_bias(image: Image) -> Preprocessed:
    """The image divided by its bias field, float32.

    Voxels that are not finite stay so and do not take part. An image without contrast, thinner
    than 4 voxels, or with less than 300 foreground voxels at working resolution comes back as it
    is, with a notice and no step.
    """
    full = sitk.Cast(to_sitk(image), sitk.sitkFloat32)
    finite = np.isfinite(image.array)
    if not finite.all():
        full = sitk.Mask(full, _mask_like(finite, full))
    factors = _shrink_factors(image)
    small = sitk.BinShrink(full, factors)
    values = sitk.GetArrayViewFromImage(small)
    threshold = otsu_threshold(values)
    if threshold is None:
        return _unchanged(image, Code.CONSTANT, "it has no contrast")
    inside = sitk.BinaryThreshold(small, max(threshold, 1e-6), float("inf"), 1, 0)
    voxels = int(sitk.GetArrayViewFromImage(inside).sum())
    if min(small.GetSize()) < MINIMUM_SIZE or voxels < MINIMUM_VOXELS:
        return _unchanged(image, Code.TOO_SMALL, "it is too thin, or its foreground too small")
    field = _log_field(small, inside, full)
    array = image.array / np.exp(field)
    step = AppliedStep(
        "bias",
        {
            "method": "N4",
            "shrink": factors,
            "iterations": list(ITERATIONS),
            "convergence": CONVERGENCE,
            "foreground_threshold": threshold,
        },
        SOFTWARE,
    )
    return Preprocessed(image.with_array(array.astype(np.float32, copy=False)), (step,))


def _log_field(
    small: sitk.Image, inside: sitk.Image, full: sitk.Image
) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    n4 = sitk.N4BiasFieldCorrectionImageFilter()
    n4.SetMaximumNumberOfIterations(ITERATIONS)
    n4.SetConvergenceThreshold(CONVERGENCE)
    n4.Execute(small, inside)
    return np.asarray(sitk.GetArrayFromImage(n4.GetLogBiasFieldAsImage(full)).T, np.float32)


def _shrink_factors(image: Image) -> list[int]:
    factors = []
    for n, spacing in zip(image.array.shape, image.geometry.spacing_mm, strict=True):
        factors.append(max(1, min(round(WORKING_SPACING_MM / spacing), n // MINIMUM_SIZE)))
    return factors


def _mask_like(mask: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], full: sitk.Image) -> sitk.Image:
    converted = sitk.GetImageFromArray(mask.T.astype(np.uint8))
    converted.CopyInformation(full)
    return converted


def _unchanged(image: Image, code: Code, why: str) -> Preprocessed:
    return Preprocessed(image, (), (Notice(code, f"no bias correction: {why}.", image.key or None),))
