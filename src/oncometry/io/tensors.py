"""Arrays by name as the bytes of a safetensors file: numbers and nothing that runs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from oncometry.core import Code, CorruptInputError

__all__ = ["arrays_of", "tensor_bytes"]

MAX_BYTES = 1 << 30


def tensor_bytes(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """The file's bytes; the same arrays give the same bytes."""
    return bytes(save({name: np.ascontiguousarray(array) for name, array in sorted(arrays.items())}))


def arrays_of(content: bytes, path: Path | None = None) -> dict[str, NDArray[Any]]:
    """Name -> array of a file that is not trusted.

    Raises:
        CorruptInputError: `MODEL_UNSAFE`, it is no safetensors file; `TOO_LARGE`.
    """
    if len(content) > MAX_BYTES:
        raise CorruptInputError(
            Code.TOO_LARGE, f"the file has {len(content)} bytes, more than {MAX_BYTES}.", path=path
        )
    try:
        return dict(load(content))
    except (SafetensorError, ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise CorruptInputError(
            Code.MODEL_UNSAFE,
            f"it is no safetensors file: {type(error).__name__}: {error}.",
            path=path,
            advice="Do not use it; store the model again.",
        ) from error
