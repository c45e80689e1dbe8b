"""The door: what outcomes and predictions must be before they are judged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from oncometry.core.errors import Code, SettingsError
from oncometry.core.geometry import FloatArray
from oncometry.prediction.outcome import SURVIVAL, SurvivalOutcome

__all__ = [
    "Labels",
    "admit_groups",
    "admit_labels",
    "admit_numbers",
    "admit_outcome",
    "admit_probabilities",
    "admit_rising",
    "admit_thresholds",
]

Labels = NDArray[np.int64]


def admit_labels(y: ArrayLike, count: int | None = 2) -> Labels:
    """(n,) whole numbers from 0 to count - 1 (count None: any whole numbers)."""
    given = np.asarray(y)
    numbers = _numbers(given, "outcomes")
    if numbers.ndim != 1 or len(numbers) == 0 or (numbers != np.round(numbers)).any():
        raise _wrong("outcomes are a row of whole numbers", given)
    if count is not None and ((numbers < 0) | (numbers >= count)).any():
        outside = sorted({float(x) for x in numbers[(numbers < 0) | (numbers >= count)]})[:3]
        raise _wrong(f"outcomes are 0 to {count - 1}", outside)
    return numbers.astype(np.int64)


def admit_numbers(values: ArrayLike, n: int, what: str) -> FloatArray:
    """(n,) finite numbers."""
    numbers = _numbers(np.asarray(values), what)
    if numbers.shape != (n,):
        raise _wrong(f"{what}: as many as there are rows, {n}", f"shape {numbers.shape}")
    return numbers


def admit_probabilities(values: ArrayLike, shape: tuple[int, ...], what: str) -> FloatArray:
    """Numbers from 0 to 1, of a shape."""
    numbers = _numbers(np.asarray(values), what)
    if numbers.shape != shape:
        raise _wrong(f"{what}: shape {shape}", f"{numbers.shape}")
    if ((numbers < 0) | (numbers > 1)).any():
        raise _wrong(f"{what}: from 0 to 1", f"{numbers.min():g} to {numbers.max():g}")
    return numbers


def admit_outcome(outcome: SurvivalOutcome) -> SurvivalOutcome:
    """(n,) of `SURVIVAL`."""
    if outcome.dtype != SURVIVAL or outcome.ndim != 1 or len(outcome) == 0:
        raise _wrong("outcomes are made by survival_outcome", f"{outcome.dtype} of shape {outcome.shape}")
    return outcome


def admit_rising(days: Sequence[float] | FloatArray, what: str, least: int = 1) -> tuple[float, ...]:
    """Rising finite numbers above 0."""
    numbers = _numbers(np.asarray(days), what)
    if numbers.ndim != 1 or len(numbers) < least or (numbers <= 0).any() or (np.diff(numbers) <= 0).any():
        raise _wrong(f"{what} are {least} or more rising numbers above 0", numbers.tolist())
    return tuple(float(day) for day in numbers)


def admit_thresholds(thresholds: Sequence[float]) -> tuple[float, ...]:
    """Rising, above 0 and below 1."""
    asked = admit_rising(thresholds, "thresholds")
    if asked[-1] >= 1:
        raise _wrong("thresholds are below 1", f"{asked[-1]:g}")
    return asked


def admit_groups(groups: ArrayLike | None, n: int) -> NDArray[np.intp]:
    """(n,) numbers from 0 of whose row it is; None: every row is a patient's only one."""
    if groups is None:
        return np.arange(n)
    given = np.asarray(groups)
    if given.shape != (n,):
        raise _wrong(f"patients: one for each of {n} rows", f"shape {given.shape}")
    missing = sum(patient is None or patient != patient for patient in given.tolist())
    if missing:
        raise _wrong("every row is a patient's", f"{missing} without one")
    return np.asarray(np.unique(given, return_inverse=True)[1], dtype=np.intp)


def _numbers(given: NDArray[Any], what: str) -> FloatArray:
    if given.dtype.kind not in "biuf":
        raise _wrong(f"{what} are numbers", given)
    numbers = given.astype(np.float64)
    if not np.isfinite(numbers).all():
        raise _wrong(f"{what} are finite", f"{int((~np.isfinite(numbers)).sum())} that are not")
    return numbers


def _wrong(rule: str, found: object) -> SettingsError:
    return SettingsError(Code.SETTINGS, f"{rule}; found {str(found)[:120]}.")
