"""The brain of the MNI152 template, as it comes with nilearn: no network.

ICBM 152 symmetric 2009a at 1 mm (Fonov 2011, doi:10.1016/j.neuroimage.2010.07.033): T1, gray and
white matter, without skull. The sulci are filled with cerebrospinal fluid, as in life.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import SimpleITK as sitk  # noqa: N813
from numpy.typing import NDArray
from scipy import ndimage

from oncometry.core import Code, Geometry, UnsupportedError
from oncometry.synthesis.anatomy import Anatomy, Field
from oncometry.synthesis.tissue import Tissue

__all__ = ["template_anatomy"]

NAME = "mni_icbm152_{}_tal_nlin_sym_09a_converted.nii.gz"
SULCUS_MM = 6.0
SUBARACHNOID_MM = 1.5
SHAPE = (168, 208, 176)


def template_anatomy() -> Anatomy:
    """Tissue fractions of the template on a 168 x 208 x 176 grid of 1 mm about the brain.

    Raises:
        UnsupportedError: `EXTRA_MISSING` if nilearn is not installed.
    """
    folder = _folder()
    head, gray, white = (_read(folder / NAME.format(name)) for name in ("t1", "gm", "wm"))
    brain = ndimage.binary_fill_holes(head > 0)
    gray, white = gray / np.float32(255), white / np.float32(255)
    outside = ~_close(brain)
    fluid = np.clip(1 - gray - white, 0, 1)
    fluid[outside & ~brain] = 0
    gray[outside], white[outside] = 0, 0
    fractions = {Tissue.WHITE_MATTER: white, Tissue.GRAY_MATTER: gray, Tissue.CSF: fluid}
    geometry = Geometry.from_parts(SHAPE, (1, 1, 1), -(np.array(SHAPE) - 1) / 2)
    return Anatomy(fractions, geometry, "MNI152 (ICBM 2009a symmetric, 1 mm)")


def _folder() -> Path:
    spec = find_spec("nilearn")
    places = list(spec.submodule_search_locations or []) if spec else []
    folder = Path(places[0]) / "datasets" / "data" if places else Path()
    if not places or not (folder / NAME.format("t1")).is_file():
        raise UnsupportedError(
            Code.EXTRA_MISSING,
            "the demo's brain is the MNI152 template that comes with nilearn, which is not installed.",
            advice="Install it with `pip install 'oncometry[demo]'`, or name a head with --anatomy LABELMAP.",
        )
    return folder


def _read(path: Path) -> Field:
    """A template map (it lies in LPS order along its own axes), padded about the brain's middle."""
    image = sitk.DICOMOrient(sitk.ReadImage(str(path), sitk.sitkFloat32), "LPS")
    array = sitk.GetArrayViewFromImage(image).T
    return _pad_about(np.asfortranarray(array), (98, 118, 96))


def _pad_about(array: Field, center: tuple[int, int, int]) -> Field:
    """The SHAPE box about `center`, zero where the array ends."""
    padded = np.zeros(SHAPE, np.float32, order="F")
    source, target = [], []
    for size, middle, n in zip(SHAPE, center, array.shape, strict=True):
        start = middle - size // 2
        low, high = max(start, 0), min(start + size, n)
        source.append(slice(low, high))
        target.append(slice(low - start, high - start))
    padded[tuple(target)] = array[tuple(source)]
    return padded


def _close(brain: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The brain with its sulci filled and a thin layer about it."""
    wide = _distance(~brain) <= SULCUS_MM
    closed: NDArray[np.bool_] = _distance(wide) > SULCUS_MM - SUBARACHNOID_MM
    return closed


def _distance(mask: NDArray[np.bool_]) -> Field:
    """mm from each true voxel to the nearest false one; 0 where false."""
    image = sitk.GetImageFromArray(np.ascontiguousarray((~mask).T, np.uint8))
    distance = sitk.SignedMaurerDistanceMap(image, squaredDistance=False, useImageSpacing=False)
    return np.asarray(np.maximum(sitk.GetArrayFromImage(distance).T, 0), np.float32)
