"""One patient's explanation: from the background's mean to the output, step by step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oncometry.core.errors import Code, SettingsError
from oncometry.core.geometry import FloatArray
from oncometry.prediction.explanation.shapley import ShapleyValues

__all__ = ["Waterfall", "WaterfallStep", "waterfall"]


@dataclass(frozen=True)
class WaterfallStep:
    """What one feature does.

    Attributes:
        name: of it; 'others' for those that are not shown alone.
        feature_value: the patient's; None for others, for blocks, and where it is missing.
        start, end: output before and after.
        standard_error: of end - start; 0 where exact.
    """

    name: str
    feature_value: float | None
    start: float
    end: float
    standard_error: float


@dataclass(frozen=True)
class Waterfall:
    """Steps by falling size, `others` first, so that the largest ends at the output (less the residual).

    Attributes:
        baseline: where the first step starts.
        output: of the model.
        residual: output minus the end of the last step.
        steps: one each.
    """

    baseline: float
    output: float
    residual: float
    steps: tuple[WaterfallStep, ...]


def waterfall(
    values: ShapleyValues, row: int, features: FloatArray | None = None, shown: int = 10
) -> Waterfall:
    """Of one row.

    Args:
        values: explanation.
        row: which of its n rows.
        features: (k,) the patient's own value of each player, to be shown; None: not shown.
        shown: features that get a step of their own.

    Raises:
        SettingsError: `SETTINGS`, there is no such row, or features are not as many as players.
    """
    if not 0 <= row < len(values.output):
        raise SettingsError(Code.SETTINGS, f"row {row} of {len(values.output)}.")
    if features is not None and features.shape != (len(values.names),):
        raise SettingsError(Code.SETTINGS, f"{features.shape} features for {len(values.names)} players.")
    given, error = values.values[row], values.standard_error[row]
    order = [int(k) for k in np.argsort(-np.abs(given), kind="stable") if given[k] != 0.0]
    alone, rest = order[:shown], order[shown:]
    steps: list[WaterfallStep] = []
    at = float(values.baseline[row])
    if rest:
        end = at + float(given[rest].sum())
        steps.append(WaterfallStep("others", None, at, end, float(np.sqrt((error[rest] ** 2).sum()))))
        at = end
    for k in reversed(alone):
        value = None if features is None or not np.isfinite(features[k]) else float(features[k])
        steps.append(WaterfallStep(values.names[k], value, at, at + float(given[k]), float(error[k])))
        at += float(given[k])
    out = float(values.output[row])
    return Waterfall(float(values.baseline[row]), out, out - at, tuple(steps))
