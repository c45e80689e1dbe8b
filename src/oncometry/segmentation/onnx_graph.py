"""Our network as an ONNX graph, from its description and weights alone: no torch is needed to run it.

The shape of the image is fixed in the graph, so that a backend plans its memory once.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from oncometry.core.geometry import Index
from oncometry.segmentation.architecture import FOLD, Architecture
from oncometry.segmentation.weights import Weights

__all__ = ["INPUT", "OUTPUT", "encoder_graph", "level_name", "onnx_graph"]

INPUT, OUTPUT = "images", "logits"
OPSET = 17
IR_VERSION = 10
EPSILON = 1e-5


@dataclass
class _Graph:
    """Nodes and constants as they are added; each method gives the name of its result."""

    weights: Weights
    slope: float
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: dict[str, onnx.TensorProto] = field(default_factory=dict)

    def add(self, kind: str, *inputs: str, **attributes: object) -> str:
        name = f"{kind.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [name], name=name, **attributes))
        return name

    def constant(self, name: str, array: NDArray[np.generic]) -> str:
        self.constants.setdefault(name, numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def weight(self, name: str) -> str:
        return self.constant(name, self.weights[name])

    def convolved(self, x: str, layer: str, stride: int = 1) -> str:
        kernel = self.weights[f"{layer}.weight"].shape[2]
        more = [self.weight(f"{layer}.bias")] if f"{layer}.bias" in self.weights else []
        return self.add(
            "Conv",
            x,
            self.weight(f"{layer}.weight"),
            *more,
            kernel_shape=[kernel] * 3,
            strides=[stride] * 3,
            pads=[kernel // 2] * 6,
        )

    def normed(self, x: str, layer: str) -> str:
        scale, bias = self.weight(f"{layer}.weight"), self.weight(f"{layer}.bias")
        return self.add("InstanceNormalization", x, scale, bias, epsilon=EPSILON)

    def rectified(self, x: str) -> str:
        return self.add("LeakyRelu", x, alpha=self.slope)

    def block(self, x: str, layer: str, stride: int) -> str:
        y = self.rectified(self.normed(self.convolved(x, f"{layer}.first", stride), f"{layer}.first_norm"))
        y = self.normed(self.convolved(y, f"{layer}.second"), f"{layer}.second_norm")
        around = (
            self.convolved(x, f"{layer}.around", stride) if f"{layer}.around.weight" in self.weights else x
        )
        return self.rectified(self.add("Add", y, around))

    def doubled(self, x: str) -> str:
        scales = self.constant("scales", np.array([1, 1, 2, 2, 2], np.float32))
        return self.add(
            "Resize",
            x,
            "",
            scales,
            mode="nearest",
            nearest_mode="floor",
            coordinate_transformation_mode="asymmetric",
        )

    def shaped(self, x: str, shape: list[int]) -> str:
        sizes = self.constant("shape_" + "_".join(map(str, shape)), np.array(shape, np.int64))
        return self.add("Reshape", x, sizes)


def onnx_graph(architecture: Architecture, weights: Weights, shape: Index) -> bytes:
    """The network for images of one shape, serialized.

    Args:
        weights: as `ResidualUNet.state_dict()` names them.
        shape: voxels along i, j, k; multiples of `architecture.multiple`.

    The graph takes `images` (1, inputs, i, j, k) float32 and gives `logits` (1, outputs, i, j, k) float32.
    """
    graph = _Graph(weights, architecture.slope)
    levels = _encoded(graph, architecture, shape)
    y = levels[-1]
    for level in range(len(levels) - 2, -1, -1):
        y = graph.add("Add", graph.doubled(graph.convolved(y, f"narrow.{level}")), levels[level])
        y = graph.block(y, f"up.{level}", 1)
    last = _unfolded(graph, graph.convolved(y, "head"), architecture.outputs, shape)
    return _serialized(graph, architecture, shape, {OUTPUT: (last, [1, architecture.outputs, *shape])})


def encoder_graph(architecture: Architecture, weights: Weights, shape: Index) -> bytes:
    """The encoder alone, as `onnx_graph`: `level_0` (1, channels[0], i / 2, j / 2, k / 2) and on to the coarsest."""
    graph = _Graph(weights, architecture.slope)
    outputs = {
        level_name(at): (level, [1, channels, *(n // FOLD // 2**at for n in shape)])
        for at, (level, channels) in enumerate(
            zip(_encoded(graph, architecture, shape), architecture.channels, strict=True)
        )
    }
    return _serialized(graph, architecture, shape, outputs)


def level_name(level: int) -> str:
    """What `encoder_graph` calls a level, 0 the finest."""
    return f"level_{level}"


def _encoded(graph: _Graph, architecture: Architecture, shape: Index) -> list[str]:
    """Levels of the encoder, finest first."""
    levels = [graph.block(_folded(graph, architecture.inputs, shape), "stem", 1)]
    for level in range(len(architecture.channels) - 1):
        levels.append(graph.block(levels[-1], f"down.{level}", 2))
    return levels


def _serialized(
    graph: _Graph, architecture: Architecture, shape: Index, outputs: dict[str, tuple[str, list[int]]]
) -> bytes:
    """The graph with its outputs: name -> node and shape."""
    for name, (node, _) in outputs.items():
        graph.nodes.append(helper.make_node("Identity", [node], [name]))
    made = helper.make_graph(
        graph.nodes,
        "residual-u-net",
        [helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, [1, architecture.inputs, *shape])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, size) for name, (_, size) in outputs.items()],
        list(graph.constants.values()),
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    return bytes(model.SerializeToString())


def _folded(graph: _Graph, channels: int, shape: Index) -> str:
    """2 x 2 x 2 voxels to channels."""
    i, j, k = (n // FOLD for n in shape)
    x = graph.shaped(INPUT, [1, channels, i, FOLD, j, FOLD, k, FOLD])
    x = graph.add("Transpose", x, perm=[0, 1, 3, 5, 7, 2, 4, 6])
    return graph.shaped(x, [1, channels * FOLD**3, i, j, k])


def _unfolded(graph: _Graph, y: str, channels: int, shape: Index) -> str:
    """Channels to 2 x 2 x 2 voxels."""
    i, j, k = (n // FOLD for n in shape)
    y = graph.shaped(y, [1, channels, FOLD, FOLD, FOLD, i, j, k])
    y = graph.add("Transpose", y, perm=[0, 1, 5, 2, 6, 3, 7, 4])
    return graph.shaped(y, [1, channels, *shape])
