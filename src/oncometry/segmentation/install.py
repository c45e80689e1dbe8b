"""A network into the user's folder, where `--network NAME` finds it: copied or fetched, checked, never executed."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from oncometry.core import Code, CorruptInputError, SettingsError, UnsupportedError
from oncometry.io.files import sha256_of, write_bytes, write_text
from oncometry.segmentation.card import NetworkCard
from oncometry.segmentation.fetch import fetch, is_url
from oncometry.segmentation.network_files import (
    SUFFIXES,
    check_files,
    files_of,
    folder_hash,
    folder_kind,
    network_files,
    weights_place,
)
from oncometry.segmentation.registry import FoundNetwork, Origin, installed_folder, network_at, shipped_names
from oncometry.segmentation.weights import CARD_SUFFIX, read_card

__all__ = ["InstallRequest", "install"]

HASH = re.compile(r"[0-9a-fA-F]{64}")


@dataclass(frozen=True)
class InstallRequest:
    """What `oncometry networks install` was asked.

    Attributes:
        source: path of a card, of weights or of a folder; or the https address of a card or of weights.
        sha256: of the file or folder named; needed for an address.
        card: the card of weights that have none beside them.
        replace: whether another network of the name may be overwritten.
    """

    source: str
    sha256: str | None = None
    card: Path | None = None
    replace: bool = False


def install(request: InstallRequest) -> FoundNetwork:
    """Put a network into `installed_folder()`.

    Raises:
        SettingsError: `SETTINGS`, an address without a hash, no https, a name that is taken.
        NothingFoundError: `NOTHING_FOUND`.
        CorruptInputError: `MODEL_TAMPERED`, `CORRUPT`, `UNREADABLE`.
        UnsupportedError: `TOO_LARGE`; `UNSUPPORTED_TYPE`, a program by address.
        StoreError: `WRITE_FAILED`.
    """
    if request.sha256 is not None and not HASH.fullmatch(request.sha256):
        raise SettingsError(Code.SETTINGS, f"--sha256 takes 64 hexadecimal digits, got {request.sha256!r}.")
    if not is_url(request.source):
        _check_named(request)
        return _taken_in(_beside(request, Path(request.source)), request.replace)
    with tempfile.TemporaryDirectory(prefix="oncometry-network-") as folder:
        return _taken_in(_fetched(request, Path(folder)), request.replace)


def _check_named(request: InstallRequest) -> None:
    """The hash that was stated, of the file that was named."""
    path = Path(request.source)
    if request.sha256 is None or not path.exists():
        return
    found = folder_hash(path, files_of(folder_kind(path), path)) if path.is_dir() else sha256_of(path)
    if found != request.sha256.lower():
        raise CorruptInputError(
            Code.MODEL_TAMPERED,
            f"it has SHA-256 {found}, not {request.sha256.lower()}.",
            path=path,
            advice="Fetch it again; do not use it as it is.",
        )


def _beside(request: InstallRequest, path: Path) -> FoundNetwork:
    """The network at a path, its card there or elsewhere."""
    if request.card is None:
        return network_at(path)
    return FoundNetwork(read_card(request.card), path, Origin.PATH)


def _fetched(request: InstallRequest, folder: Path) -> FoundNetwork:
    """Card and weights of an address, in a folder that will go."""
    if request.sha256 is None:
        raise SettingsError(
            Code.SETTINGS,
            "an address needs --sha256: the hash of the file it names.",
            advice="Take it from where the network is published.",
        )
    name = PurePosixPath(urlsplit(request.source).path).name
    suffix = PurePosixPath(name).suffix
    if suffix == CARD_SUFFIX and request.card is None:
        place = folder / "network.json"
        fetch(request.source, request.sha256, place)
        card = read_card(place)
        _refuse_program(card)
        parts = urlsplit(request.source)
        beside = parts._replace(path=parts.path[: -len(CARD_SUFFIX)] + SUFFIXES[card.format]).geturl()
        fetch(beside, card.sha256, place.with_suffix(SUFFIXES[card.format]))
        return FoundNetwork(card, place, Origin.PATH)
    if suffix not in (".safetensors", ".onnx") or request.card is None:
        raise SettingsError(
            Code.SETTINGS,
            f"{name or request.source!r} is no card (.json), nor weights (.safetensors, .onnx) with a card by --card.",
            advice="Name the card: its hash vouches for it, and it for the weights. Unpack archives yourself.",
        )
    card = read_card(request.card)
    _refuse_program(card)
    place = folder / f"network{suffix}"
    fetch(request.source, request.sha256, place)
    return FoundNetwork(card, place, Origin.PATH)


def _refuse_program(card: NetworkCard) -> None:
    if card.format not in ("oncometry", "onnx"):
        raise UnsupportedError(
            Code.UNSUPPORTED_TYPE,
            f"the card of {card.name} is of format {card.format!r}: that is installed by path, never by address.",
            advice="Fetch it yourself, look at it, and install what you have.",
        )


def _taken_in(found: FoundNetwork, replace: bool) -> FoundNetwork:
    """Files first, the card last: without it they are not listed."""
    card, folder = found.card, installed_folder()
    check_files(card, found.path)
    place = folder / f"{card.name}{CARD_SUFFIX}"
    if card.name in shipped_names():
        raise SettingsError(Code.SETTINGS, f"the name {card.name} is that of a shipped network.")
    if place.exists() and not replace and read_card(place) != card:
        raise SettingsError(
            Code.SETTINGS,
            f"another network {card.name} is installed.",
            path=place,
            advice="Give --replace to overwrite it.",
        )
    source = weights_place(card, found.path)
    target = weights_place(card, place) if source.is_file() else folder / card.name
    for file in network_files(card, found.path):
        write_bytes(target / file.relative_to(source) if source.is_dir() else target, file.read_bytes())
    if source.is_dir():
        for left in files_of(
            card.format, target
        ):  # of a network that is replaced: they would count as this one's
            if not (source / left.relative_to(target)).is_file():
                left.unlink()
    write_text(place, card.model_dump_json(indent=1) + "\n")
    return FoundNetwork(card, place, Origin.INSTALLED)
