"""Our network, described: from this and its weights every backend builds the same function.

A residual U-Net (Kerfoot 2019, doi:10.1007/978-3-030-12029-0_40) that works at half of the image's resolution: 2 x 2 x 2
voxels become channels at its door and come apart again at its end. Convolutions of few channels over all voxels, where a
CPU is slow, are not needed.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from oncometry.core.geometry import Index

__all__ = ["FOLD", "Architecture"]

FOLD = 2
"""Voxels along each axis that become channels."""


class Architecture(BaseModel):
    """Sizes of a network.

    Attributes:
        inputs: image channels.
        outputs: regions, each with a logit of its own.
        channels: at half resolution, at a quarter, and so on; multiples of 8 keep CPUs busy.
        slope: of the leaky rectifier for negative values.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    inputs: Annotated[int, Field(ge=1, le=64)]
    outputs: Annotated[int, Field(ge=1, le=64)]
    channels: Annotated[
        tuple[Annotated[int, Field(ge=16, le=1024)], ...], Field(min_length=2, max_length=6)
    ] = (
        32,
        64,
        128,
        160,
    )
    slope: Annotated[float, Field(ge=0, lt=1)] = 0.01

    @property
    def multiple(self) -> int:
        """Image sizes must be multiples of this many voxels."""
        return FOLD * int(2 ** (len(self.channels) - 1))

    def fitting(self, shape: Index) -> Index:
        """The smallest shape that holds the given one and that the network takes."""
        i, j, k = (-(-n // self.multiple) * self.multiple for n in shape)
        return i, j, k
