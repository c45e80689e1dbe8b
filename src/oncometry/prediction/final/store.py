"""A model on disk: `NAME.model.safetensors` with all numbers, and `NAME.model.json`, its card. Each has the other's hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from oncometry.core import Code, CorruptInputError, NothingFoundError
from oncometry.core.faults import told_faults
from oncometry.io.files import write_bytes, write_text
from oncometry.io.tensors import arrays_of, tensor_bytes
from oncometry.prediction.declaration import Experiment
from oncometry.prediction.final.card import ModelCard
from oncometry.prediction.final.distance import Center
from oncometry.prediction.final.frozen_fit import FrozenFit
from oncometry.prediction.final.patient_model import PatientModel
from oncometry.prediction.models.frozen.unsafe import Json, Part, refuse

__all__ = ["CARD", "WEIGHTS", "is_model", "read_model", "write_model"]

CARD, WEIGHTS = ".model.json", ".model.safetensors"
MAX_CARD = 1 << 26
OF_CARD, PARAMETERS = "card_sha256", "parameters"
ADVICE = "Do not use it; fetch the model again, or make it again by `oncometry experiment run`."

Arrays = dict[str, NDArray[Any]]


def is_model(path: Path) -> bool:
    """Whether a name is that of a card or of weights."""
    return path.name.endswith((CARD, WEIGHTS))


def write_model(model: PatientModel, stem: Path) -> tuple[Path, Path]:
    """Write `STEM.model.safetensors`, then its card.

    Raises:
        StoreError: `WRITE_FAILED`.
    """
    card = model.card.model_copy(update={"weights_sha256": ""})
    arrays: Arrays = {"center.mean": model.center.mean, "center.precision": model.center.precision}
    parameters: list[Any] = []
    for n, fit in enumerate((model.fit, *model.refits)):
        told, of_fit = fit.state()
        parameters.append(told)
        arrays |= {f"{n}.{name}": array for name, array in of_fit.items()}
    arrays[OF_CARD] = _bytes(bytes.fromhex(card.digest))
    arrays[PARAMETERS] = _bytes(json.dumps(parameters, allow_nan=False).encode())
    content = tensor_bytes(arrays)
    card = card.model_copy(update={"weights_sha256": hashlib.sha256(content).hexdigest()})
    weights, place = stem.with_name(stem.name + WEIGHTS), stem.with_name(stem.name + CARD)
    write_bytes(weights, content)
    write_text(place, card.model_dump_json(indent=1) + "\n")
    return weights, place


def read_model(path: Path) -> PatientModel:
    """A model from its card or its weights; both are looked at before they are believed.

    Raises:
        NothingFoundError: `NOTHING_FOUND`, one of the two is not there.
        CorruptInputError: `MODEL_TAMPERED`, card and weights are not those that were written together; `MODEL_UNSAFE`, one of
            them is no part of a model as we write them.
    """
    stem = path.name.removesuffix(CARD).removesuffix(WEIGHTS)
    card = _card(path.with_name(stem + CARD))
    place = path.with_name(stem + WEIGHTS)
    if not place.is_file():
        raise NothingFoundError(
            Code.NOTHING_FOUND,
            f"the weights of the card {stem + CARD} are not beside it.",
            path=place,
            advice=f"A model is two files: copy {place.name} there too, from where the card is from.",
        )
    content = place.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != card.weights_sha256:
        raise _tampered(
            f"the weights have SHA-256 {found[:12]}..., their card says {card.weights_sha256[:12]}...", place
        )
    arrays = arrays_of(content, place)
    of_card = arrays.pop(OF_CARD, None)
    if of_card is None or of_card.dtype != np.uint8 or of_card.tobytes().hex() != card.digest:
        raise _tampered("the card is not the one that these weights were written with", place)
    try:
        return _model(card, arrays)
    except CorruptInputError as error:
        raise CorruptInputError(error.code, error.what, path=place, advice=error.advice) from error


def _model(card: ModelCard, arrays: Arrays) -> PatientModel:
    parameters = _parameters(arrays.pop(PARAMETERS, None))
    if len(parameters) != card.refits + 1:
        refuse(f"weights hold {len(parameters)} fits, the card says {card.refits} refits")
    parts: list[Arrays] = [{} for _ in parameters]
    own: Arrays = {}
    for name, array in arrays.items():
        number, _, rest = name.partition(".")
        if number == "center":
            own[name] = array
        elif number.isdecimal() and number.isascii() and len(number) < 8 and int(number) < len(parts):
            parts[int(number)][rest] = array
        else:
            refuse(f"weights have an array {name[:40]!r} of no part")
    columns = len(card.columns)
    fits = [FrozenFit.from_state(told, part, columns) for told, part in zip(parameters, parts, strict=True)]
    center = _center(own, len(fits[0].places))
    return PatientModel(card, fits[0], tuple(fits[1:]), center)


def _center(arrays: Arrays, width: int) -> Center:
    part = Part.of("center", {"center": {"kind": "center"}}, arrays)
    part.only(set(), {"mean", "precision"})
    return Center(part.floats("mean", width), part.floats("precision", width, width))


def _parameters(stored: NDArray[Any] | None) -> list[Mapping[str, Json]]:
    if stored is None or stored.dtype != np.uint8 or stored.ndim != 1:
        refuse("weights have no parameters")
    try:
        found = json.loads(stored.tobytes())
    except (ValueError, RecursionError) as error:
        refuse(f"parameters are no JSON ({type(error).__name__})")
    if not isinstance(found, list) or not found or not all(isinstance(one, dict) for one in found):
        refuse("parameters are no list of fits")
    return found


def _card(place: Path) -> ModelCard:
    if not place.is_file():
        raise NothingFoundError(
            Code.NOTHING_FOUND,
            "there is no card of a model (a JSON file beside its weights).",
            path=place,
            advice=f"Name a file that ends in {CARD} or {WEIGHTS}, as `oncometry experiment run` leaves it.",
        )
    if place.stat().st_size > MAX_CARD:
        raise CorruptInputError(Code.TOO_LARGE, f"the card has {place.stat().st_size} bytes.", path=place)
    try:
        card = ModelCard.model_validate_json(place.read_bytes())
    except ValidationError as error:
        raise _no_card(told_faults(error, ModelCard)[0], place) from error
    except RecursionError as error:
        raise _no_card("too deep", place) from error
    try:
        Experiment.model_validate(card.declaration)
    except ValidationError as error:
        raise _no_card(f"its declaration: {told_faults(error, Experiment)[0]}", place) from error
    return card


def _no_card(why: str, place: Path) -> CorruptInputError:
    return CorruptInputError(
        Code.MODEL_UNSAFE, f"it is no card of a model: {why}.", path=place, advice=ADVICE
    )


def _tampered(what: str, path: Path) -> CorruptInputError:
    return CorruptInputError(
        Code.MODEL_TAMPERED, f"{what}: cut short, changed, or of another model.", path=path, advice=ADVICE
    )


def _bytes(content: bytes) -> NDArray[np.uint8]:
    return np.frombuffer(content, dtype=np.uint8)
