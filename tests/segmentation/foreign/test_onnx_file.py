"""An ONNX file with a card segments as the network it was made from does; what is unsafe or does not fit is refused."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

from oncometry.core import Code, Contrast, CorruptInputError, OncometryError, UnsupportedError
from oncometry.segmentation.card import NetworkCard
from oncometry.segmentation.foreign.channels import region_logits
from oncometry.segmentation.inference_settings import InferenceSettings
from oncometry.segmentation.install import InstallRequest, install
from oncometry.segmentation.onnx_graph import onnx_graph
from oncometry.segmentation.opening import open_network

from ..made_network import ARCHITECTURE, INPUTS, REGIONS, centered, head, threshold_weights, written

RULES = {
    "axes": "LPS",
    "intensity": "brain",
    "multiple": 4,
    "window": (40, 40, 40),
    "activation": "sigmoid",
    "outputs": ("WT", "TC", "ET"),
}
PLAIN = InferenceSettings(backend="onnxruntime")


def card(**more: Any) -> dict[str, Any]:
    fields = {
        "name": "foreign",
        "version": "1",
        "task": "tumor",
        "format": "onnx",
        "inputs": INPUTS,
        "scheme": "brats-2023",
        "regions": REGIONS,
        "spacing_mm": (2.0, 2.0, 2.0),
        "foreign": RULES,
        "data": "none",
        "license": "Apache-2.0",
    }
    return fields | more


def put(folder: Path, graph: bytes, **more: Any) -> Path:
    """A graph and its card."""
    made = NetworkCard(**card(**more), sha256=hashlib.sha256(graph).hexdigest())
    folder.mkdir(exist_ok=True)
    (folder / "foreign.onnx").write_bytes(graph)
    (folder / "foreign.json").write_text(made.model_dump_json())
    return folder / "foreign.onnx"


@pytest.fixture(scope="module")
def graph() -> bytes:
    return onnx_graph(ARCHITECTURE, threshold_weights(), (40, 40, 40))


@pytest.fixture(scope="module")
def images() -> dict[Contrast, Any]:
    return head(centered((36, 36, 36), (2.0, 2.0, 2.0)))


def test_it_agrees_with_the_network_it_was_made_from(
    tmp_path: Path, graph: bytes, images: dict[Contrast, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONCOMETRY_NETWORKS", str(tmp_path / "installed"))
    written(tmp_path, threshold_weights())
    own = open_network(tmp_path / "made.json", "none", PLAIN).segment(images)
    install(InstallRequest(str(put(tmp_path / "a", graph))))
    foreign = open_network("foreign", "none", PLAIN).segment(images)
    assert foreign.segmentation.mask(3).sum() > 100
    for number in (1, 2, 3):
        np.testing.assert_array_equal(foreign.segmentation.mask(number), own.segmentation.mask(number))
    assert "onnxruntime" in foreign.backend


def test_windows_pass_over_a_larger_grid(tmp_path: Path, images: dict[Contrast, Any]) -> None:
    small = onnx_graph(ARCHITECTURE, threshold_weights(), (24, 24, 24))
    path = put(tmp_path, small, foreign=RULES | {"window": (24, 24, 24)})
    whole = put(tmp_path / "whole", onnx_graph(ARCHITECTURE, threshold_weights(), (40, 40, 40)))
    settings = PLAIN.model_copy(update={"overlap": 0.2})
    found, wanted = (open_network(p, "none", settings).segment(images).segmentation for p in (path, whole))
    assert (found.mask(3) != wanted.mask(3)).mean() < 0.002


def test_every_sequence_is_needed_unless_the_card_says_which_suffice(
    tmp_path: Path, graph: bytes, images: dict[Contrast, Any]
) -> None:
    few = {c: images[c] for c in (Contrast.T1C, Contrast.FLAIR)}
    with pytest.raises(UnsupportedError, match="T1, T2 not given") as caught:
        open_network(put(tmp_path, graph), "none", PLAIN).segment(few)
    assert caught.value.code is Code.SEQUENCE_MISSING
    less = put(tmp_path / "less", graph, required=(Contrast.FLAIR,))
    notices = open_network(less, "none", PLAIN).segment(few).notices
    assert Code.SEQUENCE_MISSING in {notice.code for notice in notices}


def test_softmax_gives_the_odds_of_a_regions_labels() -> None:
    made = NetworkCard(**card(foreign={"activation": "softmax", "classes": (0, 1, 2, 3)}), sha256="0" * 64)
    outputs = np.random.default_rng(0).normal(size=(4, 2, 3, 2)).astype(np.float32)
    shares = np.exp(outputs) / np.exp(outputs).sum(axis=0)
    wanted = np.stack([shares[1:].sum(axis=0), shares[1] + shares[3], shares[3]])
    np.testing.assert_allclose(1 / (1 + np.exp(-region_logits(outputs, made))), wanted, rtol=1e-5)
    with pytest.raises(CorruptInputError, match="gives 3 channels"):
        region_logits(outputs[:3], made)
    with pytest.raises(CorruptInputError, match="not finite"):
        region_logits(outputs * np.float32(np.nan), made)


def _external(model: onnx.ModelProto) -> None:
    tensor = model.graph.initializer[0]
    tensor.data_location = onnx.TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="elsewhere.bin")


def _strange(model: onnx.ModelProto) -> None:
    model.opset_import.add(domain="evil", version=1)
    model.graph.node.insert(0, onnx.helper.make_node("Run", ["images"], ["x"], domain="evil"))


def _flat(model: onnx.ModelProto) -> None:
    del model.graph.input[0].type.tensor_type.shape.dim[4]


@pytest.mark.parametrize(
    ("harm", "code"),
    [(_external, "MODEL_UNSAFE"), (_strange, "MODEL_UNSAFE"), (_flat, "UNSUPPORTED_TYPE"), (None, "CORRUPT")],
    ids=["other files", "other operators", "2-D", "no graph"],
)
def test_graphs_that_are_refused(tmp_path: Path, graph: bytes, harm: Any, code: str) -> None:
    model = onnx.load_model_from_string(graph)
    if harm is not None:
        harm(model)
    content = b"PK\x03\x04" if harm is None else model.SerializeToString()
    with pytest.raises(OncometryError, match=code):
        open_network(put(tmp_path, content), "none", PLAIN)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"foreign": None}, "how images go in"),
        ({"foreign": RULES | {"outputs": ("WT", "TC")}}, "are not the regions"),
        ({"foreign": RULES | {"window": (40, 40, 41)}}, "no multiple of 4"),
        ({"foreign": RULES | {"activation": "softmax"}}, "names the label of each channel"),
        ({"command": {"arguments": ("a", "{input}", "{output}"), "suffixes": ()}}, "only then"),
    ],
)
def test_cards_that_say_too_little_or_too_much(change: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        NetworkCard.model_validate_json(json.dumps(card(**change) | {"sha256": "0" * 64}))
