"""A MONAI bundle as it is on disk: its network is built and computes as MONAI's does; nothing of it is evaluated."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from oncometry.core import Contrast, OncometryError
from oncometry.segmentation.foreign import monai_card
from oncometry.segmentation.inference_settings import InferenceSettings
from oncometry.segmentation.install import InstallRequest, install
from oncometry.segmentation.opening import open_network

from ..made_network import centered, head

torch = pytest.importorskip("torch")
nets = pytest.importorskip("monai.networks.nets")
NETWORK = {
    "_target_": "SegResNet",
    "spatial_dims": 3,
    "init_filters": 8,
    "in_channels": 4,
    "out_channels": 3,
    "blocks_down": [1, 1],
    "blocks_up": [1],
}
METADATA = {
    "version": "0.5.3",
    "data_source": "made up",
    "references": ["Myronenko 2018"],
    "network_data_format": {
        "inputs": {
            "image": {
                "spatial_shape": ["8*n", "8*n", "8*n"],
                "channel_def": {"0": "T1c", "1": "T1", "2": "T2", "3": "FLAIR"},
            }
        },
        "outputs": {"pred": {"channel_def": {"0": "Tumor core", "1": "Whole tumor", "2": "Enhancing tumor"}}},
    },
}
TRANSFORMS = [
    {"_target_": "LoadImaged", "keys": "image"},
    {"_target_": "Spacingd", "keys": "image", "pixdim": [2.0, 2.0, 2.0]},
    {"_target_": "NormalizeIntensityd", "keys": "image", "nonzero": True, "channel_wise": True},
]


def bundle(
    folder: Path,
    network: dict[str, Any] = NETWORK,
    metadata: dict[str, Any] = METADATA,
    transforms: list[Any] = TRANSFORMS,
) -> tuple[Path, Any]:
    """A bundle with random weights, and its network as MONAI builds it."""
    for place in ("configs", "models"):
        (folder / place).mkdir(parents=True)
    inference = {
        "imports": ["$import os", "$os.system('touch evaluated')"],
        "network_def": network,
        "network": "$@network_def.to(@device)",
        "preprocessing": {"_target_": "Compose", "transforms": transforms},
        "inferer": {"_target_": "SlidingWindowInferer", "roi_size": [48, 48, 40]},
    }
    (folder / "configs" / "inference.json").write_text(json.dumps(inference))
    (folder / "configs" / "metadata.json").write_text(json.dumps(metadata))
    torch.manual_seed(0)
    made = nets.SegResNet(**{key: value for key, value in NETWORK.items() if key != "_target_"}).eval()
    torch.save({"model": made.state_dict()}, folder / "models" / "model.pt")
    return folder, made


@pytest.fixture(scope="module")
def images() -> dict[Contrast, Any]:
    return head(centered((36, 36, 32), (2.0, 2.0, 2.0)))


def test_it_computes_as_monai_does_and_tells_what_it_is(
    tmp_path: Path, images: dict[Contrast, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ONCOMETRY_NETWORKS", str(tmp_path / "installed"))
    folder, made = bundle(tmp_path / "brats_mri")
    network = open_network(folder, "none", InferenceSettings(threads=1))
    card = network.card
    assert (card.name, card.version, card.format) == ("brats-mri", "0.5.3", "monai")
    assert card.inputs == (Contrast.T1C, Contrast.T1, Contrast.T2, Contrast.FLAIR)
    assert card.foreign is not None
    assert (card.foreign.outputs, card.foreign.axes) == (("TC", "WT", "ET"), "LPS")
    given = np.random.default_rng(0).normal(size=(4, 16, 16, 16)).astype(np.float32)
    with torch.inference_mode():
        wanted = made(torch.from_numpy(given[None]))[0].numpy()
    np.testing.assert_allclose(network.backend.run(given), wanted, atol=1e-5)  # type: ignore[attr-defined]
    found = network.segment(images)
    assert "monai 1" in found.backend
    assert set(found.regions) == {"WT", "TC", "ET"}
    install(InstallRequest(str(folder)))
    again = open_network("brats-mri", "none", InferenceSettings(threads=1))
    assert again.card == card
    assert not (tmp_path / "evaluated").exists()


def test_softmax_over_named_labels(tmp_path: Path) -> None:
    labels = {"0": "background", "1": "edema", "2": "non-enhancing tumor", "3": "enhancing tumour"}
    metadata = json.loads(json.dumps(METADATA))
    metadata["network_data_format"]["outputs"]["pred"]["channel_def"] = labels
    card = monai_card.bundle_card(bundle(tmp_path / "a", metadata=metadata)[0], "0" * 64)
    assert card.foreign is not None
    assert (card.foreign.activation, card.foreign.classes) == ("softmax", (0, 2, 1, 3))


@pytest.mark.parametrize(
    ("network", "says"),
    [
        (NETWORK | {"_target_": "os.system"}, "UNSUPPORTED_TYPE: .*its network is 'os.system'"),
        (NETWORK | {"init_filters": "$__import__('os').system('touch evaluated')"}, "MODEL_UNSAFE"),
        (NETWORK | {"in_channels": "@channels"}, "MODEL_UNSAFE"),
        (NETWORK | {"act": {"_target_": "subprocess.run", "args": ["touch"]}}, "MODEL_UNSAFE"),
        (NETWORK | {"act": ["relu", {"inplace": "$True"}]}, "MODEL_UNSAFE"),
        (NETWORK | {"_requires_": ["$print(1)"]}, "MODEL_UNSAFE"),
        (NETWORK | {"colour": "red"}, "CORRUPT: .*does not take the arguments"),
        (NETWORK | {"init_filters": 16}, "CORRUPT: .*not those of its network"),
    ],
    ids=["callable", "expression", "reference", "object", "nested", "requires", "unknown", "misfit"],
)
def test_what_would_be_evaluated_or_does_not_fit_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, network: dict[str, Any], says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    folder, _ = bundle(tmp_path / "a", network)
    with pytest.raises(OncometryError, match=says):
        open_network(folder, "none")
    assert not (tmp_path / "evaluated").exists()


def test_bundles_that_say_too_little_ask_for_a_card(tmp_path: Path) -> None:
    organs = json.loads(json.dumps(METADATA))
    organs["network_data_format"]["outputs"]["pred"]["channel_def"] = {"0": "background", "1": "spleen"}
    scaled = [*TRANSFORMS, {"_target_": "ScaleIntensityRanged", "a_min": 0}]
    twice = json.loads(json.dumps(METADATA))
    twice["network_data_format"]["inputs"]["image"]["channel_def"]["1"] = "T1c"
    together = [TRANSFORMS[2] | {"channel_wise": False}]
    stated = [TRANSFORMS[2] | {"subtrahend": [1, 2, 3, 4]}]
    turned = [*TRANSFORMS, {"_target_": "Orientationd", "axcodes": "PLI"}]
    computed = [TRANSFORMS[2], {"_target_": "Spacingd", "pixdim": "$@pixdim"}]
    nowhere = [TRANSFORMS[2], {"_target_": "Spacingd", "pixdim": [0.0, 1.0, 1.0]}]
    for at, (more, says) in enumerate(
        [
            ({"metadata": organs}, "background, spleen: not the parts"),
            ({"metadata": {}}, "channels are not named"),
            ({"metadata": twice}, "each once"),
            ({"transforms": scaled}, "ScaleIntensityRanged"),
            ({"transforms": together}, "NormalizeIntensityd"),
            ({"transforms": stated}, "NormalizeIntensityd"),
            ({"transforms": turned}, "PLI"),
            ({"transforms": computed}, "pixdim, which is not known"),
            ({"transforms": nowhere}, "0.0, 1.0, 1.0"),
        ]
    ):
        folder, _ = bundle(tmp_path / str(at), **more)  # type: ignore[arg-type]
        with pytest.raises(OncometryError, match=says):
            open_network(folder, "none")


def test_weights_are_those_of_the_card_beside(tmp_path: Path) -> None:
    folder, _ = bundle(tmp_path / "a")
    card = open_network(folder, "none").card
    (tmp_path / "a.json").write_text(card.model_dump_json())
    open_network(folder, "none")
    content = bytearray((folder / "models" / "model.pt").read_bytes())
    content[-200] ^= 1
    (folder / "models" / "model.pt").write_bytes(content)
    with pytest.raises(OncometryError, match="MODEL_TAMPERED"):
        open_network(folder, "none")
