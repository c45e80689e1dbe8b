"""Weights on disk: safetensors, beside the JSON of their card, whose hash they must have."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError
from safetensors import SafetensorError
from safetensors.numpy import load, save

from oncometry.core import Code, CorruptInputError, NothingFoundError
from oncometry.io.files import write_bytes, write_text
from oncometry.segmentation.card import NetworkCard

__all__ = ["Weights", "read_card", "read_network", "write_card", "write_network"]

Weights = Mapping[str, NDArray[np.float32]]
CARD_SUFFIX = ".json"
WEIGHTS_SUFFIX = ".safetensors"


def read_card(path: Path) -> NetworkCard:
    """The card beside weights.

    Args:
        path: of the card or of the weights.

    Raises:
        NothingFoundError: `NOTHING_FOUND`.
        CorruptInputError: `CORRUPT`, it is no card.
    """
    place = path.with_suffix(CARD_SUFFIX)
    if not place.is_file():
        raise NothingFoundError(
            Code.NOTHING_FOUND,
            "there is no card of the network (a JSON file beside its weights).",
            path=place,
            advice="Name the card or weights that `oncometry train` left.",
        )
    try:
        return NetworkCard.model_validate_json(place.read_bytes())
    except ValidationError as error:
        fault = error.errors()[0]
        field = ".".join(str(part) for part in fault["loc"]) or "the file"
        raise CorruptInputError(
            Code.CORRUPT, f"it is no card of a network: {field}: {fault['msg']}.", path=place
        ) from error


def read_network(path: Path) -> tuple[NetworkCard, Weights]:
    """A card and the weights it is of, as float32 arrays.

    Raises:
        NothingFoundError: `NOTHING_FOUND`.
        CorruptInputError: `MODEL_TAMPERED`, the weights are not those of the card; `CORRUPT`, they are none.
    """
    card, place = read_card(path), path.with_suffix(WEIGHTS_SUFFIX)
    if not place.is_file():
        raise NothingFoundError(Code.NOTHING_FOUND, "there are no weights beside the card.", path=place)
    content = place.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != card.sha256:
        raise CorruptInputError(
            Code.MODEL_TAMPERED,
            f"the weights have SHA-256 {found[:12]}..., their card says {card.sha256[:12]}...: cut short, or not the same.",
            path=place,
            advice="Fetch them again; do not use them as they are.",
        )
    try:
        stored = load(content)
    except (SafetensorError, ValueError) as error:
        raise CorruptInputError(Code.CORRUPT, f"it is no safetensors file: {error}.", path=place) from error
    return card, {name: np.ascontiguousarray(array, np.float32) for name, array in stored.items()}


def write_network(
    folder: Path, weights: Mapping[str, NDArray[Any]], *, half: bool = True, **card: Any
) -> NetworkCard:
    """Write `NAME.safetensors` and `NAME.json` into a folder.

    Args:
        half: in float16; else in float32.
        card: all fields of `NetworkCard` but `sha256`.
    """
    kind = np.float16 if half else np.float32
    content = save({name: np.ascontiguousarray(array, kind) for name, array in sorted(weights.items())})
    made = NetworkCard(**card, sha256=hashlib.sha256(content).hexdigest())
    write_bytes(folder / f"{made.name}{WEIGHTS_SUFFIX}", content)
    write_card(folder, made)
    return made


def write_card(folder: Path, card: NetworkCard) -> None:
    """Write `NAME.json` beside the weights that it is of."""
    write_text(folder / f"{card.name}{CARD_SUFFIX}", card.model_dump_json(indent=1) + "\n")
