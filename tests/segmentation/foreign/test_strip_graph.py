"""SynthStrip's published structure, written down once more in torch, computes what the graph of its weights does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest

from oncometry.core import Code, CorruptInputError, OncometryError
from oncometry.segmentation.convert import convert
from oncometry.segmentation.foreign.strip_graph import strip_graph, strip_shapes
from oncometry.segmentation.weights import read_card

torch = pytest.importorskip("torch")

DOWN = ((1, 16), (16, 32), (32, 64), (64, 64), (64, 64), (64, 64))
UP = ((64, 64), (128, 64), (128, 64), (128, 64), (128, 64), (96, 32))
LAST = ((48, 16), (16, 16), (16, 1))
PARAMETERS = 2_566_561
"""Three times as many float32, as training with Adam keeps them, are 30.80 MB; the published file has 30.85 MB."""


class Layer(torch.nn.Module):
    """Holds its convolution under the name `conv`."""

    def __init__(self, given: int, made: int, slope: float) -> None:
        super().__init__()
        self.conv = torch.nn.Conv3d(given, made, 3, padding=1)
        self.slope = slope

    def forward(self, x: Any) -> Any:
        return torch.nn.functional.leaky_relu(self.conv(x), self.slope)


def pair(given: int, made: int) -> Any:
    return torch.nn.ModuleList([Layer(given, made, 0.2), Layer(made, made, 0.2)])


class Reference(torch.nn.Module):
    """Encoder, decoder and what remains at full resolution."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = torch.nn.ModuleList([pair(*sizes) for sizes in DOWN])
        self.decoder = torch.nn.ModuleList([pair(*sizes) for sizes in UP])
        self.remaining = torch.nn.ModuleList([Layer(*sizes, 1.0 if sizes[1] == 1 else 0.2) for sizes in LAST])

    def forward(self, x: Any) -> Any:
        kept = []
        for first, second in self.encoder:
            x = second(first(x))
            kept.append(x)
            x = torch.nn.functional.max_pool3d(x, 2)
        for (first, second), fine in zip(self.decoder, reversed(kept), strict=True):
            x = second(first(x)).repeat_interleave(2, 2).repeat_interleave(2, 3).repeat_interleave(2, 4)
            x = torch.cat([x, fine], dim=1)
        for layer in self.remaining:
            x = layer(x)
        return x


@pytest.fixture(scope="module")
def reference() -> Any:
    """With weights that keep the scale of what passes, so that the deepest level counts too."""
    rng = np.random.default_rng(0)
    network = Reference()
    with torch.no_grad():
        for value in network.parameters():
            spread = np.sqrt(2 / np.prod(value.shape[1:])) if value.dim() == 5 else 0.1
            value.copy_(torch.from_numpy(rng.normal(0, spread, tuple(value.shape)).astype(np.float32)))
    return network


def test_the_graph_computes_what_the_published_structure_does(tmp_path: Path, reference: Any) -> None:
    x = torch.rand(1, 1, 64, 64, 64, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        wanted = reference(x).numpy()
    log = {"state": {0: {"exp_avg": torch.zeros(3)}}, "param_groups": [{"lr": 1e-4}]}
    torch.save(
        {"model_state_dict": reference.state_dict(), "optimizer_state_dict": log, "epoch": 9},
        tmp_path / "a.pt",
    )
    done = convert(tmp_path / "a.pt", "strip", None, tmp_path / "new")
    session = onnxruntime.InferenceSession(done.path.with_suffix(".onnx"))
    found = session.run(None, {session.get_inputs()[0].name: x.numpy()})[0]
    np.testing.assert_allclose(found, wanted, atol=1e-4 * float(wanted.std()))
    assert (done.precision, done.difference) == ("as they are", 0.0)
    card = read_card(done.path)
    assert card == done.card
    assert (card.task, card.name, card.inputs) == ("brain", "strip", ("unknown",))
    assert "not stated" in card.license, "only the published files are known to have terms"


def test_it_has_as_many_weights_as_the_published_file_holds(reference: Any) -> None:
    assert {name: tuple(v.shape) for name, v in reference.state_dict().items()} == strip_shapes()
    assert sum(int(np.prod(shape)) for shape in strip_shapes().values()) == PARAMETERS


def _two_outputs(weights: dict[str, np.ndarray]) -> None:
    weights["remaining.2.conv.weight"] = np.zeros((2, 16, 3, 3, 3), np.float32)


def _missing(weights: dict[str, np.ndarray]) -> None:
    del weights["encoder.5.1.conv.bias"]


def _more(weights: dict[str, np.ndarray]) -> None:
    weights["encoder.6.0.conv.bias"] = np.zeros(64, np.float32)


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (_two_outputs, r"remaining.2.conv.weight has shape \(2, 16, 3, 3, 3\), not \(1, 16, 3, 3, 3\)"),
        (_missing, "encoder.5.1.conv.bias is missing"),
        (_more, "encoder.6.0.conv.bias is none of its weights"),
    ],
)
def test_weights_of_another_structure_are_refused(
    harm: Callable[[dict[str, np.ndarray]], None], says: str
) -> None:
    weights = {name: np.zeros(shape, np.float32) for name, shape in strip_shapes().items()}
    harm(weights)
    with pytest.raises(CorruptInputError, match=says) as caught:
        strip_graph(weights)
    assert caught.value.code is Code.CORRUPT


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ({"model_state_dict": {"encoder.0.weight": torch.ones(1)}}, "no --card does"),
        ({"model_state_dict": {"remaining.0.conv.weight": torch.ones(1) * np.inf}}, "not finite"),
        ({"epoch": 3}, "no table of named tensors"),
    ],
)
def test_checkpoints_that_say_nothing_need_a_card(tmp_path: Path, content: dict[str, Any], says: str) -> None:
    torch.save(content, tmp_path / "a.pt")
    with pytest.raises(OncometryError, match=says):
        convert(tmp_path / "a.pt", "strip", None, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_the_fault_names_the_file(tmp_path: Path, reference: Any) -> None:
    weights = dict(reference.state_dict())
    del weights["encoder.3.0.conv.bias"]
    torch.save({"model_state_dict": weights}, tmp_path / "a.pt")
    with pytest.raises(CorruptInputError, match=r"a\.pt.*encoder\.3\.0\.conv\.bias is missing"):
        convert(tmp_path / "a.pt", "strip", None, tmp_path / "new")
