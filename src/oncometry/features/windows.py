"""Windows around the voxels of a region: what a map of a feature is computed of."""

from __future__ import annotations

from dataclasses import dataclass

from oncometry.features.device import Device
from oncometry.features.region import Box, Levels

__all__ = ["Windows"]


@dataclass(frozen=True, eq=False)
class Windows:
    """The part of a region around each of its voxels.

    Maps of them are (features, bk, bj, bi) in the levels' box without border, NaN where no feature is defined.

    Attributes:
        levels: of the region; what is outside lies in no window.
        radius: a window is 2 radius + 1 voxels wide.
        flat_axis: of k, j, i, the array axis along which a window is one voxel wide; None is 3-D.
        centers: (bk, bj, bi), 1 for the voxels that are wanted; None is all of the region.
        threads: values are bitwise the same for any number of them.
        device: what computes maps of levels.
    """

    levels: Levels
    radius: int
    flat_axis: int | None = None
    centers: Box | None = None
    threads: int = 1
    device: Device = Device.CPU

    @property
    def radii(self) -> list[int]:
        """Along k, j, i; no further than the region's box is wide, beyond which nothing is found."""
        sizes = self.levels.array.shape
        return [0 if axis == self.flat_axis else min(self.radius, n) for axis, n in enumerate(sizes)]
