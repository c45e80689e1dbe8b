"""Weights of another make into a network with a card: read as data, never as a program."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from oncometry.core import Code, CorruptInputError, NothingFoundError, SettingsError, UnsupportedError
from oncometry.io.files import sha256_of, write_bytes, write_text
from oncometry.segmentation.card import NetworkCard
from oncometry.segmentation.checkpoint import read_weights
from oncometry.segmentation.foreign.onnx_file import checked_graph
from oncometry.segmentation.foreign.strip_card import strip_fields
from oncometry.segmentation.foreign.strip_graph import is_strip, strip_graph
from oncometry.segmentation.weight_shapes import refuse_misfit
from oncometry.segmentation.weights import CARD_SUFFIX, write_network

__all__ = ["Converted", "convert", "half_difference"]

Arrays = Mapping[str, NDArray[Any]]
CHECKPOINTS = (".pt", ".pth", ".safetensors")
HALF_LIMIT = float(np.finfo(np.float16).max)
HALF_PART = 2.0**-10
"""Of a tensor's largest value: float16 keeps 11 bits of what is in its range."""


@dataclass(frozen=True)
class Converted:
    """What was written.

    Attributes:
        path: of the card.
        precision: of the weights, 'float16', 'float32', or 'as they are'.
        difference: largest of a weight from what it was.
    """

    card: NetworkCard
    path: Path
    precision: str
    difference: float


def convert(foreign: Path, name: str, card: Path | None, folder: Path) -> Converted:
    """Convert a torch checkpoint or safetensors that fits our architecture or SynthStrip's, or an ONNX file.

    Args:
        foreign: .pt, .pth, .safetensors or .onnx.
        name: of the new network.
        card: JSON of a card's fields; `name`, `sha256` and, of ours, `format` are filled in. SynthStrip's weights need none,
            and what theirs says replaces what is known of them.
        folder: to write into.

    Raises:
        NothingFoundError: `NOTHING_FOUND`.
        UnsupportedError: `MODEL_UNSAFE`, it asks for more than tensors; `UNSUPPORTED_TYPE`, no such format.
        CorruptInputError: `CORRUPT`, it cannot be read, does not fit the architecture, or is not finite.
        SettingsError: `SETTINGS`, about the card; `EXTRA_MISSING`, torch.
        StoreError: `WRITE_FAILED`.
    """
    if not foreign.is_file():
        raise NothingFoundError(Code.NOTHING_FOUND, "there is no such file.", path=foreign)
    fields = ({} if card is None else _fields(card)) | {"name": name}
    suffix = foreign.suffix.lower()
    if suffix == ".onnx":
        _refuse_without(card, foreign)
        return _graph(foreign.read_bytes(), fields, folder)
    if suffix not in CHECKPOINTS:
        raise UnsupportedError(
            Code.UNSUPPORTED_TYPE,
            f"{suffix or 'a file without a suffix'} is not converted; {', '.join((*CHECKPOINTS, '.onnx'))} are.",
            path=foreign,
            advice="Export it to ONNX where it was trained, or run it behind a card of format 'command'.",
        )
    weights = read_weights(foreign)
    if is_strip(weights):
        return _graph(_strip(weights, foreign), strip_fields(sha256_of(foreign)) | fields, folder)
    _refuse_without(card, foreign)
    return _weights(weights, fields, foreign, folder)


def half_difference(weights: Arrays) -> float | None:
    """Largest difference that float16 makes; None where it is too coarse, or too small a range, for some tensor."""
    largest = 0.0
    for array in weights.values():
        bound = float(np.abs(array).max(initial=0.0))
        if bound > HALF_LIMIT:
            return None
        difference = float(np.abs(array.astype(np.float16).astype(np.float64) - array).max(initial=0.0))
        if difference > HALF_PART * bound:
            return None
        largest = max(largest, difference)
    return largest


def _weights(weights: Arrays, fields: dict[str, Any], foreign: Path, folder: Path) -> Converted:
    """Safetensors of ours, half where that is precise enough."""
    card = _card(fields | {"format": "oncometry", "sha256": "0" * 64})
    if card.architecture is None:
        raise SettingsError(
            Code.SETTINGS,
            "the card has no `architecture`: weights alone do not say what computes them.",
            advice="Give the sizes of our network that they are of; networks of other makes go through ONNX.",
        )
    try:
        refuse_misfit(card.architecture, weights)
    except CorruptInputError as error:
        raise CorruptInputError(
            error.code,
            error.what,
            path=foreign,
            advice="Only weights of our own architecture become ours; export others to ONNX where they were trained.",
        ) from error
    difference = half_difference(weights)
    half = difference is not None
    fields = {name: value for name, value in fields.items() if name != "sha256"}
    written = write_network(folder, weights, half=half, **fields)
    precision = "float16" if half else "float32"
    return Converted(written, folder / f"{written.name}{CARD_SUFFIX}", precision, difference or 0.0)


def _strip(weights: Arrays, foreign: Path) -> bytes:
    """The graph of SynthStrip's weights."""
    try:
        return strip_graph(weights)
    except CorruptInputError as error:
        raise CorruptInputError(error.code, error.what, path=foreign, advice=error.advice) from error


def _refuse_without(card: Path | None, foreign: Path) -> None:
    if card is None:
        raise SettingsError(
            Code.SETTINGS,
            "these weights do not say what they are, and no --card does.",
            path=foreign,
            advice="Give --card CARD.json: docs/how-to/use-another-network.md shows one. Only SynthStrip's need none.",
        )


def _graph(content: bytes, fields: dict[str, Any], folder: Path) -> Converted:
    card = _card(fields | {"format": "onnx", "sha256": hashlib.sha256(content).hexdigest()})
    checked_graph(content, card)
    write_bytes(folder / f"{card.name}.onnx", content)
    path = folder / f"{card.name}{CARD_SUFFIX}"
    write_text(path, card.model_dump_json(indent=1) + "\n")
    return Converted(card, path, "as they are", 0.0)


def _fields(card: Path) -> dict[str, Any]:
    """What the user says of the network."""
    if not card.is_file():
        raise NothingFoundError(Code.NOTHING_FOUND, "there is no such card.", path=card)
    try:
        fields = json.loads(card.read_bytes())
    except ValueError as error:
        raise SettingsError(Code.SETTINGS, f"the card is no JSON: {error}.", path=card) from error
    if not isinstance(fields, dict):
        raise SettingsError(Code.SETTINGS, "the card is no JSON object.", path=card)
    return fields


def _card(fields: dict[str, Any]) -> NetworkCard:
    try:
        return NetworkCard.model_validate(fields)
    except ValidationError as error:
        fault = error.errors()[0]
        field = ".".join(str(part) for part in fault["loc"]) or "the card"
        raise SettingsError(
            Code.SETTINGS,
            f"--card: {field}: {fault['msg']}.",
            advice="docs/how-to/use-another-network.md shows a card.",
        ) from error
