"""Rigid registration of two images of one patient."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import SimpleITK as sitk  # noqa: N813

from oncometry.core import Code, Geometry, Image, Notice
from oncometry.core.geometry import FloatArray
from oncometry.preprocessing.optimize import optimize, pyramid, starts
from oncometry.preprocessing.result import Registration
from oncometry.preprocessing.settings import PreprocessingSettings
from oncometry.preprocessing.similarity import BINS, Similarity, similarity
from oncometry.preprocessing.sitk import one_thread

__all__ = ["register", "rotation_deg"]

LEVELS_MM = (6.0, 3.0, 2.0)
SAMPLES = (20_000, 30_000, 30_000)
STEPS_MM = (4.0, 2.0, 1.0)
MINIMUM_SLICES = 4
MINIMUM_GAIN = 0.01
CLEAR_GAIN = 0.05
MINIMUM_VOXELS = BINS**2
MAXIMUM_ROTATION_DEG = 45.0
MAXIMUM_TRANSLATION_MM = 150.0
MINIMUM_OVERLAP = 0.25
_IDENTITY = np.eye(4)


@dataclass(frozen=True, eq=False)
class _Fit:
    """A transform, how good it is, and where it began."""

    matrix: FloatArray
    similarity: Similarity
    start: FloatArray


@one_thread()
def register(
    fixed: Image, moving: Image, settings: PreprocessingSettings, *, enabled: bool = True
) -> Registration:
    """Lay the moving image on the fixed one by rotation and translation.

    Images of one frame of reference already lie in one space (DICOM PS3.3 C.7.4.1.1.1): between
    modalities that is kept, since mutual information across them is less certain than the scanner or
    whoever registered them. Within one modality, and for one grid without a stated frame, a patient
    may have moved, so a transform is sought, but taken only if it is clearly better (by 5 % of the
    quality; elsewhere by 1 %). Images with fewer than 4 slices are not registered.

    Args:
        fixed, moving: any grids; large ones are averaged down to 2 mm.
        settings: `minimum_quality`.
        enabled: False keeps the identity, and says how good it is.

    Returns:
        Registration whose notices hold `REGISTRATION_POOR` where it should not be believed: quality
        below the minimum, less than 1024 common voxels, less than a quarter of the smaller image
        covered, turned by more than 45 deg, or moved by more than 150 mm from where it began.
    """
    pair = [(f, m) for f, m in zip(pyramid(fixed, LEVELS_MM), pyramid(moving, LEVELS_MM), strict=True)]
    before = similarity(*pair[-1], _IDENTITY)
    identity = _Fit(_IDENTITY, before, _IDENTITY)
    stated = _one_frame(fixed.geometry, moving.geometry)
    thin = min(*fixed.geometry.shape, *moving.geometry.shape) < MINIMUM_SLICES
    best = identity
    if enabled and not thin and not (stated and fixed.modality is not moving.modality):
        together = stated or fixed.geometry.matches(moving.geometry)
        needed = 1 + (CLEAR_GAIN if together else MINIMUM_GAIN)
        found = _search(pair, only_identity=stated)
        if found is not None and found.similarity.quality > before.quality * needed:
            best = found
    return Registration(
        fixed_key=fixed.key,
        moving_key=moving.key,
        matrix=best.matrix,
        quality=best.similarity.quality,
        quality_before=before.quality,
        method="identity" if best is identity else "rigid",
        notices=_doubts(best, fixed, moving.key, settings, stated=stated),
    )


def rotation_deg(matrix: FloatArray) -> float:
    """Angle of the rotation in a rigid (4, 4), degrees, about its own axis."""
    return float(np.degrees(np.arccos(np.clip((np.trace(matrix[:3, :3]) - 1) / 2, -1, 1))))


def _one_frame(one: Geometry, other: Geometry) -> bool:
    uid = one.frame_of_reference_uid
    return uid is not None and uid == other.frame_of_reference_uid


def _search(pair: list[tuple[sitk.Image, sitk.Image]], *, only_identity: bool) -> _Fit | None:
    """Coarse from every start that overlaps, the best of these through the finer levels."""
    coarse = pair[0]
    begin = [m for name, m in starts(*coarse) if name == "identity" or not only_identity]
    fits = [_Fit(m, similarity(*coarse, m), m) for m in begin]
    fits = [fit for fit in fits if fit.similarity.overlap >= MINIMUM_OVERLAP]
    if not fits:
        return None
    refined = [_refine(fit, coarse, 0) for fit in fits]
    best = max(refined, key=lambda fit: fit.similarity.quality)
    for level in range(1, len(pair)):
        best = _refine(best, pair[level], level)
    return best


def _refine(fit: _Fit, images: tuple[sitk.Image, sitk.Image], level: int) -> _Fit:
    """The optimizer's answer on one level, or where it began if that was better."""
    found = optimize(*images, fit.matrix, SAMPLES[level], STEPS_MM[level])
    begun = _Fit(fit.matrix, similarity(*images, fit.matrix), fit.start)
    ended = _Fit(found, similarity(*images, found), fit.start)
    covered = ended.similarity.overlap >= MINIMUM_OVERLAP
    return ended if covered and ended.similarity.quality > begun.similarity.quality else begun


def _doubts(
    fit: _Fit, fixed: Image, moving_key: str, settings: PreprocessingSettings, *, stated: bool
) -> tuple[Notice, ...]:
    center = fixed.geometry.to_world((np.array(fixed.geometry.shape) - 1) / 2)
    ended, begun = (m[:3, :3] @ center + m[:3, 3] for m in (fit.matrix, fit.start))
    moved, turned = float(np.linalg.norm(ended - begun)), rotation_deg(fit.matrix)
    doubts = []
    if fit.similarity.quality < settings.minimum_quality and not stated:
        doubts.append(
            f"normalized mutual information is {fit.similarity.quality:.3f}, "
            f"less than {settings.minimum_quality:g}"
        )
    if fit.similarity.voxels < MINIMUM_VOXELS and not stated:
        doubts.append(f"{fit.similarity.voxels} common voxels are too few to tell")
    if fit.similarity.overlap < MINIMUM_OVERLAP and not stated:
        doubts.append(f"only {100 * fit.similarity.overlap:.0f} % of the smaller image is covered")
    if turned > MAXIMUM_ROTATION_DEG:
        doubts.append(f"it turns by {turned:.0f} deg")
    if moved > MAXIMUM_TRANSLATION_MM:
        doubts.append(f"it moves by {moved:.0f} mm")
    pair = f"registration of {moving_key or 'the moving image'} to {fixed.key or 'the fixed image'}"
    return tuple(Notice(Code.REGISTRATION_POOR, f"{pair}: {doubt}.") for doubt in doubts)
