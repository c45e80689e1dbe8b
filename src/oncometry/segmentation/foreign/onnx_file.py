"""An ONNX file with a card, in ONNX Runtime: (1, inputs, i, j, k) float32 in, (1, channels, i, j, k) out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import onnx
import onnxruntime
from onnx.external_data_helper import uses_external_data

from oncometry.core import Code, CorruptInputError, UnsupportedError
from oncometry.core.processors import cores
from oncometry.segmentation.backend import Channels
from oncometry.segmentation.card import NetworkCard
from oncometry.segmentation.foreign.channel_network import ChannelNetwork
from oncometry.segmentation.inference_settings import InferenceSettings
from oncometry.segmentation.network_files import check_files, weights_place
from oncometry.segmentation.registry import FoundNetwork
from oncometry.segmentation.segmenter import Segmenter

__all__ = ["checked_graph", "read"]

ERRORS_ONLY = 3
DOMAINS = ("", "ai.onnx")


class _OnnxFile:
    """The graph as it is on disk."""

    def __init__(self, content: bytes, card: NetworkCard, threads: int) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = ERRORS_ONLY
        options.enable_cpu_mem_arena = False
        self.name = f"onnxruntime {onnxruntime.__version__} f32"
        self._network = card.name
        try:
            self._session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # ONNX Runtime's own exceptions have no common root
            raise CorruptInputError(
                Code.CORRUPT, f"ONNX Runtime refuses the graph: {_line(error)}."
            ) from error
        self._input = self._session.get_inputs()[0].name

    def run(self, images: Channels) -> Channels:
        try:
            given = {self._input: np.ascontiguousarray(images[None], np.float32)}
            outputs = np.asarray(self._session.run(None, given)[0])
        except Exception as error:
            raise CorruptInputError(
                Code.CORRUPT,
                f"the network {self._network} does not take images of shape {images.shape}: {_line(error)}.",
                advice="Give its card the `window` and `multiple` it was made for.",
            ) from error
        if outputs.ndim != 5 or outputs.shape[2:] != images.shape[1:]:
            raise CorruptInputError(
                Code.CORRUPT,
                f"the network {self._network} gives shape {outputs.shape} for images of shape {(1, *images.shape)}.",
            )
        return np.asarray(outputs[0], np.float32)


def read(found: FoundNetwork, settings: InferenceSettings, brain: Segmenter | None) -> ChannelNetwork:
    """The network of a card and the ONNX file beside it.

    Raises:
        NothingFoundError, CorruptInputError: as `check_files` and `checked_graph`.
        UnsupportedError: as `checked_graph`.
    """
    check_files(found.card, found.path)
    content = weights_place(found.card, found.path).read_bytes()
    checked_graph(content, found.card)
    return ChannelNetwork(
        found.card, _OnnxFile(content, found.card, settings.threads or cores()), settings, brain
    )


def checked_graph(content: bytes, card: NetworkCard) -> None:
    """Refuse what is no graph of ours to run: data in other files, operators that are not ONNX's, other channels.

    Raises:
        CorruptInputError: `CORRUPT`.
        UnsupportedError: `UNSUPPORTED_TYPE`; `MODEL_UNSAFE`, it reads other files or needs operators of its own.
    """
    try:
        model = onnx.load_model_from_string(content)
    except Exception as error:  # protobuf's own
        raise CorruptInputError(Code.CORRUPT, f"it is no ONNX graph: {_line(error)}.") from error
    _refuse_unsafe(model)
    try:
        onnx.checker.check_model(model)
    except (onnx.checker.ValidationError, ValueError) as error:
        raise CorruptInputError(Code.CORRUPT, f"it is no ONNX graph: {_line(error)}.") from error
    given = {tensor.name for tensor in model.graph.initializer}
    inputs = [value for value in model.graph.input if value.name not in given]
    sizes = [d.dim_value for d in inputs[0].type.tensor_type.shape.dim] if len(inputs) == 1 else []
    if len(sizes) != 5 or sizes[1] not in (0, len(card.inputs)):
        raise UnsupportedError(
            Code.UNSUPPORTED_TYPE,
            f"the graph takes {len(inputs)} input(s) of size {sizes}; needed is one of "
            f"(1, {len(card.inputs)}, i, j, k), the card's inputs.",
        )


def _refuse_unsafe(model: onnx.ModelProto) -> None:
    """Refuse a graph that reads other files, or needs operators that are not ONNX's."""
    graphs = [*_graphs(model.graph)]
    tensors = (tensor for graph in graphs for tensor in _tensors(graph))
    if any(uses_external_data(tensor) for tensor in tensors):
        raise UnsupportedError(
            Code.MODEL_UNSAFE, "the graph reads its weights from other files.", advice="Save it as one file."
        )
    strange = {node.domain for graph in graphs for node in graph.node} - set(DOMAINS)
    if strange or model.functions:
        raise UnsupportedError(
            Code.MODEL_UNSAFE,
            f"the graph has operators that are not ONNX's: {', '.join(sorted(strange)) or 'functions of its own'}.",
        )


def _graphs(graph: onnx.GraphProto) -> Iterator[onnx.GraphProto]:
    """A graph and those inside its nodes."""
    yield graph
    for node in graph.node:
        for attribute in node.attribute:
            for inner in (*attribute.graphs, *([attribute.g] if attribute.HasField("g") else [])):
                yield from _graphs(inner)


def _tensors(graph: onnx.GraphProto) -> Iterator[onnx.TensorProto]:
    yield from graph.initializer
    for node in graph.node:
        for attribute in node.attribute:
            yield from attribute.tensors
            if attribute.HasField("t"):
                yield attribute.t


def _line(error: Exception) -> str:
    """The first line of what was said."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200].rstrip(".")
