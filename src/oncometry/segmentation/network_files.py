"""Which files a network consists of, beside its card, and the one hash they have."""

from __future__ import annotations

import hashlib
from pathlib import Path

from oncometry.core import Code, CorruptInputError, NothingFoundError
from oncometry.io.files import sha256_of
from oncometry.segmentation.card import NetworkCard, NetworkFormat

__all__ = ["check_files", "files_of", "folder_hash", "folder_kind", "network_files", "weights_place"]

SUFFIXES: dict[NetworkFormat, str] = {
    "oncometry": ".safetensors",
    "onnx": ".onnx",
    "nnunet": "",
    "monai": "",
    "command": "",
}
PATTERNS: dict[NetworkFormat, tuple[str, ...]] = {
    "nnunet": ("dataset.json", "plans.json", "fold_*/checkpoint_final.pth"),
    "monai": ("configs/metadata.json", "configs/inference.json", "models/model.pt"),
}
"""Of a folder, what is read of it; other files in it count for nothing."""


def folder_kind(folder: Path) -> NetworkFormat | None:
    """What a folder is by the files in it; None where it is no network's."""
    for kind, patterns in PATTERNS.items():
        if all(any(folder.glob(pattern)) for pattern in patterns):
            return kind
    return None


def weights_place(card: NetworkCard, path: Path) -> Path:
    """Where the weights of a card stand: a file or folder of its name.

    Args:
        path: of the card, or of a folder that has none.
    """
    return path if path.is_dir() else path.with_suffix(SUFFIXES[card.format])


def network_files(card: NetworkCard, path: Path) -> tuple[Path, ...]:
    """The files that are read of a network, sorted; none of a program.

    Raises:
        NothingFoundError: `NOTHING_FOUND`, there are none.
    """
    if card.format == "command":
        return ()
    place = weights_place(card, path)
    found = files_of(card.format, place) if card.format in PATTERNS else (place,) if place.is_file() else ()
    if not found:
        raise NothingFoundError(Code.NOTHING_FOUND, "there are no weights beside the card.", path=place)
    return found


def files_of(kind: NetworkFormat | None, folder: Path) -> tuple[Path, ...]:
    """The files that are read of a folder of a kind, sorted."""
    patterns = PATTERNS[kind] if kind is not None else ()
    return tuple(sorted(file for pattern in patterns for file in folder.glob(pattern)))


def folder_hash(folder: Path, files: tuple[Path, ...]) -> str:
    """SHA-256 of the sorted lines `HASH  relative/path`, as `sha256sum` prints them."""
    lines = sorted(f"{sha256_of(file)}  {file.relative_to(folder).as_posix()}\n" for file in files)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def check_files(card: NetworkCard, path: Path) -> None:
    """Refuse a network whose files are not those its card has the hash of.

    Raises:
        NothingFoundError: `NOTHING_FOUND`.
        CorruptInputError: `MODEL_TAMPERED`.
    """
    files = network_files(card, path)
    if not files:
        return
    place = weights_place(card, path)
    found = folder_hash(place, files) if place.is_dir() else sha256_of(place)
    if found != card.sha256:
        raise CorruptInputError(
            Code.MODEL_TAMPERED,
            f"the weights have SHA-256 {found[:12]}..., their card says {card.sha256[:12]}...: cut short, or not the same.",
            path=place,
            advice="Fetch them again; do not use them as they are.",
        )
