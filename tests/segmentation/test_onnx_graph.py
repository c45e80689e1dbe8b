"""The graph is the network: equal to torch for every size, in ONNX Runtime and OpenVINO."""

from __future__ import annotations

import numpy as np
import onnxruntime
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oncometry.segmentation.architecture import Architecture
from oncometry.segmentation.onnx_graph import INPUT, onnx_graph

torch = pytest.importorskip("torch")
torch_network = pytest.importorskip("oncometry.segmentation.torch_network")


@settings(max_examples=5, deadline=None)
@given(
    channels=st.sampled_from([(16, 24), (16, 24, 32), (24, 16, 16)]),
    cells=st.tuples(*[st.integers(1, 2)] * 3),
    inputs=st.integers(1, 4),
    seed=st.integers(0, 1000),
)
def test_graph_and_torch_give_the_same_logits(
    channels: tuple[int, ...], cells: tuple[int, int, int], inputs: int, seed: int
) -> None:
    torch.manual_seed(seed)
    architecture = Architecture(inputs=inputs, outputs=3, channels=channels)
    network = torch_network.ResidualUNet(architecture)
    shape = tuple(2 * architecture.multiple * n for n in cells)
    images = torch.randn(1, inputs, *shape)
    with torch.no_grad():
        wanted = network(images).numpy()
    weights = {name: value.numpy() for name, value in network.state_dict().items()}
    session = onnxruntime.InferenceSession(onnx_graph(architecture, weights, shape))
    found = session.run(None, {INPUT: images.numpy()})[0]
    assert found.shape == (1, 3, *shape)
    np.testing.assert_allclose(found, wanted, atol=2e-4)


def test_openvino_reads_the_same_graph() -> None:
    openvino = pytest.importorskip("openvino")
    torch.manual_seed(3)
    architecture = Architecture(inputs=2, outputs=1, channels=(16, 24))
    network = torch_network.ResidualUNet(architecture)
    images = torch.randn(1, 2, 16, 24, 8)
    weights = {name: value.numpy() for name, value in network.state_dict().items()}
    core = openvino.Core()
    compiled = core.compile_model(
        core.read_model(onnx_graph(architecture, weights, (16, 24, 8))),
        "CPU",
        {"INFERENCE_PRECISION_HINT": "f32"},
    )
    with torch.no_grad():
        np.testing.assert_allclose(compiled([images.numpy()])[0], network(images).numpy(), atol=2e-4)


def test_folding_keeps_every_voxel_and_comes_apart_again() -> None:
    x = torch.arange(2 * 3 * 4 * 6 * 2, dtype=torch.float32).reshape(2, 3, 4, 6, 2)
    folded = torch_network.folded(x)
    assert folded.shape == (2, 24, 2, 3, 1)
    assert folded[0, :8, 0, 0, 0].tolist() == x[0, 0, :2, :2, :2].reshape(-1).tolist()
    assert torch.equal(torch_network.unfolded(folded), x)


def test_the_smallest_shape_that_fits() -> None:
    architecture = Architecture(inputs=1, outputs=1, channels=(16, 16, 16))
    assert architecture.multiple == 8
    assert architecture.fitting((1, 8, 17)) == (8, 8, 24)
