"""Where maps are computed: on the processor, or by their twins on a CUDA device. Nothing else asks which."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol, cast

from oncometry import _native
from oncometry.core.errors import Code, SettingsError
from oncometry.core.geometry import FloatArray
from oncometry.features.region import Box

if TYPE_CHECKING:
    from oncometry._native import LevelArray

__all__ = ["Device", "MapKernels", "check_device", "cuda_devices", "cuda_is_built", "map_kernels"]

_CUDA = "oncometry._cuda"

Steps = Sequence[tuple[int, int, int]]
"""Along k, j, i."""


class Device(StrEnum):
    """What computes maps. Counts are the same everywhere; values may differ in their last digits."""

    CPU = "cpu"
    CUDA = "cuda"
    AUTO = "auto"
    """The faster of the two where a measurement tells; none was made yet, so the CPU."""


class MapKernels(Protocol):
    """Kernels that `_native` and `_cuda` have alike; what the arguments are, `_native.pyi` says."""

    def glcm_map(  # noqa: PLR0913 -- a kernel's arguments
        self,
        levels: LevelArray,
        count: int,
        directions: Steps,
        weights: Sequence[float],
        merge: bool,
        symmetric: bool,
        pyradiomics: bool,
        radii: Sequence[int],
        centers: Box | None,
        threads: int,
    ) -> FloatArray: ...

    def glrlm_map(  # noqa: PLR0913 -- a kernel's arguments
        self,
        levels: LevelArray,
        count: int,
        directions: Steps,
        weights: Sequence[float],
        merge: bool,
        pyradiomics: bool,
        radii: Sequence[int],
        centers: Box | None,
        threads: int,
    ) -> FloatArray: ...

    def zone_map(
        self, levels: LevelArray, count: int, radii: Sequence[int], centers: Box | None, threads: int
    ) -> FloatArray: ...

    def neighborhood_map(  # noqa: PLR0913 -- a kernel's arguments
        self,
        levels: LevelArray,
        count: int,
        radii: Sequence[int],
        border: int,
        steps: Steps,
        alpha: int,
        lone: bool,
        tones: bool,
        centers: Box | None,
        threads: int,
    ) -> FloatArray: ...


def cuda_is_built() -> bool:
    """Whether this installation has the CUDA twins; wheels have not."""
    return find_spec(_CUDA) is not None


def cuda_devices() -> list[str]:
    """Names of the CUDA devices that can be used; none without the twins, a driver or a device."""
    return list(importlib.import_module(_CUDA).devices()) if cuda_is_built() else []


def check_device(device: Device) -> None:
    """Refuse a device that is not there.

    Raises:
        SettingsError: `DEVICE_MISSING`, this installation or this machine has no CUDA device.
    """
    if device is not Device.CUDA or cuda_devices():
        return
    what = "there is no CUDA device, or no driver for it."
    if not cuda_is_built():
        what = "this installation has no CUDA twins; they are built from source where nvcc is found."
    raise SettingsError(Code.DEVICE_MISSING, what, advice="Use the device cpu.")


@contextmanager
def map_kernels(device: Device) -> Iterator[MapKernels]:
    """The kernels of a device, and what it refuses as an error of ours.

    Raises:
        SettingsError: `DEVICE_MISSING`, as `check_device`; `DEVICE_FAILED`, the device refuses, for lack of memory
            say.
    """
    if device is not Device.CUDA:
        yield _native
        return
    check_device(device)
    try:
        yield cast(MapKernels, importlib.import_module(_CUDA))
    except RuntimeError as error:
        raise SettingsError(
            Code.DEVICE_FAILED, f"the CUDA device failed: {error}.", advice="Use the device cpu."
        ) from error
