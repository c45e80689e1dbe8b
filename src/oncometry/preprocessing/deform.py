"""Deformable registration on top of a rigid one: diffeomorphic demons, coarse to fine.

Vercauteren et al. 2009, doi:10.1016/j.neuroimage.2008.10.040. It compares gray values, so it is for two images of one
modality and contrast; B-splines under mutual information were far slower (decision 028).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import SimpleITK as sitk  # noqa: N813

from oncometry.core import Image
from oncometry.core.geometry import FloatArray
from oncometry.preprocessing.deformation import Deformation
from oncometry.preprocessing.optimize import pyramid
from oncometry.preprocessing.result import Registration
from oncometry.preprocessing.similarity import similarity
from oncometry.preprocessing.sitk import geometry_of, one_thread, transform_of

__all__ = ["deform"]

LEVEL_MM, JUDGED_MM = 3.0, 2.0
ITERATIONS = (60, 30)
SMOOTHING_VOXELS = 2.0
LATTICE = 3
"""Every third voxel of the level keeps its displacement."""
MINIMUM_SIZE = 12
MARGIN_VOXELS = 2
MINIMUM_GAIN = 0.01
JACOBIAN = (0.3, 3.0)
MAXIMUM_INVERSE_ERROR_MM = 1.0
MAXIMUM_MOVE_MM = 25.0
_STILL = np.eye(4)


@one_thread()
def deform(
    fixed: Image, moving: Image, rigid: Registration, lesions_lps_mm: Sequence[FloatArray] = ()
) -> Registration:
    """Add a deformation to a rigid registration, where that is better and can be believed.

    Args:
        fixed, moving: of one modality and contrast.
        rigid: from `register`, believed.
        lesions_lps_mm: (n, 3) voxel centers of both dates' lesions, in the fixed image's space. There the images are
            made equal, and 6 mm about them, so that growth pulls at nothing.

    Returns:
        `rigid` with method 'deformable', its deformation and the quality with it, on the level of 2 mm that the fit
        does not see; or `rigid` as it was with `refused` saying why.
    """
    level = pyramid(fixed, [LEVEL_MM])[0]
    if min(level.GetSize()) < MINIMUM_SIZE:
        return replace(rigid, refused=f"fewer than {MINIMUM_SIZE} voxels of {LEVEL_MM:g} mm along an axis")
    pulled = _pulled(pyramid(moving, [LEVEL_MM])[0], level, transform_of(rigid.matrix))
    pulled = sitk.HistogramMatching(pulled, level, 128, 10, True)
    pulled = _without(_region(level, lesions_lps_mm), level, pulled)
    there, back = _lattice(_demons(level, pulled)), _lattice(_demons(pulled, level))
    deformation = _described(there, back, level)
    fine, other = pyramid(fixed, [JUDGED_MM])[0], pyramid(moving, [JUDGED_MM])[0]
    still = _pulled(other, fine, transform_of(rigid.matrix))
    moved = _pulled(still, fine, sitk.DisplacementFieldTransform(sitk.Image(there)))
    before, after = (similarity(fine, image, _STILL).quality for image in (still, moved))
    refused = _doubt(deformation, before, after)
    if refused:
        return replace(rigid, refused=refused)
    return replace(rigid, method="deformable", quality=after, deformation=deformation)


def _pulled(image: sitk.Image, grid: sitk.Image, transform: sitk.Transform) -> sitk.Image:
    """On the grid; beyond the image the values of its border."""
    resampler = sitk.ResampleImageFilter()
    resampler.SetReferenceImage(grid)
    resampler.SetTransform(transform)
    resampler.SetUseNearestNeighborExtrapolator(True)
    return resampler.Execute(image)


def _region(grid: sitk.Image, points: Sequence[FloatArray]) -> sitk.Image:
    """uint8, 1 in and about the points."""
    geometry = geometry_of(grid)
    inside = np.zeros(geometry.shape, np.uint8)
    for those in points:
        index = np.rint(geometry.to_index(those)).astype(int)
        i, j, k = index[((index >= 0) & (index < geometry.shape)).all(axis=1)].T
        inside[i, j, k] = 1
    region = sitk.GetImageFromArray(inside.T)
    region.CopyInformation(grid)
    return sitk.BinaryDilate(region, [MARGIN_VOXELS] * 3)


def _without(region: sitk.Image, fixed: sitk.Image, moving: sitk.Image) -> sitk.Image:
    """The moving image with the fixed one's values in the region."""
    part = sitk.Cast(region, sitk.sitkFloat32)
    return moving * (1 - part) + fixed * part


def _demons(fixed: sitk.Image, moving: sitk.Image) -> sitk.Image:
    """Displacement field on the fixed grid."""
    demons = sitk.DiffeomorphicDemonsRegistrationFilter()
    demons.SetStandardDeviations(SMOOTHING_VOXELS)
    demons.SetSmoothDisplacementField(True)
    demons.SetNumberOfIterations(ITERATIONS[0])
    coarse = [sitk.BinShrink(image, [2, 2, 2]) for image in (fixed, moving)]
    begun = sitk.Resample(demons.Execute(*coarse), fixed)
    demons.SetNumberOfIterations(ITERATIONS[1])
    return demons.Execute(fixed, moving, begun)


def _lattice(field: sitk.Image) -> sitk.Image:
    """Every third node, from the second on: the field is smoother than that."""
    first = [min(1, n - 1) for n in field.GetSize()]
    return field[first[0] :: LATTICE, first[1] :: LATTICE, first[2] :: LATTICE]


def _described(there: sitk.Image, back: sitk.Image, level: sitk.Image) -> Deformation:
    """What is kept, judged on its own nodes."""
    determinant = sitk.GetArrayFromImage(sitk.DisplacementFieldJacobianDeterminant(there))
    span = float(determinant.min()), float(determinant.max())
    made = [Deformation(geometry_of(f).affine, _rounded(f), span, 0.0) for f in (there, back)]
    values = sitk.GetArrayFromImage(sitk.Resample(level, there)).T
    nodes = geometry_of(there).to_world(np.argwhere(values > values.mean()))
    left = made[1].carry(made[0].carry(nodes)) - nodes
    return replace(made[0], inverse_error_mm=float(np.linalg.norm(left, axis=1).mean()))


def _rounded(field: sitk.Image) -> FloatArray:
    """(3, a, b, c), to a thousandth of a millimeter: it is kept as text."""
    return np.asarray(np.round(sitk.GetArrayFromImage(field).T.astype(np.float64), 3))


def _doubt(deformation: Deformation, before: float, after: float) -> str:
    """Why the deformation is not to be believed, '' if it is."""
    low, high = deformation.jacobian
    moved = float(np.linalg.norm(deformation.displacement_mm, axis=0).max())
    if after < before * (1 + MINIMUM_GAIN):
        return f"normalized mutual information goes from {before:.3f} to {after:.3f}: no gain"
    if low < JACOBIAN[0] or high > JACOBIAN[1]:
        return f"volumes change by factors of {low:.2f} to {high:.2f}"
    if deformation.inverse_error_mm > MAXIMUM_INVERSE_ERROR_MM:
        return f"there and back leaves {deformation.inverse_error_mm:.1f} mm"
    if moved > MAXIMUM_MOVE_MM:
        return f"it moves by {moved:.0f} mm"
    return ""
