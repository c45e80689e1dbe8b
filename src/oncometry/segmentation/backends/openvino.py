"""OpenVINO on the CPU: bf16 where it prefers that (AVX-512 BF16, AMX), else float32."""

from __future__ import annotations

import numpy as np
import openvino

from oncometry.core.geometry import Index
from oncometry.core.processors import cores
from oncometry.segmentation.architecture import Architecture
from oncometry.segmentation.backend import Backend, Channels
from oncometry.segmentation.inference_settings import InferenceSettings
from oncometry.segmentation.onnx_graph import onnx_graph
from oncometry.segmentation.weights import Weights

__all__ = ["make"]

DEVICE, PRECISION = "CPU", "INFERENCE_PRECISION_HINT"
SHORT = {"float32": "f32", "bfloat16": "bf16", "float16": "f16"}


class _OpenVino:
    """Holds the network as compiled for the last shape."""

    def __init__(
        self, architecture: Architecture, weights: Weights, precision: str | None, threads: int
    ) -> None:
        self.architecture, self.weights = architecture, weights
        self._core = openvino.Core()
        self._options: dict[str, object] = {"INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY"}
        if precision:
            self._options[PRECISION] = precision
        kind = precision or self._core.get_property(DEVICE, PRECISION).to_string()
        version = openvino.__version__.split("-")[0]
        self.name = f"openvino {version} {SHORT.get(kind, kind)}"
        self._made: tuple[Index, openvino.CompiledModel] | None = None

    def run(self, images: Channels) -> Channels:
        _, i, j, k = images.shape
        compiled = self._compiled((i, j, k))
        logits = compiled([np.ascontiguousarray(images[None], np.float32)])[0]
        return np.array(logits[0], np.float32)

    def _compiled(self, shape: Index) -> openvino.CompiledModel:
        if self._made is None or self._made[0] != shape:
            self._made = None
            model = self._core.read_model(onnx_graph(self.architecture, self.weights, shape))
            self._made = shape, self._core.compile_model(model, DEVICE, self._options)
        return self._made[1]


def make(architecture: Architecture, weights: Weights, settings: InferenceSettings) -> Backend:
    """The network in OpenVINO."""
    precision = None if settings.half else "f32"
    return _OpenVino(architecture, weights, precision, settings.threads or cores())
