"""Our network as an ONNX graph, from its description and weights alone: no torch is needed to run it.

The shape of the image is fixed in the graph, so that a backend plans its memory once.
"""

from __future__ import annotations

from oncometry.core.geometry import Index
from oncometry.segmentation.architecture import FOLD, Architecture
from oncometry.segmentation.graph_parts import GraphParts, Sizes
from oncometry.segmentation.weights import Weights

__all__ = ["INPUT", "OUTPUT", "encoder_graph", "level_name", "onnx_graph"]

INPUT, OUTPUT = "images", "logits"
TITLE = "residual-u-net"


def onnx_graph(architecture: Architecture, weights: Weights, shape: Index) -> bytes:
    """The network for images of one shape, serialized.

    Args:
        weights: as `ResidualUNet.state_dict()` names them.
        shape: voxels along i, j, k; multiples of `architecture.multiple`.

    The graph takes `images` (1, inputs, i, j, k) float32 and gives `logits` (1, outputs, i, j, k) float32.
    """
    graph = GraphParts(weights, architecture.slope)
    levels = _encoded(graph, architecture, shape)
    y = levels[-1]
    for level in range(len(levels) - 2, -1, -1):
        y = graph.add("Add", graph.doubled(graph.convolved(y, f"narrow.{level}")), levels[level])
        y = graph.block(y, f"up.{level}", 1)
    last = _unfolded(graph, graph.convolved(y, "head"), architecture.outputs, shape)
    given = [1, architecture.inputs, *shape]
    return graph.serialized(TITLE, {INPUT: given}, {OUTPUT: (last, [1, architecture.outputs, *shape])})


def encoder_graph(architecture: Architecture, weights: Weights, shape: Index) -> bytes:
    """The encoder alone, as `onnx_graph`: `level_0` (1, channels[0], i / 2, j / 2, k / 2) and on to the coarsest."""
    graph = GraphParts(weights, architecture.slope)
    outputs: dict[str, tuple[str, Sizes]] = {
        level_name(at): (level, [1, channels, *(n // FOLD // 2**at for n in shape)])
        for at, (level, channels) in enumerate(
            zip(_encoded(graph, architecture, shape), architecture.channels, strict=True)
        )
    }
    return graph.serialized(TITLE, {INPUT: [1, architecture.inputs, *shape]}, outputs)


def level_name(level: int) -> str:
    """What `encoder_graph` calls a level, 0 the finest."""
    return f"level_{level}"


def _encoded(graph: GraphParts, architecture: Architecture, shape: Index) -> list[str]:
    """Levels of the encoder, finest first."""
    levels = [graph.block(_folded(graph, architecture.inputs, shape), "stem", 1)]
    for level in range(len(architecture.channels) - 1):
        levels.append(graph.block(levels[-1], f"down.{level}", 2))
    return levels


def _folded(graph: GraphParts, channels: int, shape: Index) -> str:
    """2 x 2 x 2 voxels to channels."""
    i, j, k = (n // FOLD for n in shape)
    x = graph.shaped(INPUT, [1, channels, i, FOLD, j, FOLD, k, FOLD])
    x = graph.add("Transpose", x, perm=[0, 1, 3, 5, 7, 2, 4, 6])
    return graph.shaped(x, [1, channels * FOLD**3, i, j, k])


def _unfolded(graph: GraphParts, y: str, channels: int, shape: Index) -> str:
    """Channels to 2 x 2 x 2 voxels."""
    i, j, k = (n // FOLD for n in shape)
    y = graph.shaped(y, [1, channels, FOLD, FOLD, FOLD, i, j, k])
    y = graph.add("Transpose", y, perm=[0, 1, 5, 2, 6, 3, 7, 4])
    return graph.shaped(y, [1, channels, *shape])
