"""Where networks are found: shipped with the program, installed by the user, or by path. Nothing is fetched."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Literal

from oncometry.core import Code, NothingFoundError, Notice, OncometryError, UnsupportedError
from oncometry.segmentation.card import NetworkCard, NetworkFormat
from oncometry.segmentation.foreign.monai_card import bundle_card
from oncometry.segmentation.foreign.nnunet_card import result_card
from oncometry.segmentation.network_files import files_of, folder_hash, folder_kind
from oncometry.segmentation.weights import CARD_SUFFIX, read_card

__all__ = [
    "FOLDER_VARIABLE",
    "FoundNetwork",
    "Origin",
    "found_networks",
    "installed_folder",
    "network_at",
    "network_named",
    "shipped_names",
    "shipped_network",
]

FOLDER_VARIABLE = "ONCOMETRY_NETWORKS"
SHIPPED = Path(__file__).parent / "networks"
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
FOLDER_CARDS: dict[NetworkFormat | None, Callable[[Path, str], NetworkCard]] = {
    "monai": bundle_card,
    "nnunet": result_card,
}
"""Of folders that tell what they are: the card, from the folder and its hash."""
STARTERS = {"tumor": "starter-tumor", "brain": "starter-brain"}
Task = Literal["tumor", "brain"]


class Origin(StrEnum):
    """Where a network is from."""

    SHIPPED = "shipped"
    INSTALLED = "installed"
    PATH = "path"


@dataclass(frozen=True)
class FoundNetwork:
    """A network and where it lies.

    Attributes:
        card: as read; weights are checked against it when they are opened.
        path: of the card, or of the weights or the folder where they have none beside them.
        origin: shipped, installed, or a path that was given.
    """

    card: NetworkCard
    path: Path
    origin: Origin


def installed_folder() -> Path:
    """Where `oncometry networks install` puts networks: $ONCOMETRY_NETWORKS, else in the user's data folder."""
    named = os.environ.get(FOLDER_VARIABLE)
    return Path(named) if named else _data_home() / "oncometry" / "networks"


def found_networks() -> tuple[tuple[FoundNetwork, ...], tuple[Notice, ...]]:
    """Shipped and installed networks by name, and what is to be said of cards that cannot be read.

    An installed network never hides a shipped one of its name.
    """
    found: dict[str, FoundNetwork] = {}
    notices = []
    for origin, place in _cards():
        try:
            card = read_card(place)
        except OncometryError as error:
            notices.append(Notice(error.code, error.what, str(place)))
            continue
        if card.name != place.stem:
            what = f"the card is of {card.name}, its file is named {place.name}: left out."
            notices.append(Notice(Code.MISNAMED, what, str(place)))
            continue
        if card.name in found:
            what = f"the name {card.name} is that of a shipped network: left out."
            notices.append(Notice(Code.MISNAMED, what, str(place)))
            continue
        found[card.name] = FoundNetwork(card, place, origin)
    return tuple(found.values()), tuple(notices)


def network_named(name_or_path: str | Path) -> FoundNetwork:
    """The shipped or installed network of a name, or the one whose card or weights stand at a path.

    Args:
        name_or_path: what has the form of a name is one, if a network has it; 'starter-tumor', 'mine/starter.safetensors'.

    Raises:
        NothingFoundError: `NOTHING_FOUND`; says which names there are.
        CorruptInputError: as `read_card`.
    """
    text = str(name_or_path)
    if isinstance(name_or_path, str) and NAME.fullmatch(text):
        for origin, place in _cards():
            if place.stem == text:
                return FoundNetwork(read_card(place), place, origin)
    path = Path(name_or_path)
    if not path.exists() and not path.with_suffix(CARD_SUFFIX).is_file():
        raise _unknown(text)
    return network_at(path)


def network_at(path: Path) -> FoundNetwork:
    """The network whose card, weights or folder stand at a path; a folder without a card beside it tells what it is itself.

    Raises:
        NothingFoundError, CorruptInputError: as `read_card`.
        UnsupportedError: `UNSUPPORTED_TYPE`, a folder that is no network's, or whose labels we do not know.
    """
    beside = path.with_name(f"{path.name}{CARD_SUFFIX}")
    if not path.is_dir():
        return FoundNetwork(read_card(path), path.with_suffix(CARD_SUFFIX), Origin.PATH)
    if beside.is_file():
        return FoundNetwork(read_card(beside), beside, Origin.PATH)
    kind = folder_kind(path)
    if kind in FOLDER_CARDS:
        digest = folder_hash(path, files_of(kind, path))
        return FoundNetwork(FOLDER_CARDS[kind](path, digest), path, Origin.PATH)
    raise UnsupportedError(
        Code.UNSUPPORTED_TYPE,
        "the folder is no network's that is read here. A MONAI bundle has configs/metadata.json, configs/inference.json and "
        "models/model.pt (TorchScript, model.ts, runs code of its own and is not loaded); an nnU-Net v2 result dataset.json, "
        "plans.json and fold_*/checkpoint_final.pth.",
        path=path,
        advice="Name the card or the weights in it.",
    )


def shipped_names() -> tuple[str, ...]:
    """Names that installed networks may not have."""
    return tuple(sorted({*STARTERS.values(), *(place.stem for place in SHIPPED.glob(f"*{CARD_SUFFIX}"))}))


def shipped_network(task: Task) -> FoundNetwork | None:
    """The starter network of a task; None where this installation came without it."""
    place = SHIPPED / f"{STARTERS[task]}{CARD_SUFFIX}"
    return FoundNetwork(read_card(place), place, Origin.SHIPPED) if place.is_file() else None


def _cards() -> Iterator[tuple[Origin, Path]]:
    """Cards that may be read, the shipped ones first."""
    for origin, folder in ((Origin.SHIPPED, SHIPPED), (Origin.INSTALLED, installed_folder())):
        for place in sorted(folder.glob(f"*{CARD_SUFFIX}")):
            yield origin, place


def _unknown(text: str) -> NothingFoundError:
    names = [place.stem for _, place in _cards()]
    there = f"there are {', '.join(names)}" if names else "none is shipped or installed here"
    return NothingFoundError(
        Code.NOTHING_FOUND,
        f"there is no network and no file {text!r}; {there}.",
        advice="See `oncometry networks list`; `oncometry networks install` takes a file, `oncometry train` makes one.",
    )


def _data_home() -> Path:
    """Where programs keep a user's data on this system."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
