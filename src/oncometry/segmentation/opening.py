"""A network by name or path, ready to segment: of whatever make, behind the one protocol."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import cast

from oncometry.core import Code, NothingFoundError, SettingsError
from oncometry.segmentation.card import NetworkFormat
from oncometry.segmentation.inference_settings import InferenceSettings
from oncometry.segmentation.own_network import OwnNetwork
from oncometry.segmentation.registry import FoundNetwork, network_named, shipped_network
from oncometry.segmentation.segmenter import Segmenter

__all__ = ["NO_BRAIN_NETWORK", "brain_network", "open_network"]

NO_BRAIN_NETWORK = "none"
MODULES: dict[NetworkFormat, str] = {
    "onnx": "onnx_file",
    "monai": "monai_bundle",
    "nnunet": "nnunet",
    "command": "command",
}
PACKAGES: dict[NetworkFormat, tuple[str, ...]] = {
    "monai": ("torch", "monai"),
    "nnunet": ("torch", "nnunetv2"),
}
"""Format -> what must be installed; the extra has the format's name."""

_Reader = Callable[[FoundNetwork, InferenceSettings, Segmenter | None], Segmenter]


def open_network(
    network: str | Path | None = None,
    brain: str | Path | None = None,
    settings: InferenceSettings | None = None,
) -> Segmenter:
    """A tumor network, and the brain network that serves it where the skull is on.

    Args:
        network: name or path; None for the shipped tumor network.
        brain: name or path; None for the shipped brain network, if there is one; 'none' to go without.
        settings: how it is run.

    Raises:
        NothingFoundError: `NOTHING_FOUND`, no such network, or none shipped.
        CorruptInputError: as `OwnNetwork.read`.
        SettingsError: `SETTINGS`, the brain network finds no brain; as `choose_backend`.
        UnsupportedError: as `OwnNetwork.read`.
    """
    found = _shipped_tumor() if network is None else network_named(network)
    if found.card.task == "brain":
        return _opened(found, settings, None)
    return _opened(found, settings, brain_network(brain, settings))


def _opened(found: FoundNetwork, settings: InferenceSettings | None, brain: Segmenter | None) -> Segmenter:
    """Of our make, or of another, whose packages must be installed."""
    make = found.card.format
    if make == "oncometry":
        return OwnNetwork.read(found.path, settings, brain)
    for package in PACKAGES.get(make, ()):
        if find_spec(package) is None:
            raise SettingsError(
                Code.EXTRA_MISSING,
                f"the network {found.card.name} is of {make}, and {package} is not installed.",
                advice=f"Install it with: pip install 'oncometry[{make}]'.",
            )
    reader = cast(_Reader, import_module(f"oncometry.segmentation.foreign.{MODULES[make]}").read)
    return reader(found, settings or InferenceSettings(), brain)


def brain_network(
    named: str | Path | None = None, settings: InferenceSettings | None = None
) -> Segmenter | None:
    """The network that serves where the skull is on: by name or path, the shipped one, or none; as `open_network` has it."""
    if named == NO_BRAIN_NETWORK:
        return None
    found = shipped_network("brain") if named is None else network_named(named)
    if found is None:
        return None
    if found.card.task != "brain":
        raise SettingsError(
            Code.SETTINGS,
            f"the network {found.card.name} is of task {found.card.task!r}: it does not find the brain.",
            advice="Give --brain a network of task 'brain', or 'none'.",
        )
    return _opened(found, settings, None)


def _shipped_tumor() -> FoundNetwork:
    found = shipped_network("tumor")
    if found is None:
        raise NothingFoundError(
            Code.NOTHING_FOUND,
            "no tumor network came with this installation, and none is named.",
            advice="Name one with --network; `oncometry networks list` shows what there is.",
        )
    return found
