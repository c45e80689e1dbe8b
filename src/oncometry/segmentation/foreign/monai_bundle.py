"""A MONAI bundle as it is on disk: one of a few networks, built from plain arguments, with weights read as data.

A bundle's configuration can name any Python callable. It is read as JSON and never evaluated: only `network_def` counts, and of
it only the class's name, which must be in a list of ours, and arguments that are plain values. TorchScript (`model.ts`) runs code
of its own and is not loaded.
"""

from __future__ import annotations

from typing import Any

import monai
from monai.networks import nets
from torch import nn

from oncometry.core import Code, CorruptInputError, UnsupportedError
from oncometry.core.processors import cores
from oncometry.segmentation.backends.torch import TorchBackend
from oncometry.segmentation.foreign.channel_network import ChannelNetwork
from oncometry.segmentation.foreign.monai_card import bundle_json
from oncometry.segmentation.foreign.torch_file import plain_content
from oncometry.segmentation.inference_settings import InferenceSettings
from oncometry.segmentation.network_files import check_files, weights_place
from oncometry.segmentation.registry import FoundNetwork
from oncometry.segmentation.segmenter import Segmenter

__all__ = ["network_of", "read"]

NETWORKS = ("SegResNet", "UNet", "DynUNet", "SwinUNETR", "UNETR")
COMPUTED = ("$", "@", "%")
HOLDERS = ("model", "state_dict", "network")


class _Monai(TorchBackend):
    """Named for the package whose network it is."""

    def __init__(self, network: nn.Module, *, half: bool, threads: int) -> None:
        super().__init__(network, half=half, threads=threads)
        self.name = f"monai {monai.__version__}, {self.name}"


def read(found: FoundNetwork, settings: InferenceSettings, brain: Segmenter | None) -> ChannelNetwork:
    """The network of a bundle.

    Raises:
        NothingFoundError, CorruptInputError: as `check_files`; `CORRUPT` where the weights do not fit.
        UnsupportedError: `UNSUPPORTED_TYPE`, its network is none of ours to build; `MODEL_UNSAFE`, arguments that would be
            evaluated, or weights that are more than tensors.
    """
    check_files(found.card, found.path)
    folder = weights_place(found.card, found.path)
    definition = bundle_json(folder, "inference").get("network_def")
    try:
        network = network_of(definition)
    except (UnsupportedError, CorruptInputError) as error:
        raise type(error)(error.code, error.what, path=folder / "configs" / "inference.json") from error
    weights = folder / "models" / "model.pt"
    content = plain_content(weights)
    for name in HOLDERS:
        if isinstance(content, dict) and isinstance(content.get(name), dict):
            content = content[name]
            break
    try:
        network.load_state_dict(content)
    except (RuntimeError, TypeError, AttributeError) as error:
        told = str(error).strip().splitlines()
        raise CorruptInputError(
            Code.CORRUPT,
            f"the weights are not those of its network: {' '.join(told[:2])[:200]}",
            path=weights,
        ) from error
    backend = _Monai(network, half=settings.half, threads=settings.threads or cores())
    return ChannelNetwork(found.card, backend, settings, brain)


def network_of(definition: Any) -> nn.Module:
    """The network that `network_def` names, with its plain arguments.

    Raises:
        UnsupportedError: `UNSUPPORTED_TYPE`, none of the list; `MODEL_UNSAFE`, an argument that would be evaluated.
        CorruptInputError: `CORRUPT`, arguments that the network does not take.
    """
    named = dict(definition) if isinstance(definition, dict) else {}
    target = str(named.pop("_target_", "none")).removeprefix("monai.networks.nets.")
    if target not in NETWORKS:
        raise UnsupportedError(
            Code.UNSUPPORTED_TYPE,
            f"its network is {target!r}; {', '.join(NETWORKS)} are built, and nothing else that a bundle names.",
        )
    for name, value in named.items():
        _refuse_computed(name, value)
    try:
        made: nn.Module = getattr(nets, target)(**named)
    except (TypeError, ValueError, AssertionError, KeyError, AttributeError) as error:
        raise CorruptInputError(
            Code.CORRUPT, f"{target} does not take the arguments of network_def: {error}."
        ) from error
    return made


def _refuse_computed(name: str, value: Any) -> None:
    """Refuse what MONAI would evaluate: expressions, references, objects."""
    computed = name.startswith("_") or (isinstance(value, str) and value.startswith(COMPUTED))
    if computed or (isinstance(value, dict) and any(str(key).startswith("_") for key in value)):
        raise UnsupportedError(
            Code.MODEL_UNSAFE, f"the argument {name} of network_def would be evaluated: {value!r}."
        )
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for item in inner:
        _refuse_computed(name, item)
