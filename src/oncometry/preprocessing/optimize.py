"""The rigid transform that maximizes Mattes mutual information, coarse to fine.

Mattes et al. 2003, doi:10.1109/TMI.2003.809072. Deterministic: samples are drawn with a fixed
seed, and every filter runs on one thread.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import SimpleITK as sitk  # noqa: N813

from oncometry.core import Image
from oncometry.core.geometry import FloatArray
from oncometry.preprocessing.sitk import to_sitk

__all__ = ["optimize", "pyramid", "starts"]

Start = tuple[str, FloatArray]

SEED = 20011117
BINS = 32
ITERATIONS = 100
RELAXATION = 0.7
MINIMUM_STEP_MM = 0.02
SAME_START_MM = 1.0


def pyramid(image: Image, spacings_mm: Sequence[float]) -> list[sitk.Image]:
    """The image averaged down, per axis, to about each spacing; float32, finite."""
    full = sitk.Cast(to_sitk(image), sitk.sitkFloat32)
    finite = np.isfinite(image.array)
    if not finite.all():
        lowest = float(image.array[finite].min()) if finite.any() else 0.0
        mask = sitk.GetImageFromArray(finite.T.astype(np.uint8))
        mask.CopyInformation(full)
        full = sitk.Mask(full, mask, lowest)
    levels = []
    for wanted in spacings_mm:
        factors = [
            max(1, min(round(wanted / s), n // 4))
            for n, s in zip(image.geometry.shape, image.geometry.spacing_mm, strict=True)
        ]
        levels.append(sitk.BinShrink(full, factors))
    return levels


def starts(fixed: sitk.Image, moving: sitk.Image) -> list[Start]:
    """Where to begin: as the files say, centers of the grids together, centers of mass together.

    A start within 1 mm of one before it is left out.
    """
    found: list[Start] = [("identity", np.eye(4))]
    for name, place in (("geometry", _center), ("moments", _center_of_mass)):
        matrix = np.eye(4)
        matrix[:3, 3] = place(moving) - place(fixed)
        if all(np.abs(matrix[:3, 3] - other[:3, 3]).max() > SAME_START_MM for _, other in found):
            found.append((name, matrix))
    return found


def optimize(
    fixed: sitk.Image, moving: sitk.Image, start: FloatArray, samples: int, step_mm: float
) -> FloatArray:
    """Refine a rigid start on one level.

    Args:
        fixed, moving: the level's images, float32.
        start: (4, 4), fixed LPS mm to moving LPS mm; its linear part a rotation.
        samples: voxels of the fixed image that the metric looks at.
        step_mm: first step; the last is 0.02 mm.

    Returns:
        (4, 4); the start, where the images lose each other on the way.
    """
    method = sitk.ImageRegistrationMethod()
    method.SetMetricAsMattesMutualInformation(BINS)
    part = min(1.0, samples / float(np.prod(fixed.GetSize())))
    method.SetMetricSamplingStrategy(method.RANDOM if part < 1 else method.NONE)
    if part < 1:
        method.SetMetricSamplingPercentage(part, SEED)
    method.SetInterpolator(sitk.sitkLinear)
    method.SetOptimizerAsRegularStepGradientDescent(step_mm, MINIMUM_STEP_MM, ITERATIONS, RELAXATION, 1e-8)
    method.SetOptimizerScalesFromPhysicalShift()
    method.SetInitialTransform(_rigid(start, _center(fixed)), inPlace=False)
    try:
        return matrix_of(method.Execute(fixed, moving))
    except RuntimeError:  # the only type SimpleITK has; here: the samples left the moving image
        return start


def matrix_of(transform: sitk.Transform) -> FloatArray:
    """(4, 4) of a linear transform of points."""
    origin = np.array(transform.TransformPoint((0.0, 0.0, 0.0)))
    matrix = np.eye(4)
    for axis in range(3):
        unit = np.eye(3)[axis].tolist()
        matrix[:3, axis] = np.array(transform.TransformPoint(unit)) - origin
    matrix[:3, 3] = origin
    return matrix


def _center(image: sitk.Image) -> FloatArray:
    middle = [(n - 1) / 2 for n in image.GetSize()]
    return np.array(image.TransformContinuousIndexToPhysicalPoint(middle))


def _center_of_mass(image: sitk.Image) -> FloatArray:
    """Values above the lowest are the mass: HU may be negative."""
    mass = sitk.GetArrayFromImage(image).T.astype(np.float64)
    mass -= mass.min()
    total = mass.sum()
    if total == 0:
        return _center(image)
    sums = (mass.sum(axis=(1, 2)), mass.sum(axis=(0, 2)), mass.sum(axis=(0, 1)))
    index = [float(np.arange(len(s)) @ s / total) for s in sums]
    return np.array(image.TransformContinuousIndexToPhysicalPoint(index))


def _rigid(matrix: FloatArray, center: FloatArray) -> sitk.Euler3DTransform:
    rigid = sitk.Euler3DTransform()
    rigid.SetCenter(center.tolist())
    rigid.SetMatrix(matrix[:3, :3].ravel().tolist(), 1e-6)
    rigid.SetTranslation((matrix[:3, :3] @ center + matrix[:3, 3] - center).tolist())
    return rigid
