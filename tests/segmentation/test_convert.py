"""Checkpoints are converted as data: the same weights come out, and a pickle that would run something does not."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from oncometry.core import Code, CorruptInputError, OncometryError, UnsupportedError
from oncometry.segmentation.convert import HALF_PART, convert, half_difference
from oncometry.segmentation.weights import read_network

from .made_network import ARCHITECTURE, INPUTS, REGIONS, random_weights

torch = pytest.importorskip("torch")
save = pytest.importorskip("safetensors.torch").save
CARD = {
    "version": "1",
    "task": "tumor",
    "inputs": INPUTS,
    "scheme": "brats-2023",
    "regions": REGIONS,
    "architecture": ARCHITECTURE.model_dump(),
    "data": "theirs",
    "license": "MIT",
}


@pytest.fixture
def card(tmp_path: Path) -> Path:
    path = tmp_path / "card.json"
    path.write_text(json.dumps(CARD, default=str))
    return path


def tensors(weights: dict[str, np.ndarray]) -> dict[str, Any]:
    return {name: torch.from_numpy(array) for name, array in weights.items()}


@pytest.mark.parametrize("holder", [None, "state_dict", "network_weights"])
def test_weights_come_out_as_they_went_in(tmp_path: Path, card: Path, holder: str | None) -> None:
    weights = random_weights(ARCHITECTURE)
    named = {f"module.{name}": tensor for name, tensor in tensors(weights).items()}
    log = {"loss": [np.float64(0.5), np.float32(1)], "epoch": 3}
    torch.save(named if holder is None else {holder: named, "logging": log}, tmp_path / "theirs.pth")
    done = convert(tmp_path / "theirs.pth", "mine", card, tmp_path / "new")
    read, found = read_network(done.path)
    assert (read.name, done.precision) == ("mine", "float16")
    worst = max(float(np.abs(found[name] - array).max()) for name, array in weights.items())
    assert 0 < worst == pytest.approx(done.difference)


def test_what_float16_cannot_hold_stays_float32(tmp_path: Path, card: Path) -> None:
    weights = random_weights(ARCHITECTURE)
    weights["head.bias"] = weights["head.bias"] * np.float32(1e6)
    torch.save(tensors(weights), tmp_path / "theirs.pt")
    done = convert(tmp_path / "theirs.pt", "mine", card, tmp_path / "new")
    assert (done.precision, done.difference) == ("float32", 0.0)
    found = read_network(done.path)[1]
    assert all(np.array_equal(found[name], array) for name, array in weights.items())


@given(arrays(np.float32, 5, elements=st.floats(-(2.0**100), 2.0**100, width=32)))
def test_float16_is_taken_only_where_it_keeps_a_thousandth_of_the_largest(array: np.ndarray) -> None:
    difference = half_difference({"a": array})
    if difference is not None:
        assert difference <= HALF_PART * np.abs(array).max(initial=0)
        assert np.isfinite(array.astype(np.float16)).all()


class Evil:
    def __reduce__(self) -> Any:
        return (print, ("it ran",))


@pytest.mark.parametrize("kind", ["torch", "bare", "inside"])
def test_a_pickle_that_asks_for_more_is_refused_and_not_run(
    tmp_path: Path, card: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    path = tmp_path / "theirs.pt"
    if kind == "torch":
        torch.save(Evil(), path)
    elif kind == "inside":
        torch.save({"state_dict": tensors(random_weights(ARCHITECTURE)), "args": Evil()}, path)
    else:
        path.write_bytes(pickle.dumps(Evil()))
    with pytest.raises(UnsupportedError) as caught:
        convert(path, "mine", card, tmp_path / "new")
    assert caught.value.code is Code.MODEL_UNSAFE
    assert kind == "bare" or "print" in str(caught.value)
    assert "it ran" not in capsys.readouterr().out
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("name", "content", "fields", "says"),
    [
        ("a.pt", {"encoder.weight": torch.ones(3)}, {}, "encoder.weight is none of its weights"),
        ("a.pt", {"epoch": 3}, {}, "no table of named tensors"),
        ("a.pt", {"a": torch.ones(1) * np.nan}, {}, "not finite"),
        ("a.pt", {"a": torch.ones(1)}, {"architecture": None}, "no `architecture`"),
        ("a.pt", {"a": torch.ones(1)}, {"scheme": "none"}, "no label scheme"),
        ("a.pt", {"a": torch.ones(1), "module.a": torch.zeros(1)}, {}, "a is there twice"),
        ("a.pt", {"a": torch.zeros(1, dtype=torch.complex64)}, {}, "no dense table of real numbers"),
        ("a.pt", {"a": torch.eye(2).to_sparse()}, {}, "no dense table"),
        ("a.pt", b"text", {}, "a.pt"),
        ("a.safetensors", save({"a": torch.ones(1, dtype=torch.bfloat16)}), {}, "of the kind BF16"),
        ("a.safetensors", save({"a": torch.full((1,), 1e300, dtype=torch.float64)}), {}, "not finite in"),
        ("a.safetensors", b"text", {}, "no safetensors file"),
        ("a.h5", b"text", {}, ".h5 is not converted"),
        ("a.onnx", b"text", {"foreign": {"outputs": ("WT", "TC", "ET")}, "architecture": None}, "no ONNX"),
        ("a.onnx", b"text", {"architecture": None}, "how images go in"),
    ],
)
def test_what_cannot_be_converted_is_told(
    tmp_path: Path, name: str, content: Any, fields: dict[str, Any], says: str
) -> None:
    card, path = tmp_path / "card.json", tmp_path / name
    card.write_text(json.dumps(CARD | fields, default=str))
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        torch.save(content, path)
    with pytest.raises(OncometryError, match=says):
        convert(path, "mine", card, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_cut_checkpoint_is_told(tmp_path: Path, card: Path) -> None:
    path = tmp_path / "theirs.pt"
    torch.save(tensors(random_weights(ARCHITECTURE)), path)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(CorruptInputError, match="no torch checkpoint"):
        convert(path, "mine", card, tmp_path / "new")
