"""The networks that a run segments with: found and checked once, loaded once in each process."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from oncometry.core import Code, NothingFoundError, SettingsError
from oncometry.segmentation.backend import named_backend
from oncometry.segmentation.card import NetworkCard
from oncometry.segmentation.inference_settings import InferenceSettings
from oncometry.segmentation.opening import NO_BRAIN_NETWORK, open_network
from oncometry.segmentation.region_saliency import refuse_unexplained
from oncometry.segmentation.registry import STARTERS, Task, network_named
from oncometry.segmentation.segmenter import Segmenter
from oncometry.segmentation.settings import SegmentationSettings
from oncometry.segmentation.weights import read_network

__all__ = ["NetworkFile", "Networks", "find_networks", "load_network"]


@dataclass(frozen=True)
class NetworkFile:
    """A network on disk whose weights are those of its card."""

    path: Path
    card: NetworkCard

    @property
    def called(self) -> str:
        """'starter-tumor 1.0'."""
        return f"{self.card.name} {self.card.version}"


@dataclass(frozen=True)
class Networks:
    """What a run segments with.

    Attributes:
        tumor: finds the regions.
        brain: finds the brain where the skull is on; None takes the head as it is.
        inference: how both are run; of a run, with the backend that is taken, so that it stands in the keys of its steps.
        saliency: whether it is also asked where it looked.
    """

    tumor: NetworkFile
    brain: NetworkFile | None
    inference: InferenceSettings
    saliency: bool = False


def find_networks(settings: SegmentationSettings) -> tuple[Networks | None, str]:
    """The networks that the settings name, None where none is to segment; and which starter network is not there, or ''.

    Raises:
        NothingFoundError: `NOTHING_FOUND`, one that was named is not there.
        CorruptInputError: as `read_network`.
        SettingsError: `SETTINGS`, it is for another task; `EXTRA_MISSING`, the backend that was named is not installed;
            as `refuse_unexplained`.
    """
    if settings.when == "never" or settings.network is None:
        return None, ""
    tumor = _found(settings.network, "tumor")
    if tumor is None:
        return None, settings.network
    if settings.saliency:
        refuse_unexplained(tumor.card)
    inference = settings.inference.model_copy(update={"backend": named_backend(settings.inference)})
    brain = None if settings.brain is None else _found(settings.brain, "brain")
    missing = settings.brain if brain is None and settings.brain is not None else ""
    return Networks(tumor, brain, inference, settings.saliency), missing


@lru_cache(maxsize=1)
def load_network(networks: Networks, threads: int) -> Segmenter:
    """Ready to run; the last one stays loaded in this process.

    Raises:
        NothingFoundError, CorruptInputError, UnsupportedError, SettingsError: as `open_network`.
    """
    inference = networks.inference.model_copy(update={"threads": threads})
    brain = NO_BRAIN_NETWORK if networks.brain is None else networks.brain.path
    return open_network(networks.tumor.path, brain, inference)


def _found(name: str, task: Task) -> NetworkFile | None:
    """The network, its weights checked against its card; None for a starter network that is not installed."""
    try:
        found = network_named(name)
    except NothingFoundError:
        if name == STARTERS[task]:
            return None
        raise
    if found.card.architecture is not None:
        read_network(found.path)
    if found.card.task != task:
        raise SettingsError(
            Code.SETTINGS,
            f"the network {found.card.name} is of task {found.card.task!r}, not {task!r}.",
            path=found.path,
            advice="segmentation.network and features.deep take one that finds the tumor, segmentation.brain one of the brain.",
        )
    return NetworkFile(found.path.absolute(), found.card)
