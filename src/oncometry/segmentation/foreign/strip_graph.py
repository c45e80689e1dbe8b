"""SynthStrip's network as an ONNX graph, from its published weights: any size that is a multiple of 64.

A U-Net without norms (Hoopes 2022, doi:10.1016/j.neuroimage.2022.119474): two convolutions a level, each with a leaky
rectifier; six times halved by the largest of 2 x 2 x 2, doubled by the nearest, joined to the level it came from; one
channel in and one out, the signed distance in mm to the brain's border.
"""

from __future__ import annotations

from collections.abc import Iterator

from oncometry.core import Code, CorruptInputError
from oncometry.segmentation.graph_parts import GraphParts
from oncometry.segmentation.weights import Weights

__all__ = ["is_strip", "strip_graph", "strip_shapes"]

FEATURES = (16, 32, 64, 64, 64, 64, 64)
STEPS = 2
SLOPE = 0.2
KERNEL = (3, 3, 3)
SIZES = ("i", "j", "k")
"""Any multiples of 64."""
SIGNS = ("encoder.0.0.conv.weight", "decoder.0.0.conv.weight", "remaining.0.conv.weight")


def is_strip(weights: Weights) -> bool:
    """Whether the names are those of SynthStrip's checkpoints, whatever the shapes."""
    return all(name in weights for name in SIGNS)


def strip_shapes() -> dict[str, tuple[int, ...]]:
    """Name -> shape of all weights."""
    shapes: dict[str, tuple[int, ...]] = {}
    for layer, given, made in _layers():
        shapes |= {f"{layer}.weight": (made, given, *KERNEL), f"{layer}.bias": (made,)}
    return shapes


def strip_graph(weights: Weights) -> bytes:
    """The network, serialized: `images` (1, 1, i, j, k) float32 in, `distances` (1, 1, i, j, k) float32 in mm out.

    Args:
        weights: as the checkpoint names them.

    Raises:
        CorruptInputError: `CORRUPT`, one is missing, unknown, or of another shape.
    """
    _refuse_misfit(weights)
    graph = GraphParts(weights, SLOPE)
    y, levels = "images", []
    for level in range(len(FEATURES) - 1):
        y = _stepped(graph, y, f"encoder.{level}")
        levels.append(y)
        y = graph.add("MaxPool", y, kernel_shape=[2, 2, 2], strides=[2, 2, 2])
    for level, fine in enumerate(reversed(levels)):
        y = graph.doubled(_stepped(graph, y, f"decoder.{level}"))
        y = graph.add("Concat", y, fine, axis=1)
    y = graph.convolved(_stepped(graph, y, "remaining"), f"remaining.{STEPS}.conv")
    return graph.serialized("synthstrip", {"images": [1, 1, *SIZES]}, {"distances": (y, [1, 1, *SIZES])})


def _stepped(graph: GraphParts, x: str, place: str) -> str:
    for step in range(STEPS):
        x = graph.rectified(graph.convolved(x, f"{place}.{step}.conv"))
    return x


def _layers() -> Iterator[tuple[str, int, int]]:
    """Name, channels in and channels out of each convolution."""
    width = 1
    for level, features in enumerate(FEATURES[:-1]):
        yield from _level(f"encoder.{level}", width, features)
        width = features
    for level, (features, joined) in enumerate(zip(FEATURES[:0:-1], FEATURES[-2::-1], strict=True)):
        yield from _level(f"decoder.{level}", width, features)
        width = features + joined
    yield from _level("remaining", width, FEATURES[0])
    yield f"remaining.{STEPS}.conv", FEATURES[0], 1


def _level(place: str, given: int, made: int) -> Iterator[tuple[str, int, int]]:
    for step in range(STEPS):
        yield f"{place}.{step}.conv", given if step == 0 else made, made


def _refuse_misfit(weights: Weights) -> None:
    wanted = strip_shapes()
    for name in (*weights, *wanted):
        if name not in wanted:
            raise _misfit(f"{name} is none of its weights")
        if name not in weights:
            raise _misfit(f"{name} is missing")
        if weights[name].shape != wanted[name]:
            raise _misfit(f"{name} has shape {weights[name].shape}, not {wanted[name]}")


def _misfit(what: str) -> CorruptInputError:
    return CorruptInputError(
        Code.CORRUPT,
        f"the weights have SynthStrip's names, but are not of the network that was published: {what}.",
        advice="Give the published checkpoint; other networks are exported to ONNX where they were trained.",
    )
