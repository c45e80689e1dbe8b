"""Where maps are computed: on the processor, or by their twins on a CUDA device. Nothing else asks which."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol, cast

from oncometry import _native
from oncometry.core.errors import Code, UnsupportedError
from oncometry.core.geometry import FloatArray

if TYPE_CHECKING:
    from oncometry._native import LevelArray

__all__ = ["Device", "MapKernels", "cuda_devices", "cuda_is_built", "map_kernels"]

_CUDA = "oncometry._cuda"


class Device(StrEnum):
    """What computes maps. Counts are the same everywhere; values may differ in their last digits."""

    CPU = "cpu"
    CUDA = "cuda"
    AUTO = "auto"
    """The faster of the two where a measurement tells; none was made yet, so the CPU."""


class MapKernels(Protocol):
    """Kernels that `_native` and `_cuda` have alike.

    Levels have a border of one voxel; maps are (features, k, j, i) without it and NaN outside the region. `radii` of
    the window are along k, j, i.
    """

    def glcm_map(
        self,
        levels: LevelArray,
        count: int,
        directions: Sequence[tuple[int, int, int]],
        weights: Sequence[float],
        merge: bool,
        symmetric: bool,
        radii: Sequence[int],
        threads: int,
    ) -> FloatArray: ...

    def zone_map(self, levels: LevelArray, count: int, radii: Sequence[int], threads: int) -> FloatArray: ...

    def neighborhood_map(
        self,
        levels: LevelArray,
        count: int,
        radii: Sequence[int],
        border: int,
        steps: Sequence[tuple[int, int, int]],
        alpha: int,
        tones: bool,
        threads: int,
    ) -> FloatArray: ...


def cuda_is_built() -> bool:
    """Whether this installation has the CUDA twins; wheels have not."""
    return find_spec(_CUDA) is not None


def cuda_devices() -> list[str]:
    """Names of the CUDA devices that can be used; none without the twins, a driver or a device."""
    return list(importlib.import_module(_CUDA).devices()) if cuda_is_built() else []


@contextmanager
def map_kernels(device: Device) -> Iterator[MapKernels]:
    """The kernels of a device, and what it refuses as an error of ours.

    Raises:
        UnsupportedError: `DEVICE_MISSING`, this installation or this machine has no CUDA device; `DEVICE_FAILED`,
            it has one that refuses, for lack of memory say.
    """
    if device is not Device.CUDA:
        yield _native
        return
    if not cuda_devices():
        raise UnsupportedError(Code.DEVICE_MISSING, _why_missing(), advice="Use the device cpu.")
    try:
        yield cast(MapKernels, importlib.import_module(_CUDA))
    except RuntimeError as error:
        raise UnsupportedError(
            Code.DEVICE_FAILED, f"the CUDA device failed: {error}.", advice="Use the device cpu."
        ) from error


def _why_missing() -> str:
    if cuda_is_built():
        return "there is no CUDA device, or no driver for it."
    return "this installation has no CUDA twins; they are built from source where nvcc is found."
