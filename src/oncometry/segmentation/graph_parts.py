"""Parts of networks as nodes of an ONNX graph: convolutions, norms, rectifiers, blocks of ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from oncometry.segmentation.weights import Weights

__all__ = ["GraphParts", "Sizes"]

Sizes = Sequence[int | str]
"""Of a tensor along each axis; a name where any size will do."""

OPSET = 17
IR_VERSION = 10
EPSILON = 1e-5


@dataclass
class GraphParts:
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

    def serialized(
        self, title: str, given: Mapping[str, Sizes], outputs: Mapping[str, tuple[str, Sizes]]
    ) -> bytes:
        """The graph.

        Args:
            given: name of an input -> its sizes.
            outputs: name of an output -> the result that it is, and its sizes.
        """
        for name, (node, _) in outputs.items():
            self.nodes.append(helper.make_node("Identity", [node], [name]))
        made = helper.make_graph(
            self.nodes,
            title,
            [_described(name, sizes) for name, sizes in given.items()],
            [_described(name, sizes) for name, (_, sizes) in outputs.items()],
            list(self.constants.values()),
        )
        model = helper.make_model(made, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
        return bytes(model.SerializeToString())


def _described(name: str, sizes: Sizes) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, list(sizes))
