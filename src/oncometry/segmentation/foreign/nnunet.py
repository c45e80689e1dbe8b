"""An nnU-Net v2 result folder as it is on disk, in one process: its own preprocessing, network and resampling.

nnU-Net itself reads checkpoints by a full unpickle. Here they are read as data, and its predictor is given what they hold.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass, field, replace
from importlib import import_module
from importlib.metadata import version
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from oncometry.core import Code, Contrast, CorruptInputError, Image, UnsupportedError
from oncometry.core.processors import cores
from oncometry.preprocessing import orient
from oncometry.preprocessing.orient import axes_named
from oncometry.segmentation.admission import admit
from oncometry.segmentation.brain_region import brain_region
from oncometry.segmentation.card import NetworkCard
from oncometry.segmentation.foreign.channels import refuse_missing, rules_of
from oncometry.segmentation.foreign.json_file import json_object
from oncometry.segmentation.foreign.label_map import segmented_labels
from oncometry.segmentation.foreign.nnunet_plans import refuse_unknown_names
from oncometry.segmentation.foreign.torch_file import plain_content
from oncometry.segmentation.inference_settings import InferenceSettings
from oncometry.segmentation.network_files import check_files, weights_place
from oncometry.segmentation.registry import FoundNetwork
from oncometry.segmentation.scores import ring_labels
from oncometry.segmentation.segmenter import Segmented, Segmenter

__all__ = ["NnUNet", "read"]


@dataclass(frozen=True, eq=False)
class NnUNet:
    """A trained nnU-Net, all its folds.

    Attributes:
        card: with `foreign`.
        predictor: nnU-Net's own, ready.
        orders: with regions, the label that nnU-Net writes for each.
        settings: `mirror`, `overlap` and `threads` count.
        brain: the network that finds the brain where the skull is on.
    """

    card: NetworkCard
    predictor: Any
    orders: tuple[int, ...]
    settings: InferenceSettings = field(default_factory=InferenceSettings)
    brain: Segmenter | None = None

    def segment(self, images: Mapping[Contrast, Image], *, brain_mask: Image | None = None) -> Segmented:
        """As the protocol says; on the grid of the images.

        Args:
            brain_mask: on the images' grid, if there is one.

        Raises:
            UnsupportedError, CorruptInputError, GeometryError: as `admit` and `brain_region`.
        """
        refuse_missing(images, self.card, every=True)
        admitted, notices = admit(images, self.card)
        axes = rules_of(self.card).axes
        oriented = {contrast: orient(image, axes) for contrast, image in admitted.items()}
        if self.card.task == "tumor":
            given = None if brain_mask is None else orient(brain_mask, axes)
            inside, more = brain_region(oriented, given, self.brain)
            notices += more
            oriented = {c: i.with_array(np.where(inside, i.array, 0)) for c, i in oriented.items()}
        first = next(iter(oriented.values()))
        labels, probabilities = self._predicted(oriented)
        reference = next(iter(admitted.values()))
        back = axes_named(reference.geometry)
        found = orient(first.with_array(labels), back)
        segmented = segmented_labels(found, self.card, reference, self._name, tuple(notices), self._renamed())
        regions = {
            region.name: replace(
                reference, array=orient(first.with_array(self._share(probabilities, at)), back).array
            )
            for at, region in enumerate(self.card.regions)
        }
        return replace(segmented, regions=regions)

    @property
    def _name(self) -> str:
        return f"nnunetv2 {version('nnunetv2')}, torch {torch.__version__.split('+')[0]}"

    def _predicted(self, images: Mapping[Contrast, Image]) -> tuple[NDArray[Any], NDArray[np.float32]]:
        """(i, j, k) labels as nnU-Net numbers them, and (channels, i, j, k) probabilities; nnU-Net has k, j, i."""
        first = next(iter(images.values()))
        chosen = [first] if Contrast.UNKNOWN in self.card.inputs else [images[c] for c in self.card.inputs]
        data = np.stack([np.asarray(image.array, np.float32).T for image in chosen])
        spacing = list(map(float, first.geometry.spacing_mm[::-1]))
        predictor = self.predictor
        manager, plans = predictor.configuration_manager, predictor.plans_manager
        exporting = import_module("nnunetv2.inference.export_prediction")
        threads = self.settings.threads or cores()
        with redirect_stdout(io.StringIO()), torch.inference_mode():
            prepared, _, properties = manager.preprocessor_class(verbose=False).run_case_npy(
                data, None, {"spacing": spacing}, plans, manager, predictor.dataset_json
            )
            logits = predictor.predict_logits_from_preprocessed_data(torch.as_tensor(prepared)).cpu()
            labels, probabilities = exporting.convert_predicted_logits_to_segmentation_with_correct_shape(
                logits, plans, manager, predictor.label_manager, properties, True, threads
            )
        return np.asarray(labels).T, np.asarray(probabilities, np.float32).transpose(0, 3, 2, 1)

    def _renamed(self) -> dict[int, int]:
        """Label that nnU-Net writes -> of the card's scheme."""
        rules = rules_of(self.card)
        if rules.activation == "softmax":
            return {given: ours for given, ours in enumerate(rules.classes) if given}
        rings = dict(zip((r.name for r in self.card.regions), ring_labels(self.card), strict=True))
        return {given: rings[name] for given, name in zip(self.orders, rules.outputs, strict=True)}

    def _share(self, probabilities: NDArray[np.float32], at: int) -> NDArray[np.float32]:
        """Probability of a region: its channel, or the sum of its labels'."""
        rules, region = rules_of(self.card), self.card.regions[at]
        if rules.activation == "sigmoid":
            return np.asfortranarray(probabilities[rules.outputs.index(region.name)])
        chosen = [channel for channel, label in enumerate(rules.classes) if label in region.labels]
        return np.asfortranarray(np.minimum(probabilities[chosen].sum(axis=0), 1))


