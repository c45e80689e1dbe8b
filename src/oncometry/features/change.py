"""What a perturbation changes on the way from image and mask to a region."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from numpy.typing import NDArray

from oncometry.core.geometry import Index, Point
from oncometry.core.segmentation import Mask
from oncometry.features.pose import STILL, Pose

__all__ = ["UNCHANGED", "Change", "Reshape"]


class Reshape(Protocol):
    """Gives another mask of a region, after resampling."""

    def __call__(
        self, image: NDArray[Any], spacing_mm: Point, start: Index, mask: Mask, number: int
    ) -> tuple[Index, Mask]:
        """First voxel i, j, k and (bk, bj, bi) box of the new mask, which may be empty.

        Args:
            image: (nk, nj, ni).
            spacing_mm: along i, j, k.
            start, mask: first voxel i, j, k in the image, and (bk, bj, bi) box; not empty.
            number: of the segment.
        """


@dataclass(frozen=True)
class Change:
    """How a region is prepared otherwise than its spec says.

    Attributes:
        pose: of the grid that image and mask are resampled to, in one interpolation.
        reshape: of the mask on that grid; None leaves it.
        reach_mm: how far about a region `reshape` reads the image.
    """

    pose: Pose = STILL
    reshape: Reshape | None = None
    reach_mm: float = 0.0


UNCHANGED = Change()
