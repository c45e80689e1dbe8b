"""Reorient: permute and flip axes so that they run as named. Exact: no voxel value changes."""

from __future__ import annotations

from itertools import permutations

import numpy as np

from oncometry.core import Code, Geometry, Image, SettingsError

__all__ = ["axes_named", "orient", "oriented_grid"]

_AXES = {"L": (0, 1), "R": (0, -1), "P": (1, 1), "A": (1, -1), "S": (2, 1), "I": (2, -1)}


def orient(image: Image, orientation: str) -> Image:
    """The image with i, j, k running most nearly toward the three named directions.

    Args:
        image: any orientation, oblique too; an oblique grid stays oblique.
        orientation: three letters, one of each pair L/R, P/A, S/I; 'LPS' makes i run to the
            patient's left, j to posterior, k to superior.

    Raises:
        SettingsError: `SETTINGS` if the letters do not name three different axes.
    """
    order, flips = _plan(image.geometry, orientation)
    array = image.array.transpose(order)
    array = array[tuple(slice(None, None, -1) if flip else slice(None) for flip in flips)]
    return image.with_array(array, _moved(image.geometry, order, flips))


def oriented_grid(geometry: Geometry, orientation: str) -> Geometry:
    """The same voxel centers, counted in the named order."""
    return _moved(geometry, *_plan(geometry, orientation))


def axes_named(geometry: Geometry) -> str:
    """The orientation that leaves a grid as it is: 'LPS' where i runs most nearly to the left, j to posterior, k to superior."""
    order, flips = _plan(geometry, "LPS")
    letters = {axis: "RAI"[n] if flips[n] else "LPS"[n] for n, axis in enumerate(order)}
    return letters[0] + letters[1] + letters[2]


def _plan(geometry: Geometry, orientation: str) -> tuple[tuple[int, int, int], tuple[bool, bool, bool]]:
    if len(orientation) != 3 or {_AXES[c][0] for c in orientation if c in _AXES} != {0, 1, 2}:
        raise SettingsError(
            Code.SETTINGS,
            f"an orientation names each axis once, got {orientation!r}.",
            advice="Use one letter each of L/R, P/A and S/I, 'LPS' or 'RAS' say.",
        )
    wanted = [_AXES[letter] for letter in orientation]
    cosines = geometry.direction
    order = max(
        permutations(range(3)),
        key=lambda p: sum(abs(cosines[world, p[n]]) for n, (world, _) in enumerate(wanted)),
    )
    i, j, k = (bool(cosines[world, order[n]] * sign < 0) for n, (world, sign) in enumerate(wanted))
    return (order[0], order[1], order[2]), (i, j, k)


def _moved(geometry: Geometry, order: tuple[int, int, int], flips: tuple[bool, bool, bool]) -> Geometry:
    shape = tuple(geometry.shape[axis] for axis in order)
    columns = geometry.affine[:3, :3][:, order]
    start = np.zeros(3)
    for flip, axis in zip(flips, order, strict=True):
        start[axis] = geometry.shape[axis] - 1 if flip else 0
    affine = np.eye(4)
    affine[:3, :3] = columns * np.where(flips, -1.0, 1.0)
    affine[:3, 3] = geometry.to_world(start)
    return Geometry((shape[0], shape[1], shape[2]), affine, geometry.frame_of_reference_uid)
