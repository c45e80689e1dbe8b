"""A whole head from a label map: FreeSurfer's numbers, tissue outside the brain above 500.

Numbers up to 500 are FreeSurfer's (Fischl 2002, doi:10.1016/S0896-6273(02)00569-X). Those above follow
the training maps of SynthSeg (Billot 2023, doi:10.1016/j.media.2023.102789), which do not name them;
what they are was read off where they lie: 515, 516 skull, 507 fat, the others soft tissue.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from oncometry.core import Code, Geometry, GeometryError, LabelError
from oncometry.io.read_path import read_volume
from oncometry.preprocessing.orient import orient
from oncometry.synthesis.anatomy import Anatomy, Field
from oncometry.synthesis.tissue import Tissue

__all__ = ["head_anatomy"]

WHITE = frozenset({2, 7, 16, 28, 41, 46, 60, 77, 78, 79, 85, *range(251, 256)})
FLUID = frozenset({4, 5, 14, 15, 24, 30, 31, 43, 44, 62, 63, 72})
BONE = frozenset({515, 516})
FAT = frozenset({507})
EXTRACEREBRAL = 500
MARGIN = 4
MOST_LABELS = 1000
"""FreeSurfer's finest parcellation has some two hundred (aparc.a2009s+aseg)."""
BLUR_MM = 0.45
SPACING_TOLERANCE_MM = 0.05


def head_anatomy(path: Path) -> Anatomy:
    """Tissue fractions of a label map of 1 mm voxels, cropped to the head with a margin.

    Raises:
        GeometryError: `SPACING_INVALID` if the voxels are not 1 mm.
        LabelError: `LABEL_UNKNOWN` for an image, `LABEL_ABSENT` if it has no white matter, gray matter or fluid.
        NothingFoundError, UnsupportedError, CorruptInputError: as `read_volume`.
    """
    image = orient(read_volume(path), "LPS")
    if np.abs(np.array(image.geometry.spacing_mm) - 1).max() > SPACING_TOLERANCE_MM:
        raise GeometryError(
            Code.SPACING_INVALID,
            f"an anatomy needs voxels of 1 mm, got {image.geometry.describe()}.",
            path=path,
            advice="Resample the label map with nearest neighbor first.",
        )
    labels = _head(np.rint(image.array).astype(np.int32))
    values = np.unique(labels)
    if len(values) > MOST_LABELS:
        raise LabelError(
            Code.LABEL_UNKNOWN,
            f"{len(values)} distinct values: an image, not a label map.",
            path=path,
            advice="Give a whole-head label map with FreeSurfer's numbers.",
        )
    of_tissue = {t: [v for v in values if v and _tissue(int(v)) is t] for t in Tissue}
    for needed in (Tissue.WHITE_MATTER, Tissue.GRAY_MATTER, Tissue.CSF):
        if not of_tissue[needed]:
            raise LabelError(
                Code.LABEL_ABSENT,
                f"the label map has no {needed}; its values are {values.tolist()[:60]}.",
                path=path,
                advice="Give a whole-head label map with FreeSurfer's numbers.",
            )
    fractions = {t: _fraction(labels, numbers) for t, numbers in of_tissue.items() if numbers}
    shape = labels.shape
    geometry = Geometry.from_parts(shape, (1, 1, 1), -(np.array(shape) - 1) / 2)
    return Anatomy(fractions, geometry, f"label map {path.name}")


def _tissue(label: int) -> Tissue:
    if label in WHITE:
        return Tissue.WHITE_MATTER
    if label in FLUID:
        return Tissue.CSF
    if label < EXTRACEREBRAL:
        return Tissue.GRAY_MATTER
    if label in BONE:
        return Tissue.BONE
    return Tissue.FAT if label in FAT else Tissue.SOFT_TISSUE


def _fraction(labels: NDArray[np.int32], numbers: list[int]) -> Field:
    """Share of a tissue, softened as partial volume at the borders would."""
    here = np.isin(labels, numbers).astype(np.float32)
    return np.asarray(ndimage.gaussian_filter(here, BLUR_MM), np.float32)


def _head(labels: NDArray[np.int32]) -> NDArray[np.int32]:
    """The box of the head, sizes even."""
    box = []
    for axis, hits in enumerate(np.argwhere(labels > 0).T):
        low, high = int(hits.min()) - MARGIN, int(hits.max()) + 1 + MARGIN
        low, high = max(low, 0), min(high, labels.shape[axis])
        box.append(slice(low, high - (high - low) % 2))
    return np.asfortranarray(labels[tuple(box)])
