"""Weights in a file of another make: read as data, never as a program."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load

from oncometry.core import Code, CorruptInputError, SettingsError
from oncometry.segmentation.weights import Weights

__all__ = ["read_weights"]

Arrays = Mapping[str, NDArray[Any]]
HOLDERS = ("state_dict", "network_weights", "model", "network", "model_state_dict")
"""Under which keys checkpoints hold weights, beside what training needs to go on."""
WRAPPER = "module."
DENSE = "torch.strided"


def read_weights(foreign: Path) -> Weights:
    """Name -> float32 array of a torch checkpoint or safetensors; what training with several devices puts before names is off.

    Raises:
        UnsupportedError: `MODEL_UNSAFE`, it asks for more than tensors.
        CorruptInputError: `CORRUPT`, it cannot be read, or is not finite.
        SettingsError: `EXTRA_MISSING`, torch.
    """
    with np.errstate(over="ignore"):
        arrays = {name: np.ascontiguousarray(array, np.float32) for name, array in _arrays(foreign).items()}
    for name, array in arrays.items():
        if not np.isfinite(array).all():
            raise CorruptInputError(
                Code.CORRUPT, f"{name} has values that are not finite in float32.", path=foreign
            )
    return arrays


def _arrays(foreign: Path) -> Arrays:
    """Name -> array of a file of weights."""
    if foreign.suffix.lower() == ".safetensors":
        try:
            stored: Arrays = load(foreign.read_bytes())
        except (SafetensorError, ValueError) as error:
            raise CorruptInputError(
                Code.CORRUPT, f"it is no safetensors file: {error}.", path=foreign
            ) from error
        except KeyError as error:  # a kind of number that NumPy lacks, as bfloat16
            raise CorruptInputError(
                Code.CORRUPT,
                f"it holds numbers of the kind {error.args[0]}, which are not read.",
                path=foreign,
                advice="Save it in float32 where it was trained.",
            ) from error
        return stored
    named = _state(_torch_content(foreign))
    if not named:
        raise CorruptInputError(Code.CORRUPT, "the checkpoint holds no table of named tensors.", path=foreign)
    arrays: dict[str, NDArray[Any]] = {}
    for given, tensor in named.items():
        name = str(given).removeprefix(WRAPPER)
        if name in arrays:
            raise CorruptInputError(
                Code.CORRUPT, f"{name} is there twice, with and without {WRAPPER!r}.", path=foreign
            )
        if str(tensor.layout) != DENSE or tensor.is_complex() or tensor.is_quantized:
            raise CorruptInputError(Code.CORRUPT, f"{name} is no dense table of real numbers.", path=foreign)
        arrays[name] = tensor.detach().float().cpu().numpy()
    return arrays


def _torch_content(path: Path) -> Any:
    """What a torch checkpoint holds: tensors and plain values, and nothing that would run.

    Raises:
        SettingsError: `EXTRA_MISSING`.
        UnsupportedError: `MODEL_UNSAFE`, its pickle asks for more.
        CorruptInputError: `CORRUPT`.
    """
    if find_spec("torch") is None:
        raise SettingsError(
            Code.EXTRA_MISSING,
            "a torch checkpoint needs torch to be read.",
            advice="Install it with: pip install 'oncometry[train]'.",
        )
    return import_module("oncometry.segmentation.foreign.torch_file").plain_content(path)


def _state(content: Any) -> dict[Any, Any]:
    """The table of tensors in a checkpoint, at its top or under one of the usual names."""
    if not isinstance(content, Mapping):
        return {}
    for held in (content, *(content[name] for name in HOLDERS if name in content)):
        if isinstance(held, Mapping) and held and all(hasattr(tensor, "detach") for tensor in held.values()):
            return dict(held)
    return {}
