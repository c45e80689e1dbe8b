"""Torch checkpoints as data: tensors, numbers, text. A pickle that asks for anything else is refused, not run."""

from __future__ import annotations

import pickle
import warnings
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import torch

from oncometry.core import Code, CorruptInputError, UnsupportedError

__all__ = ["plain_content"]

_multiarray: Any = import_module("numpy._core.multiarray")
NUMPY_PLAIN: list[Any] = [
    np.dtype,
    *(type(np.dtype(kind)) for kind in ("f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "?")),
    *((_multiarray.scalar, f"numpy.{package}.multiarray.scalar") for package in ("core", "_core")),
]
"""Numbers as NumPy pickles them, which trainings leave in their logs, under their names in NumPy 1 and 2."""


def plain_content(path: Path) -> Any:
    """What a checkpoint holds, by torch's restricted reader.

    Raises:
        UnsupportedError: `MODEL_UNSAFE`, it asks for more than tensors and plain values.
        CorruptInputError: `CORRUPT`, it cannot be read.
    """
    try:
        with warnings.catch_warnings(), torch.serialization.safe_globals(NUMPY_PLAIN):
            warnings.simplefilter("ignore")  # of how old the file is
            return torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise UnsupportedError(
            Code.MODEL_UNSAFE,
            f"the checkpoint is no plain table of tensors, and reading it whole could run a program: {_asked(error)}.",
            path=path,
            advice="Ask its authors for safetensors or ONNX; it is not read otherwise.",
        ) from error
    except Exception as error:  # of what is no pickle, the reader raises whatever it stumbles over
        raise CorruptInputError(
            Code.CORRUPT,
            f"it is no torch checkpoint, or one that is cut short ({type(error).__name__}: {_asked(error)}).",
            path=path,
            advice="Name the .pt or .pth file that its authors give; fetch it again if it is that one.",
        ) from error


def _asked(error: Exception) -> str:
    """What the pickle asked for, of torch's long answer."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    told = next((line for line in lines if "GLOBAL" in line or "Unsupported" in line), lines[0])
    return told.split(". ")[0][:200].rstrip(".")
