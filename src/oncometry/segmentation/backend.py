"""What computes a network, and which of those installed is taken."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol, cast, get_args

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Code, SettingsError
from oncometry.segmentation.architecture import Architecture
from oncometry.segmentation.inference_settings import BackendName, InferenceSettings
from oncometry.segmentation.weight_shapes import refuse_misfit
from oncometry.segmentation.weights import Weights

__all__ = ["Backend", "Channels", "choose_backend", "installed_backends", "named_backend"]

Channels = NDArray[np.float32]
"""(c, i, j, k), C order: image channels, or a logit for each region."""

EXTRAS = {"openvino": "openvino", "torch": "train"}
"""Backend -> the extra that brings it; ONNX Runtime is always there."""


class Backend(Protocol):
    """One network, ready to run."""

    @property
    def name(self) -> str:
        """Package, version, precision: 'openvino 2026.4.1 f32'."""

    def run(self, images: Channels) -> Channels:
        """(inputs, i, j, k) images to (regions, i, j, k) logits; sizes are multiples of `Architecture.multiple`."""


_Maker = Callable[[Architecture, Weights, InferenceSettings], Backend]


def installed_backends() -> tuple[BackendName, ...]:
    """Those whose package is installed, the fastest first; torch comes first where there is a CUDA device."""
    there: list[BackendName] = [name for name in get_args(BackendName) if find_spec(name) is not None]
    if "torch" in there and _has_cuda():
        there.sort(key=lambda name: name != "torch")
    return tuple(there)


def choose_backend(
    architecture: Architecture, weights: Weights, settings: InferenceSettings | None = None
) -> Backend:
    """The backend that the settings name, or the fastest that is installed.

    Raises:
        SettingsError: `EXTRA_MISSING`, the one that was named is not installed.
        CorruptInputError: `CORRUPT`, the weights are not those of the architecture.
    """
    refuse_misfit(architecture, weights)
    chosen = settings or InferenceSettings()
    name = named_backend(chosen)
    make = cast(_Maker, import_module(f"oncometry.segmentation.backends.{name}").make)
    return make(architecture, weights, chosen)


def named_backend(settings: InferenceSettings) -> BackendName:
    """The backend that the settings name, or the fastest that is installed.

    Raises:
        SettingsError: `EXTRA_MISSING`, the one that was named is not installed.
    """
    there = installed_backends()
    name = settings.backend or there[0]
    if name not in there:
        raise SettingsError(
            Code.EXTRA_MISSING,
            f"the backend {name!r} is not installed; there is {' and '.join(there)}.",
            advice=f"Install it with: pip install 'oncometry[{EXTRAS[name]}]'.",
        )
    return name


def _has_cuda() -> bool:
    """Whether torch finds a CUDA device; it is asked, which takes seconds, only where there is an NVIDIA driver."""
    if not Path("/dev/nvidiactl").exists() and shutil.which("nvidia-smi") is None:
        return False
    return bool(import_module("torch").cuda.is_available())
