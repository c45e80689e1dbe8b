"""The CUDA twins of the maps: on a device where there is one, and the same sources on threads of the host.

The emulation proves that what nvcc compiles does as defined, alone and as a team whose lanes share its memory. What it
cannot show is the launch: the grid, the device's memory, its rounding.
"""

from __future__ import annotations

from itertools import product
from types import ModuleType
from typing import NamedTuple

import numpy as np
import pytest

from oncometry.core.geometry import FloatArray
from oncometry.features.device import cuda_devices
from oncometry.features.direction import directions
from oncometry.features.region import Box, Levels

__all__ = ["EMULATED", "NO_DEVICE", "TWINS", "Radii", "Twin", "on_each_twin", "steps"]

EMULATED = "oncometry._cuda_emulated"
NO_DEVICE = "there is no CUDA device here, or no CUDA twins were built"

Radii = tuple[int, int, int]


class Twin(NamedTuple):
    """Maps as `oncometry._native` computes them, somewhere else."""

    kernels: ModuleType

    def glcm(
        self,
        levels: Levels,
        radii: Radii,
        weights: list[float] | None = None,
        symmetric: bool = True,
        pyradiomics: bool = True,
        centers: Box | None = None,
    ) -> FloatArray:
        """(25 or 26, k, j, i); weights merge the directions."""
        return np.array(
            self.kernels.glcm_map(
                levels.array,
                levels.count,
                directions(),
                weights or [1.0] * 13,
                merge=weights is not None,
                symmetric=symmetric,
                pyradiomics=pyradiomics,
                radii=radii,
                centers=centers,
                threads=1,
            )
        )

    def runs(
        self, levels: Levels, radii: Radii, weights: list[float] | None = None, pyradiomics: bool = False
    ) -> FloatArray:
        """(16, k, j, i); weights merge the directions."""
        return np.array(
            self.kernels.glrlm_map(
                levels.array,
                levels.count,
                directions(),
                weights or [1.0] * 13,
                merge=weights is not None,
                pyradiomics=pyradiomics,
                radii=radii,
                centers=None,
                threads=1,
            )
        )

    def zones(self, levels: Levels, radii: Radii) -> FloatArray:
        """(16, k, j, i)."""
        return np.array(self.kernels.zone_map(levels.array, levels.count, radii, None, 1))[:16]

    def dependences(self, levels: Levels, radii: Radii, alpha: int = 0) -> FloatArray:
        """(17, k, j, i)."""
        return self._neighborhoods(levels, radii, alpha, lone=True, tones=False)

    def tones(self, levels: Levels, radii: Radii, lone: bool = False) -> FloatArray:
        """(5, k, j, i)."""
        return self._neighborhoods(levels, radii, 0, lone, tones=True)

    def _neighborhoods(self, levels: Levels, radii: Radii, alpha: int, lone: bool, tones: bool) -> FloatArray:
        return np.array(
            self.kernels.neighborhood_map(
                levels.array,
                levels.count,
                radii,
                border=1,
                steps=steps(),
                alpha=alpha,
                lone=lone,
                tones=tones,
                centers=None,
                threads=1,
            )
        )


def steps() -> list[tuple[int, int, int]]:
    """To the 26 neighbors."""
    return [step for step in product((-1, 0, 1), repeat=3) if any(step)]


def emulated(lanes: int) -> Twin:
    """Without it, pytest says why: only `make dev` builds it."""
    kernels = pytest.importorskip(EMULATED, reason=f"{EMULATED} is not built; make dev builds it")
    kernels.set_lanes(lanes)
    return Twin(kernels)


def on_device() -> Twin:
    if not cuda_devices():
        pytest.skip(NO_DEVICE)
    return Twin(pytest.importorskip("oncometry._cuda"))


TWINS = {"a lane": lambda: emulated(1), "four lanes": lambda: emulated(4), "device": on_device}
on_each_twin = pytest.mark.parametrize("name", TWINS)
"""Tests take the name and call `TWINS[name]()`, so that hypothesis may call them again."""
