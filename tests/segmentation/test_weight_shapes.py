"""Weights are those of the architecture, told without torch."""

from __future__ import annotations

import numpy as np
import pytest
from tests.segmentation.made_network import ARCHITECTURE, random_weights

from oncometry.core import Code, CorruptInputError
from oncometry.segmentation.architecture import Architecture
from oncometry.segmentation.torch_network import ResidualUNet
from oncometry.segmentation.weight_shapes import refuse_misfit, weight_shapes


@pytest.mark.parametrize("channels", [(16, 32), (32, 32, 48), (16, 24, 32, 40)])
def test_the_names_and_shapes_are_those_of_the_torch_network(channels: tuple[int, ...]) -> None:
    architecture = Architecture(inputs=2, outputs=3, channels=channels)
    state = ResidualUNet(architecture).state_dict()
    needed = {name: tuple(value.shape) for name, value in state.items() if not name.startswith("deep_heads.")}
    assert weight_shapes(architecture) == needed


def test_heads_that_only_training_needs_may_be_there_or_not() -> None:
    weights = random_weights(ARCHITECTURE)
    refuse_misfit(ARCHITECTURE, weights)
    refuse_misfit(ARCHITECTURE, weights | {"deep_heads.0.bias": np.zeros(3, np.float32)})


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"head.bias": None}, "head.bias is missing"),
        ({"head.bias": np.zeros(7, np.float32)}, "head.bias has shape"),
        ({"tail.bias": np.zeros(7, np.float32)}, "tail.bias is none"),
    ],
)
def test_other_weights_are_refused(change: dict[str, np.ndarray | None], told: str) -> None:
    weights = {n: w for n, w in (random_weights(ARCHITECTURE) | change).items() if w is not None}
    with pytest.raises(CorruptInputError, match=told) as caught:
        refuse_misfit(ARCHITECTURE, weights)
    assert caught.value.code is Code.CORRUPT
