"""Which images a network takes: what it never saw is refused with a code, what is missing is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from oncometry.core import (
    Code,
    Contrast,
    CorruptInputError,
    GeometryError,
    Image,
    Modality,
    Notice,
    Unit,
    UnsupportedError,
)
from oncometry.core.image import Voxels
from oncometry.segmentation.card import NetworkCard

__all__ = ["admit"]

SAME_GRID_MM = 0.05
LEAST_SLICES, LEAST_MM = 8, 20.0
AIR_HU, BONE_HU, AIR_PART = (-1100.0, -900.0), 300.0, 0.05
"""Hounsfield units are told without a header by this much air, and something denser than soft tissue."""

ANY_OF = (Contrast.T1, Contrast.T1C, Contrast.FLAIR, Contrast.T2)
"""Which of several a network is given that takes any one sequence."""

Images = Mapping[Contrast, Image]


def admit(images: Images, card: NetworkCard) -> tuple[dict[Contrast, Image], list[Notice]]:
    """The images that the network takes, in its order, with finite values; and what to say of them.

    Raises:
        UnsupportedError: `SEQUENCE_MISSING` (none that it needs), `UNSUPPORTED_TYPE` (another modality), `NOT_A_VOLUME`.
        GeometryError: `GEOMETRY_MISMATCH`.
        CorruptInputError: `CONSTANT`, `NONFINITE_VOXELS` (nothing finite).
    """
    notices: list[Notice] = []
    known = _known(images, card)
    for contrast, image in images.items():
        _refuse_modality(contrast, image, card)
    _refuse_absent(images, known, card)
    _refuse_grids(known)
    finite = {contrast: _finite(contrast, image, notices) for contrast, image in known.items()}
    for contrast, image in finite.items():
        if image.modality is Modality.UNKNOWN and _looks_like_ct(image.array):
            _refuse_modality(contrast, replace(image, modality=Modality.CT), card)
    if Contrast.UNKNOWN in card.inputs:
        return finite, notices
    missing = [str(contrast) for contrast in card.inputs if contrast not in known]
    if missing:
        what = f"{', '.join(missing)} not given: segmented from {', '.join(known)} alone, less surely."
        notices.append(Notice(Code.SEQUENCE_MISSING, what))
    spare = [str(contrast) for contrast in images if contrast not in known]
    if spare:
        what = f"{', '.join(spare)} given, which the network {card.name} does not use."
        notices.append(Notice(Code.UNSUPPORTED_TYPE, what))
    return finite, notices


def _known(images: Images, card: NetworkCard) -> dict[Contrast, Image]:
    """Those that the network uses; one, the sharpest kind that is there, where it takes any."""
    if Contrast.UNKNOWN not in card.inputs:
        return {contrast: images[contrast] for contrast in card.inputs if contrast in images}
    there = [*(contrast for contrast in ANY_OF if contrast in images), *images]
    return {contrast: images[contrast] for contrast in there[:1]}


def _refuse_modality(contrast: Contrast, image: Image, card: NetworkCard) -> None:
    found = Modality.CT if image.unit is Unit.HU else image.modality
    if found not in (card.modality, Modality.UNKNOWN):
        raise UnsupportedError(
            Code.UNSUPPORTED_TYPE,
            f"the image given as {contrast} is {found}; the network {card.name} knows {card.modality} only.",
            path=image.key or None,
            advice="Give it the images it was made for, or take another network (`oncometry networks list`).",
        )


def _looks_like_ct(values: Voxels) -> bool:
    """Whether much is near -1000 and something above 300, as in Hounsfield units; MR has no such negatives."""
    if values.dtype.kind == "u" or values.min() > AIR_HU[1] or values.max() < BONE_HU:
        return False
    return bool(np.mean((values >= AIR_HU[0]) & (values <= AIR_HU[1])) > AIR_PART)


def _refuse_absent(images: Images, known: Images, card: NetworkCard) -> None:
    needed = card.required or card.inputs
    if not known or not (Contrast.UNKNOWN in needed or any(contrast in known for contrast in needed)):
        given = ", ".join(images) or "no image"
        raise UnsupportedError(
            Code.SEQUENCE_MISSING,
            f"{given} given, but the network {card.name} needs one of {', '.join(needed)}.",
            advice="Say which file shows what: --t1, --t1c, --t2, --flair.",
        )


def _refuse_grids(images: Images) -> None:
    (first, reference), *others = images.items()
    for contrast, image in others:
        if not reference.geometry.matches(image.geometry, SAME_GRID_MM):
            raise GeometryError(
                Code.GEOMETRY_MISMATCH,
                f"{contrast} lies on another grid than {first}: {image.geometry.describe()}, "
                f"not {reference.geometry.describe()}.",
                advice="Bring them to one grid first: `oncometry run` registers and resamples.",
            )
    shape, spacing = reference.geometry.shape, reference.geometry.spacing_mm
    thin = [axis for axis in range(3) if shape[axis] * spacing[axis] < LEAST_MM or shape[axis] < LEAST_SLICES]
    if thin:
        raise UnsupportedError(
            Code.NOT_A_VOLUME,
            f"{reference.geometry.describe()}: a volume has at least {LEAST_SLICES} slices and {LEAST_MM:g} mm on each axis.",
            path=reference.key or None,
            advice="Give the whole series, not a slice of it.",
        )


def _finite(contrast: Contrast, image: Image, notices: list[Notice]) -> Image:
    """The image with 0 for what is not finite, which is told."""
    values = image.array
    if values.dtype.kind == "f":
        good = np.isfinite(values)
        bad = good.size - int(np.count_nonzero(good))
        if bad == good.size:
            raise CorruptInputError(
                Code.NONFINITE_VOXELS, f"no voxel of {contrast} is finite.", path=image.key or None
            )
        if bad:
            what = f"{bad} voxels of {contrast} are not finite; 0 was put for them."
            notices.append(Notice(Code.NONFINITE_VOXELS, what, image.key or None))
            values = np.where(good, values, 0).astype(values.dtype)
            image = image.with_array(values)
    if values.min() == values.max():
        raise CorruptInputError(
            Code.CONSTANT,
            f"all voxels of {contrast} are {values.flat[0]:g}: there is nothing to see.",
            path=image.key or None,
            advice="Leave this sequence out, or give the right file.",
        )
    return image
