"""How a slice is shown: radiological orientation, letters at the edges, millimeters on the picture.

Axial and coronal pictures have the patient's right on the left; sagittal ones anterior on the left.
Letters follow DICOM PS3.3 C.7.6.1.1.1: R L, A P, H F; an oblique edge has more than one, the strongest first.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oncometry.core import Geometry
from oncometry.core.geometry import FloatArray

__all__ = ["DisplayPlane", "direction_letters", "plane_of", "plane_through"]

OBLIQUE_COSINE = 0.26
"""A component of at least 15 degrees is worth a letter."""

LETTERS = (("L", "R"), ("P", "A"), ("H", "F"))
NAMES = ("sagittal", "coronal", "axial")
TOWARD = (
    ((0.0, 1.0, 0.0), (0.0, 0.0, -1.0)),
    ((1.0, 0.0, 0.0), (0.0, 0.0, -1.0)),
    ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0)),
)


@dataclass(frozen=True, eq=False)
class DisplayPlane:
    """A plane in space as it is shown.

    Attributes:
        center_lps_mm: (3,), the middle of the picture.
        right, down: (3,) perpendicular unit vectors, LPS.
        name: 'axial', 'coronal', 'sagittal', with 'oblique' where tilted by more than 15 degrees.
    """

    center_lps_mm: FloatArray
    right: FloatArray
    down: FloatArray
    name: str

    @property
    def edges(self) -> tuple[str, str, str, str]:
        """Letters at the left, right, top and bottom edge."""
        return (
            direction_letters(-self.right),
            direction_letters(self.right),
            direction_letters(-self.down),
            direction_letters(self.down),
        )

    def to_plane(self, points_lps_mm: FloatArray) -> FloatArray:
        """(..., 3) LPS mm to (..., 2) mm right of and below the center."""
        return np.asarray((points_lps_mm - self.center_lps_mm) @ np.column_stack([self.right, self.down]))

    def to_world(self, across_mm: FloatArray, below_mm: FloatArray) -> FloatArray:
        """Millimeters right of and below the center to (..., 3) LPS mm."""
        return np.asarray(
            self.center_lps_mm + across_mm[..., None] * self.right + below_mm[..., None] * self.down
        )


def direction_letters(direction: FloatArray) -> str:
    """Where a unit vector (3,) points: 'L', 'PH' ..., strongest first."""
    order = np.argsort(-np.abs(direction), kind="stable")
    strongest = order[0]
    shown = [a for a in order if a == strongest or abs(direction[a]) >= OBLIQUE_COSINE]
    return "".join(LETTERS[a][0 if direction[a] > 0 else 1] for a in shown)


def plane_through(
    geometry: Geometry, point_lps_mm: FloatArray, slice_index: int | None = None
) -> DisplayPlane:
    """The slice of the grid through a point, or the numbered slice at the point's place.

    The two in-plane axes are turned and flipped to the radiological orientation nearest to them.
    """
    index = geometry.to_index(point_lps_mm)
    index[2] = round(float(index[2])) if slice_index is None else slice_index
    along_i, along_j = geometry.direction[:, 0], geometry.direction[:, 1]
    normal = np.cross(along_i, along_j)
    normal /= np.linalg.norm(normal)
    facing = int(np.argmax(np.abs(normal)))
    right, down = _turned(along_i, along_j, np.array(TOWARD[facing]))
    down = down - (down @ right) * right
    down /= np.linalg.norm(down)
    return DisplayPlane(geometry.to_world(index), right, down, _name(normal))


def plane_of(points_lps_mm: FloatArray) -> DisplayPlane:
    """The plane that fits points (n, 3) best, for an outline that lies in no slice of an image."""
    center = points_lps_mm.mean(axis=0)
    normal = np.linalg.svd(points_lps_mm - center, full_matrices=True)[2][2]
    facing = int(np.argmax(np.abs(normal)))
    toward = np.array(TOWARD[facing])
    right = toward[0] - (toward[0] @ normal) * normal
    right /= np.linalg.norm(right)
    down = toward[1] - (toward[1] @ normal) * normal
    down -= (down @ right) * right
    down /= np.linalg.norm(down)
    return DisplayPlane(center, right, down, _name(normal))


def _name(normal: FloatArray) -> str:
    facing = int(np.argmax(np.abs(normal)))
    tilted = abs(normal[facing]) < np.cos(np.radians(15))
    return f"oblique {NAMES[facing]}" if tilted else NAMES[facing]


def _turned(along_i: FloatArray, along_j: FloatArray, toward: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Of the eight ways to lay out two axes, the one nearest to the wanted right and down."""
    ways = [
        (a * one, b * other)
        for one, other in ((along_i, along_j), (along_j, along_i))
        for a in (1.0, -1.0)
        for b in (1.0, -1.0)
    ]
    return max(ways, key=lambda way: float(way[0] @ toward[0] + way[1] @ toward[1]))
