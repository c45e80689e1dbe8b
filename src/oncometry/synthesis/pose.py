"""How the head lies in the scanner: a new place at each study, a little motion between sequences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from oncometry.core.geometry import FloatArray, Point

__all__ = ["Pose", "draw_motion", "draw_pose"]


@dataclass(frozen=True)
class Pose:
    """A rigid move of the head from the patient's own frame into the scanner's.

    Attributes:
        rotation_deg: about x, y, z, in that order, about the head's center.
        translation_mm: LPS.
    """

    rotation_deg: Point
    translation_mm: Point

    def matrix(self, center_lps_mm: Point) -> FloatArray:
        """(4, 4), patient LPS mm to scanner LPS mm."""
        center = np.array(center_lps_mm)
        matrix = np.eye(4)
        matrix[:3, :3] = Rotation.from_euler("xyz", self.rotation_deg, degrees=True).as_matrix()
        matrix[:3, 3] = center + np.array(self.translation_mm) - matrix[:3, :3] @ center
        return matrix


def draw_pose(rng: np.random.Generator) -> Pose:
    """Positioning of a study: some degrees, some millimeters."""
    return _draw(rng, 4.0, 6.0)


def draw_motion(rng: np.random.Generator) -> Pose:
    """Motion of a sequence against the study: below half a degree and 0.6 mm."""
    return _draw(rng, 0.4, 0.5)


def _draw(rng: np.random.Generator, degrees: float, millimeters: float) -> Pose:
    a, b, c = (float(v) for v in rng.uniform(-degrees, degrees, 3))
    x, y, z = (float(v) for v in rng.uniform(-millimeters, millimeters, 3))
    return Pose((a, b, c), (x, y, z))
