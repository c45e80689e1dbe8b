"""JSON for columns and hashes: compact, in one order, and never with a number that is none."""

from __future__ import annotations

import json
from collections.abc import Mapping

import numpy as np

from oncometry.core import Code, StoreError

__all__ = ["as_json"]


def as_json(value: object) -> str:
    """Compact JSON with sorted keys.

    Raises:
        StoreError: `STORE` for NaN or infinity, which JSON and databases have no room for.
    """
    try:
        return ENCODER.encode(value)
    except ValueError as error:
        raise StoreError(
            Code.STORE,
            f"a value is not finite and cannot be kept ({error}): {str(value)[:200]}.",
            advice="Give null with a reason.",
        ) from error


def _jsonable(value: object) -> object:
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Mapping):
        return dict(value)
    return str(value)


ENCODER = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=_jsonable
)
"""Made once: `json.dumps` with options makes one for every call."""
