"""An nnU-Net v2 result folder as it is on disk.

nnU-Net is heavy and no part of the test environment. Where it is installed, a small network of it with random weights is run;
elsewhere a stand-in of its few functions only checks our side: what it is handed, and what becomes of what it gives.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from oncometry.core import Contrast, OncometryError, SettingsError
from oncometry.preprocessing import orient
from oncometry.segmentation import opening
from oncometry.segmentation.foreign import nnunet
from oncometry.segmentation.foreign.nnunet_card import result_card
from oncometry.segmentation.inference_settings import InferenceSettings
from oncometry.segmentation.opening import open_network

from ..made_network import centered, head

torch = pytest.importorskip("torch")
ARCHITECTURE: dict[str, Any] = {
    "network_class_name": "dynamic_network_architectures.architectures.unet.PlainConvUNet",
    "arch_kwargs": {
        "n_stages": 2,
        "features_per_stage": [8, 16],
        "conv_op": "torch.nn.modules.conv.Conv3d",
        "kernel_sizes": [[3, 3, 3], [3, 3, 3]],
        "strides": [[1, 1, 1], [2, 2, 2]],
        "n_conv_per_stage": [1, 1],
        "n_conv_per_stage_decoder": [1],
        "conv_bias": True,
        "norm_op": "torch.nn.modules.instancenorm.InstanceNorm3d",
        "norm_op_kwargs": {"eps": 1e-05, "affine": True},
        "dropout_op": None,
        "dropout_op_kwargs": None,
        "nonlin": "torch.nn.LeakyReLU",
        "nonlin_kwargs": {"inplace": True},
    },
    "_kw_requires_import": ["conv_op", "norm_op", "dropout_op", "nonlin"],
}
RESAMPLING = {"is_seg": False, "order": 1, "order_z": 0, "force_separate_z": None}
CONFIGURATION: dict[str, Any] = {
    "data_identifier": "nnUNetPlans_3d_fullres",
    "preprocessor_name": "DefaultPreprocessor",
    "batch_size": 2,
    "patch_size": [32, 32, 32],
    "median_image_size_in_voxels": [32.0, 32.0, 32.0],
    "spacing": [2.0, 2.0, 2.0],
    "normalization_schemes": ["ZScoreNormalization", "ZScoreNormalization"],
    "use_mask_for_norm": [True, True],
    "resampling_fn_data": "resample_data_or_seg_to_shape",
    "resampling_fn_seg": "resample_data_or_seg_to_shape",
    "resampling_fn_data_kwargs": RESAMPLING,
    "resampling_fn_seg_kwargs": RESAMPLING | {"is_seg": True},
    "resampling_fn_probabilities": "resample_data_or_seg_to_shape",
    "resampling_fn_probabilities_kwargs": RESAMPLING,
    "architecture": ARCHITECTURE,
    "batch_dice": False,
}
PLANS: dict[str, Any] = {
    "dataset_name": "Dataset137_BraTS",
    "plans_name": "nnUNetPlans",
    "image_reader_writer": "SimpleITKIO",
    "transpose_forward": [0, 1, 2],
    "transpose_backward": [0, 1, 2],
    "label_manager": "LabelManager",
    "foreground_intensity_properties_per_channel": {"0": {}, "1": {}},
    "configurations": {"3d_fullres": CONFIGURATION},
}
REGION_LABELS = {
    "labels": {"background": 0, "whole tumor": [1, 2, 3], "tumor core": [2, 3], "enhancing tumor": [3]},
    "regions_class_order": [1, 2, 3],
}
PLAIN_LABELS = {"labels": {"background": 0, "edema": 1, "non-enhancing": 2, "enhancing": 3}}
DATASET = {"channel_names": {"0": "T1ce", "1": "Flair"}, "numTraining": 1, "file_ending": ".nii.gz"}
ORDERS = {"regions": REGION_LABELS, "labels": PLAIN_LABELS}


def changed(path: str, value: Any) -> dict[str, Any]:
    """The plans with one value changed, by its dotted path in the configuration."""
    plans = json.loads(json.dumps(PLANS))
    place = plans["configurations"]["3d_fullres"]
    *parents, last = path.split(".")
    for name in parents:
        place = place[name]
    place[last] = value
    return plans


def result(folder: Path, labels: dict[str, Any], plans: dict[str, Any] = PLANS, weights: Any = None) -> Path:
    """A result folder of one fold, its checkpoint with a log as trainings leave it."""
    (folder / "fold_0").mkdir(parents=True)
    (folder / "plans.json").write_text(json.dumps(plans))
    (folder / "dataset.json").write_text(json.dumps(DATASET | labels))
    checkpoint = {
        "network_weights": {"a": torch.ones(1)} if weights is None else weights,
        "init_args": {"configuration": "3d_fullres", "fold": 0},
        "trainer_name": "nnUNetTrainer",
        "inference_allowed_mirroring_axes": (0, 1, 2),
        "logging": {"mean_fg_dice": [np.float64(0.5)]},
        "_best_ema": np.float32(0.5),
    }
    torch.save(checkpoint, folder / "fold_0" / "checkpoint_final.pth")
    return folder


@pytest.fixture(scope="module")
def images() -> dict[Contrast, Any]:
    given = head(centered((30, 32, 34), (2.0, 2.0, 2.0), np.diag([-1.0, 1.0, 1.0])))
    return {contrast: given[contrast] for contrast in (Contrast.T1C, Contrast.FLAIR)}


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """In place of nnU-Net: calls FLAIR above 150 whole tumor, and its brightest third core; gives what it was handed."""
    handed: dict[str, Any] = {}

    class Preprocessor:
        def __init__(self, verbose: bool) -> None:
            print("nnU-Net prints")  # noqa: T201

        def run_case_npy(self, data: Any, seg: Any, properties: Any, *_: Any) -> Any:
            handed.update(data=data, properties=properties)
            return data, None, properties

    configuration = SimpleNamespace(
        preprocessor_class=Preprocessor,
        previous_stage_name=None,
        network_arch_class_name=ARCHITECTURE["network_class_name"],
        network_arch_init_kwargs={},
        network_arch_init_kwargs_req_import=[],
    )
    manager = SimpleNamespace(
        get_configuration=lambda name: configuration,
        get_label_manager=lambda dataset: SimpleNamespace(num_segmentation_heads=3),
    )

    class Predictor:
        def __init__(self, **options: Any) -> None:
            handed.update(options)

        def manual_initialization(self, network: Any, plans: Any, configuration: Any, *more: Any) -> None:
            self.configuration_manager, self.plans_manager = configuration, plans
            self.dataset_json, self.label_manager = more[1], None

        def predict_logits_from_preprocessed_data(self, data: Any) -> Any:
            return data

    def converted(logits: Any, *_: Any) -> Any:
        found = np.where(logits[1].numpy() > 150, 1, 0)
        whole = np.where(found > 0, 0.9, 0.1).astype(np.float32)
        if handed["regions"]:
            return found, np.stack([whole, whole / 9, whole / 9])
        return found, np.stack([1 - whole, whole, 0 * whole, 0 * whole])

    network = torch.nn.Module()
    network.a = torch.nn.Parameter(torch.zeros(1))
    parts = {
        "inference.predict_from_raw_data": {"nnUNetPredictor": Predictor},
        "inference.export_prediction": {
            "convert_predicted_logits_to_segmentation_with_correct_shape": converted
        },
        "utilities.plans_handling.plans_handler": {"PlansManager": lambda plans: manager},
        "utilities.get_network_from_plans": {"get_network_from_plans": lambda *_, **__: network},
    }
    for name, contents in parts.items():
        module = ModuleType(f"nnunetv2.{name}")
        vars(module).update(contents)
        monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(opening.PACKAGES, "nnunet", ("torch",))
    monkeypatch.setattr(nnunet, "version", lambda name: "0")
    return handed


@pytest.mark.parametrize("kind", ["regions", "labels"])
def test_our_side_of_the_contract(
    tmp_path: Path,
    images: dict[Contrast, Any],
    stand_in: dict[str, Any],
    capsys: pytest.CaptureFixture[str],
    kind: str,
) -> None:
    stand_in["regions"] = kind == "regions"
    network = open_network(result(tmp_path / "a", ORDERS[kind]), "none", InferenceSettings(overlap=0.25))
    found = network.segment(images)
    assert stand_in["data"].shape == (2, 34, 32, 30)
    assert (stand_in["properties"], stand_in["tile_step_size"]) == ({"spacing": [2.0, 2.0, 2.0]}, 0.75)
    wanted = np.asarray(images[Contrast.FLAIR].array) > 150
    np.testing.assert_array_equal(found.segmentation.mask(2), wanted)
    np.testing.assert_allclose(found.regions["WT"].array, np.where(wanted, 0.9, 0.1), atol=1e-6)
    assert np.asarray(found.regions["ET"].array).max() < 0.5
    assert "nnU-Net prints" not in capsys.readouterr().out


@pytest.mark.skipif(find_spec("nnunetv2") is None, reason="nnU-Net is not installed")
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", ["regions", "labels"])
def test_nnunet_itself(tmp_path: Path, images: dict[Contrast, Any], kind: str) -> None:
    from nnunetv2.inference.predict_from_raw_data import nnUNetPredictor  # noqa: PLC0415
    from nnunetv2.utilities.get_network_from_plans import get_network_from_plans  # noqa: PLC0415

    torch.manual_seed(0)
    made = get_network_from_plans(
        ARCHITECTURE["network_class_name"],
        ARCHITECTURE["arch_kwargs"],
        ARCHITECTURE["_kw_requires_import"],
        2,
        3 if kind == "regions" else 4,
        deep_supervision=False,
    )
    folder = result(tmp_path / "a", ORDERS[kind], weights=made.state_dict())
    found = open_network(folder, "none", InferenceSettings(threads=1)).segment(images)
    shares = np.stack([np.asarray(found.regions[name].array) for name in ("WT", "TC", "ET")])
    assert np.isfinite(shares).all()
    assert shares.std() > 0.001
    labelled = found.segmentation.mask(1, 2, 3)
    theirs = nnUNetPredictor(use_mirroring=False, device=torch.device("cpu"), allow_tqdm=False)
    theirs.initialize_from_trained_model_folder(str(folder), (0,))
    data = np.stack([orient(image, "LPS").array.T for image in images.values()]).astype(np.float32)
    alone = theirs.predict_single_npy_array(data, {"spacing": [2.0, 2.0, 2.0]})
    np.testing.assert_array_equal(labelled[::-1], alone.T > 0)
    if kind == "regions":
        np.testing.assert_array_equal(labelled, (shares > 0.5).any(axis=0))
    else:
        assert shares[0][labelled].min() >= 0.25


def test_the_folder_tells_what_it_is(tmp_path: Path) -> None:
    card = result_card(result(tmp_path / "a", REGION_LABELS), "0" * 64)
    assert (card.name, card.inputs) == ("dataset137-brats", (Contrast.T1C, Contrast.FLAIR))
    assert card.foreign is not None
    assert card.foreign.outputs == ("WT", "TC", "ET")
    labels = result_card(result(tmp_path / "b", PLAIN_LABELS), "0" * 64).foreign
    assert labels is not None
    assert labels.classes == (0, 2, 1, 3)
    brain = result(tmp_path / "c", {"labels": {"background": 0, "brain": 1}, "channel_names": {"0": "MRI"}})
    assert (result_card(brain, "0" * 64).task, result_card(brain, "0" * 64).inputs) == ("brain", ("unknown",))
    with pytest.raises(OncometryError, match="background, spleen: not the parts"):
        result_card(result(tmp_path / "d", {"labels": {"background": 0, "spleen": 1}}), "0" * 64)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("architecture.network_class_name", "os.system"),
        ("architecture.network_class_name", "dynamic_network_architectures.architectures.unet.Other"),
        ("architecture.arch_kwargs.conv_op", "subprocess.run"),
        ("architecture.arch_kwargs.nonlin", "torch.nn.modules.module.sys.exit"),
        ("preprocessor_name", "run"),
        ("normalization_schemes", ["ZScoreNormalization", "Evil"]),
        ("resampling_fn_data", "join"),
    ],
)
def test_a_plan_that_names_other_code_is_refused(
    tmp_path: Path, stand_in: dict[str, Any], path: str, value: Any
) -> None:
    with pytest.raises(OncometryError, match=r"MODEL_UNSAFE: .*names code"):
        open_network(result(tmp_path / "a", REGION_LABELS, changed(path, value)), "none")


def test_without_nnunet_what_to_install_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(opening.PACKAGES, "nnunet", ("no_such_package",))
    with pytest.raises(SettingsError, match=r"EXTRA_MISSING.*oncometry\[nnunet\]"):
        open_network(result(tmp_path / "a", REGION_LABELS), "none")


def test_weights_of_another_network_are_refused(tmp_path: Path, stand_in: dict[str, Any]) -> None:
    folder = result(tmp_path / "a", REGION_LABELS, weights={"b": torch.ones(1)})
    with pytest.raises(OncometryError, match=r"CORRUPT: .*do not fit each other"):
        open_network(folder, "none")


def test_regions_without_a_label_each_and_a_sequence_that_is_missing_are_refused(
    tmp_path: Path, images: dict[Contrast, Any], stand_in: dict[str, Any]
) -> None:
    with pytest.raises(OncometryError, match=r"CORRUPT: .*regions_class_order \[1, 2\]"):
        result_card(result(tmp_path / "a", REGION_LABELS | {"regions_class_order": [1, 2]}), "0" * 64)
    network = open_network(result(tmp_path / "b", REGION_LABELS), "none")
    lenient = replace(network, card=network.card.model_copy(update={"required": (Contrast.T1C,)}))  # type: ignore[type-var]
    with pytest.raises(OncometryError, match="SEQUENCE_MISSING"):
        lenient.segment({Contrast.T1C: images[Contrast.T1C]})


def test_on_a_grid_between_the_axes_the_mask_lies_where_the_image_does(
    tmp_path: Path, stand_in: dict[str, Any]
) -> None:
    """Two of its axes run most nearly along the same one of the patient's."""
    stand_in["regions"] = True
    turned = Rotation.from_rotvec(np.array([0.0, 0.31, 0.35]) * np.pi).as_matrix()
    assert len(set(np.abs(turned).argmax(axis=0))) == 2
    given = head(centered((40, 42, 44), (2.0, 2.0, 2.0), turned))
    two = {contrast: given[contrast] for contrast in (Contrast.T1C, Contrast.FLAIR)}
    found = open_network(result(tmp_path / "a", REGION_LABELS), "none").segment(two)
    wanted = np.asarray(two[Contrast.FLAIR].array) > 150
    np.testing.assert_array_equal(found.segmentation.mask(2), wanted)
