"""What is followed: a patient's time points with their measured masks."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from oncometry.core import Geometry, Segmentation
from oncometry.core.geometry import FloatArray
from oncometry.measurement.result import Measured
from oncometry.preprocessing import Deformation

__all__ = ["Visit", "VisitMask"]


def transformed(matrix: FloatArray, points: FloatArray) -> FloatArray:
    """(n, 3) points through a (4, 4) matrix."""
    return np.asarray(points @ matrix[:3, :3].T + matrix[:3, 3])


@dataclass(frozen=True, eq=False)
class VisitMask:
    """One mask of a visit, with where it lies among the patient's others.

    Attributes:
        key: of the mask in the manifest.
        segmentation, measured: the mask and what `measure` found in it.
        to_first: (4, 4), the mask's LPS mm to the patient's common LPS mm (the first date's).
        deformation: of the common space, from the first date to this one; it carries places, not sizes.
        trusted: whether `to_first` may be believed; otherwise only tracking ids link its lesions.
        imaged: the volume imaged, None where it is the mask's own grid.
    """

    key: str
    segmentation: Segmentation
    measured: Measured
    to_first: FloatArray = field(default_factory=lambda: np.eye(4))
    trusted: bool = True
    imaged: Geometry | None = None
    deformation: Deformation | None = None

    def to_common(self, points: FloatArray) -> FloatArray:
        """(n, 3) the mask's LPS mm to common LPS mm."""
        there = transformed(self.to_first, points)
        return there if self.deformation is None else self.deformation.back(there)

    def from_common(self, points: FloatArray) -> FloatArray:
        """(n, 3) common LPS mm to the mask's."""
        there = points if self.deformation is None else self.deformation.carry(points)
        return transformed(np.asarray(np.linalg.inv(self.to_first)), there)


@dataclass(frozen=True, eq=False)
class Visit:
    """A time point and its masks; none where nothing was segmented.

    `anchor`: what identifies the visit whichever others arrive (`visit_anchors`): decisions name it so.
    """

    timepoint: int
    masks: tuple[VisitMask, ...] = ()
    anchor: str = ""
