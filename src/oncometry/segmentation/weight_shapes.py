"""Which weights an architecture has: names as `ResidualUNet.state_dict()` gives them, and shapes; no torch needed."""

from __future__ import annotations

from itertools import pairwise

from oncometry.core import Code, CorruptInputError
from oncometry.segmentation.architecture import FOLD, Architecture
from oncometry.segmentation.weights import Weights

__all__ = ["refuse_misfit", "weight_shapes"]

TRAINING_ONLY = "deep_heads."
"""Heads of the coarser levels, which weights may lack."""

Shapes = dict[str, tuple[int, ...]]


def weight_shapes(architecture: Architecture) -> Shapes:
    """Name -> shape of what inference needs."""
    channels, cells = architecture.channels, FOLD**3
    shapes = _block("stem", architecture.inputs * cells, channels[0], 1)
    for level, (fine, coarse) in enumerate(pairwise(channels)):
        shapes |= _block(f"down.{level}", fine, coarse, 2) | _block(f"up.{level}", fine, fine, 1)
        shapes |= {f"narrow.{level}.weight": (fine, coarse, 1, 1, 1), f"narrow.{level}.bias": (fine,)}
    outputs = architecture.outputs * cells
    return shapes | {"head.weight": (outputs, channels[0], 1, 1, 1), "head.bias": (outputs,)}


def refuse_misfit(architecture: Architecture, weights: Weights) -> None:
    """Refuse weights that are not those of the architecture.

    Raises:
        CorruptInputError: `CORRUPT`, one is missing, unknown, or of another shape.
    """
    wanted = weight_shapes(architecture)
    unknown = [name for name in weights if name not in wanted and not name.startswith(TRAINING_ONLY)]
    if unknown:
        raise _misfit(f"{unknown[0]} is none of its weights")
    for name, shape in wanted.items():
        if name not in weights:
            raise _misfit(f"{name} is missing")
        if weights[name].shape != shape:
            raise _misfit(f"{name} has shape {weights[name].shape}, not {shape}")


def _misfit(what: str) -> CorruptInputError:
    return CorruptInputError(
        Code.CORRUPT,
        f"the weights do not fit the architecture of their card: {what}.",
        advice="Take card and weights from the same place.",
    )


def _block(name: str, inputs: int, outputs: int, stride: int) -> Shapes:
    shapes: Shapes = {
        f"{name}.first.weight": (outputs, inputs, 3, 3, 3),
        f"{name}.second.weight": (outputs, outputs, 3, 3, 3),
    }
    for norm in ("first_norm", "second_norm"):
        shapes |= {f"{name}.{norm}.weight": (outputs,), f"{name}.{norm}.bias": (outputs,)}
    if inputs != outputs or stride != 1:
        shapes[f"{name}.around.weight"] = (outputs, inputs, 1, 1, 1)
    return shapes
