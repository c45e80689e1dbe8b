"""Metrics and their numbers as a reviewer reads them."""

from __future__ import annotations

from oncometry.prediction.judging import LOWER_IS_BETTER
from oncometry.prediction.metrics import Metric
from oncometry.report.formatting import number_text
from oncometry.report.grid import Cell

__all__ = [
    "estimate_cell",
    "estimate_text",
    "first_up",
    "interval_text",
    "is_better",
    "metric_name",
    "signed",
]

NAMES = {
    "auc": "AUC",
    "average_precision": "average precision",
    "brier": "Brier score",
    "scaled_brier": "scaled Brier score",
    "log_loss": "log loss",
    "c_harrell": "C-index (Harrell)",
    "c_uno": "C-index (Uno)",
    "integrated_brier": "integrated Brier score",
    "integrated_auc": "integrated AUC",
    "calibration_slope": "calibration slope",
    "calibration_intercept": "calibration intercept",
    "observed_expected": "observed / expected",
    "ordinal_c": "ordinal C-index",
    "quadratic_kappa": "quadratic kappa",
    "macro_accuracy": "macro accuracy",
    "balanced_accuracy": "balanced accuracy",
    "f1": "F1",
    "ppv": "PPV",
    "npv": "NPV",
    "mae": "mean absolute error",
    "rmse": "root mean squared error",
    "r2": "R²",
    "spearman": "Spearman's correlation",
    "concordance": "concordance",
}
PLAIN = ("mae", "rmse")
"""In the units of the outcome."""


def metric_name(metric: str) -> str:
    """'auc_730_days_difference' as 'AUC at day 730, difference'."""
    rest, more = metric, ""
    if rest.startswith("site_held_out_"):
        rest = rest.removeprefix("site_held_out_")
    if rest.endswith("_difference"):
        rest, more = rest.removesuffix("_difference"), ", difference"
    if rest.endswith("_days"):
        rest, day = rest.removesuffix("_days").rsplit("_", 1)
        return f"{NAMES.get(rest, rest.replace('_', ' '))} at day {day}{more}"
    return NAMES.get(rest, rest.replace("_", " ")) + more


def estimate_text(metric: Metric | None, plus: bool = False) -> str:
    """'0.75 (0.66 to 0.83)'; the reason where there is no value."""
    if metric is None:
        return "–"
    if metric.value is None:
        return f"undefined ({metric.reason})" if metric.reason else "undefined"
    shown = signed(metric.value, metric.metric) if plus else number_text(metric.value, _decimals(metric))
    return f"{shown} ({interval_text(metric, plus)})" if metric.low is not None else shown


def interval_text(metric: Metric, plus: bool = False) -> str:
    """'0.66 to 0.83'."""
    if metric.low is None or metric.high is None:
        return "no interval"
    if plus:
        return f"{signed(metric.low, metric.metric)} to {signed(metric.high, metric.metric)}"
    return f"{number_text(metric.low, _decimals(metric))} to {number_text(metric.high, _decimals(metric))}"


def estimate_cell(metric: Metric | None, plus: bool = False, css: str = "") -> Cell:
    """The same for a table, with how it came about under the pointer."""
    return Cell(estimate_text(metric, plus), "" if metric is None else metric.method, css)


def signed(value: float, metric: str = "") -> str:
    """With its sign."""
    text = number_text(value, 3 if not metric.startswith(PLAIN) or abs(value) < 10 else 1)
    return f"+{text}" if value > 0 and text.strip("0.") else text


def is_better(metric: Metric) -> bool | None:
    """Whether the whole interval of a difference is on the good side, on the bad one, or neither (None)."""
    if metric.low is None or metric.high is None:
        return None
    name = metric.metric.removeprefix("site_held_out_").removesuffix("_difference")
    low, high = (-metric.high, -metric.low) if name in LOWER_IS_BETTER else (metric.low, metric.high)
    return True if low > 0 else False if high < 0 else None


def _decimals(metric: Metric) -> int:
    big = metric.metric.removeprefix("site_held_out_").startswith(PLAIN) and abs(metric.value or 0) >= 10
    return 1 if big else 3 if abs(metric.value or 0) < 10 else 1


def first_up(words: str) -> str:
    """With a capital letter first."""
    return words[0].upper() + words[1:]
