"""The networks that a run segments with: found and checked once, loaded once in each process."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from oncometry.core import Code, NothingFoundError, SettingsError
from oncometry.segmentation.backend import named_backend
from oncometry.segmentation.card import NetworkCard
from oncometry.segmentation.inference_settings import InferenceSettings
from oncometry.segmentation.own_network import OwnNetwork
from oncometry.segmentation.settings import STARTERS, SegmentationSettings
from oncometry.segmentation.weights import read_network

__all__ = ["NetworkFile", "Networks", "find_networks", "load_network"]

SHIPPED = Path(__file__).parents[1] / "segmentation" / "networks"


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
        inference: how both are run.
    """

    tumor: NetworkFile
    brain: NetworkFile | None
    inference: InferenceSettings


def find_networks(settings: SegmentationSettings) -> tuple[Networks | None, str]:
    """The networks that the settings name, None where none is to segment; and which starter network is not there, or ''.

    Raises:
        NothingFoundError: `NOTHING_FOUND`, one that was named is not there.
        CorruptInputError: as `read_network`.
        SettingsError: `SETTINGS`, it is for another task; `EXTRA_MISSING`, the backend that was named is not installed.
    """
    if settings.when == "never" or settings.network is None:
        return None, ""
    tumor = _found(settings.network, "tumor")
    if tumor is None:
        return None, settings.network
    named_backend(settings.inference)
    brain = None if settings.brain is None else _found(settings.brain, "brain")
    missing = settings.brain if brain is None and settings.brain is not None else ""
    return Networks(tumor, brain, settings.inference), missing


@lru_cache(maxsize=1)
def load_network(networks: Networks, threads: int) -> OwnNetwork:
    """Ready to run; the last one stays loaded in this process.

    Raises:
        NothingFoundError, CorruptInputError, UnsupportedError, SettingsError: as `OwnNetwork.read`.
    """
    inference = networks.inference.model_copy(update={"threads": threads})
    brain = None if networks.brain is None else OwnNetwork.read(networks.brain.path, inference)
    return OwnNetwork.read(networks.tumor.path, inference, brain)


def _found(name: str, task: str) -> NetworkFile | None:
    """The network, checked against its card; None for a starter network that is not installed."""
    path = _place(name)
    if path is None and name in STARTERS:
        return None
    if path is None:
        raise NothingFoundError(
            Code.NOTHING_FOUND,
            f"the network {name!r} is not installed.",
            advice="Name the path of weights or card as `oncometry train` leaves them.",
        )
    card, _ = read_network(path)
    if card.task != task:
        raise SettingsError(
            Code.SETTINGS,
            f"the network {card.name} is of task {card.task!r}, not {task!r}.",
            path=path,
            advice="segmentation.network finds the tumor, segmentation.brain the brain.",
        )
    return NetworkFile(path, card)


def _place(name: str) -> Path | None:
    """The card or weights of that path; else those of that name that come with the program."""
    given, shipped = Path(name), SHIPPED / f"{name}.json"
    if given.suffix or given.is_file() or len(given.parts) > 1:
        return given.absolute()
    return shipped if shipped.is_file() else None
