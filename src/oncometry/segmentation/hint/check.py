"""What a hint and an image must be before a lesion is looked for."""

from __future__ import annotations

import numpy as np

from oncometry.core import Code, Geometry, Image, SettingsError, Unit, UnsupportedError
from oncometry.core.geometry import FloatArray
from oncometry.segmentation.hint.hint import Diameter, Hint

__all__ = ["check_hint", "no_edge"]

AIR_HU = -950.0
"""Below it there is no tissue; aerated lung is at about -850."""
NEAR_MM = 2.5


def check_hint(image: Image, hint: Hint) -> None:
    """Refuse what cannot be answered.

    Raises:
        UnsupportedError: `NOT_A_VOLUME`, an image of one slice.
        SettingsError: `HINT_OUTSIDE`, a hint that is not in the image; `HINT_IN_AIR`, one where nothing is.
    """
    grid = image.geometry
    if min(grid.shape) < 2:
        raise UnsupportedError(
            Code.NOT_A_VOLUME,
            f"the image has {_times(grid.shape)} voxels: a lesion needs slices on all three axes.",
        )
    if isinstance(hint, Diameter):
        _check_length(grid, hint)
    asked = hint.points.mean(axis=0, keepdims=True) if hint.kind == "box" else hint.points
    index = grid.to_index(asked)
    outside = (index < -0.5) | (index > np.array(grid.shape) - 0.5)
    if outside.any():
        point = asked[int(np.argmax(outside.any(axis=1)))]
        raise SettingsError(
            Code.HINT_OUTSIDE,
            f"{_place(point)} of the {hint.kind} lies outside the image ({grid.describe()}).",
            advice="Give LPS mm; numbers of a viewer that shows RAS need --ras.",
        )
    _check_tissue(image, hint.points.mean(axis=0))


def no_edge(what: str) -> UnsupportedError:
    """There is no lesion to be told from what is around it."""
    return UnsupportedError(
        Code.HINT_NO_EDGE, what, advice="Move the hint, or give the line or the box instead of a click."
    )


def _check_length(grid: Geometry, hint: Diameter) -> None:
    corners = grid.corners()
    diagonal = float(np.linalg.norm(corners[-1] - corners[0]))
    if hint.length_mm > diagonal:
        raise SettingsError(
            Code.HINT_OUTSIDE,
            f"the line is {hint.length_mm:.4g} mm long, the image {diagonal:.4g} mm from corner to corner.",
            advice="Give the two ends in mm, LPS.",
        )


def _check_tissue(image: Image, middle_mm: FloatArray) -> None:
    """Refuse a middle with nothing in it: air on CT, or the empty part of an image."""
    grid = image.geometry
    center = grid.to_index(middle_mm)
    reach = np.maximum(NEAR_MM / np.array(grid.spacing_mm), 1)
    shape = np.array(grid.shape)
    start = np.clip(np.ceil(center - reach), 0, shape - 1).astype(int)
    stop = np.clip(np.floor(center + reach) + 1, start + 1, shape).astype(int)
    near = image.array[tuple(slice(a, b) for a, b in zip(start, stop, strict=True))]
    finite = near[np.isfinite(near)]
    if not finite.size:
        raise SettingsError(Code.HINT_IN_AIR, f"no voxel about {_place(middle_mm)} has a finite value.")
    level = float(np.median(finite))
    if image.unit is Unit.HU and level < AIR_HU:
        raise SettingsError(
            Code.HINT_IN_AIR,
            f"about {_place(middle_mm)} the image is air ({level:.0f} HU).",
            advice="Check the coordinates: LPS mm, or --ras.",
        )
    if np.ptp(finite) == 0 and level == float(np.nanmin(image.array)):
        raise SettingsError(
            Code.HINT_IN_AIR,
            f"about {_place(middle_mm)} the image is empty: every voxel has its smallest value, {level:g}.",
            advice="Check the coordinates: LPS mm, or --ras.",
        )


def _place(point: FloatArray) -> str:
    return "(" + ", ".join(f"{x:.4g}" for x in point) + ") LPS mm"


def _times(shape: tuple[int, ...]) -> str:
    return " x ".join(str(n) for n in shape)
