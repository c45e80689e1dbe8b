"""ONNX Runtime on the CPU, in float32: always installed."""

from __future__ import annotations

import numpy as np
import onnxruntime

from oncometry.core.geometry import Index
from oncometry.core.processors import cores
from oncometry.segmentation.architecture import Architecture
from oncometry.segmentation.backend import Backend, Channels
from oncometry.segmentation.inference_settings import InferenceSettings
from oncometry.segmentation.onnx_graph import INPUT, onnx_graph
from oncometry.segmentation.weights import Weights

__all__ = ["make"]

ERRORS_ONLY = 3


class _OnnxRuntime:
    """Holds the session of the last shape: the graph's shape is fixed, so that memory is planned once."""

    def __init__(self, architecture: Architecture, weights: Weights, threads: int) -> None:
        self.architecture, self.weights, self.threads = architecture, weights, threads
        self.name = f"onnxruntime {onnxruntime.__version__} f32"
        self._made: tuple[Index, onnxruntime.InferenceSession] | None = None

    def run(self, images: Channels) -> Channels:
        _, i, j, k = images.shape
        session = self._session((i, j, k))
        logits = session.run(None, {INPUT: np.ascontiguousarray(images[None], np.float32)})[0]
        return np.asarray(logits[0], np.float32)

    def _session(self, shape: Index) -> onnxruntime.InferenceSession:
        if self._made is None or self._made[0] != shape:
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = self.threads
            options.log_severity_level = ERRORS_ONLY
            options.enable_cpu_mem_arena = False
            graph = onnx_graph(self.architecture, self.weights, shape)
            session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
            self._made = shape, session
        return self._made[1]


def make(architecture: Architecture, weights: Weights, settings: InferenceSettings) -> Backend:
    """The network in ONNX Runtime."""
    return _OnnxRuntime(architecture, weights, settings.threads or cores())