def read(found: FoundNetwork, settings: InferenceSettings, brain: Segmenter | None) -> NnUNet:
    """The network of a result folder.

    Raises:
        NothingFoundError, CorruptInputError: as `check_files`; `CORRUPT` where plan, labels or weights do not fit.
        UnsupportedError: `MODEL_UNSAFE`, a plan that names other code, or checkpoints that are more than data;
            `UNSUPPORTED_TYPE`, a cascade.
    """
    check_files(found.card, found.path)
    folder = weights_place(found.card, found.path)
    plans, dataset = json_object(folder / "plans.json"), json_object(folder / "dataset.json")
    refuse_unknown_names(plans)
    places = sorted(folder.glob("fold_*/checkpoint_final.pth"))
    checkpoints = [plain_content(place) for place in places]
    try:
        predictor = _predictor(plans, dataset, checkpoints, settings)
    except (KeyError, TypeError, ValueError, RuntimeError, AssertionError, AttributeError) as error:
        told = (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
        raise CorruptInputError(
            Code.CORRUPT, f"plan and weights do not fit each other: {told}", path=folder
        ) from error
    orders = tuple(dataset.get("regions_class_order") or ())
    return NnUNet(found.card, predictor, orders, settings, brain)


def _predictor(
    plans: dict[str, Any], dataset: dict[str, Any], checkpoints: list[Any], settings: InferenceSettings
) -> Any:
    """nnU-Net's predictor with the weights of all folds; the trainer's class is not asked."""
    with redirect_stdout(io.StringIO()):
        predicting = import_module("nnunetv2.inference.predict_from_raw_data")
        handling = import_module("nnunetv2.utilities.plans_handling.plans_handler")
        building = import_module("nnunetv2.utilities.get_network_from_plans")
        managed = handling.PlansManager(plans)
        configuration = managed.get_configuration(checkpoints[0]["init_args"]["configuration"])
        if configuration.previous_stage_name is not None:
            raise UnsupportedError(
                Code.UNSUPPORTED_TYPE, "it is the second stage of a cascade, which is not run here."
            )
        network = building.get_network_from_plans(
            configuration.network_arch_class_name,
            configuration.network_arch_init_kwargs,
            configuration.network_arch_init_kwargs_req_import,
            len(dataset.get("channel_names") or dataset["modality"]),
            managed.get_label_manager(dataset).num_segmentation_heads,
            deep_supervision=False,
        )
        weights = [checkpoint["network_weights"] for checkpoint in checkpoints]
        network.load_state_dict(weights[0])
        device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        predictor = predicting.nnUNetPredictor(
            tile_step_size=1 - settings.overlap,
            use_mirroring=settings.mirror,
            device=device,
            allow_tqdm=False,
        )
        predictor.manual_initialization(
            network.to(device).eval(),
            managed,
            configuration,
            weights,
            dataset,
            "nnUNetTrainer",
            checkpoints[0].get("inference_allowed_mirroring_axes"),
        )
    return predictor
