"""Dose metrics by name: D2%, D2cc, V20Gy(%), V20Gy(cc), mean, gEUD(8)."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from oncometry.core import Code, SettingsError
from oncometry.dose.dvh import Dvh
from oncometry.dose.eud import geud_gy

__all__ = ["DEFAULT_METRICS", "DoseMetric", "MetricValue", "measure_metrics", "metric_named"]

DEFAULT_METRICS = (
    "volume",
    "mean",
    "min",
    "max",
    "D98%",
    "D95%",
    "D50%",
    "D2%",
    "D2cc",
    "D0.1cc",
    "V20Gy(%)",
    "V20Gy(cc)",
)

NUMBER = r"(\d+(?:\.\d+)?)"
DOSE_PERCENT = re.compile(rf"D{NUMBER}%", re.IGNORECASE)
DOSE_CC = re.compile(rf"D{NUMBER}(?:cc|cm3|ml)", re.IGNORECASE)
VOLUME = re.compile(rf"V{NUMBER}Gy\((%|cc|cm3|ml)\)", re.IGNORECASE)
EUD = re.compile(r"gEUD\(([-+]?\d+(?:\.\d+)?|[-+]?inf)\)", re.IGNORECASE)
PLAIN = {"mean": "mean_gy", "min": "min_gy", "max": "max_gy", "volume": "volume_cc"}
EXAMPLES = "D2%, D2cc, V20Gy(%), V20Gy(cc), gEUD(8), mean, min, max, volume"


@dataclass(frozen=True)
class DoseMetric:
    """One metric.

    Attributes:
        name: 'D2%', in one spelling.
        key: with its unit, as a column may be called: 'd2_percent_gy'.
        unit: 'Gy', 'cc' or '%'.
        what: 'dose_percent', 'dose_cc', 'volume_percent', 'volume_cc', 'geud', 'mean', 'min', 'max' or 'volume'.
        at: the number in its name; None of those without.
    """

    name: str
    key: str
    unit: str
    what: str
    at: float | None = None


@dataclass(frozen=True)
class MetricValue:
    """A metric of a structure; null only with a reason."""

    metric: DoseMetric
    value: float | None
    reason: Code | None = None


def metric_named(text: str) -> DoseMetric:
    """The metric that a name means.

    Raises:
        SettingsError: `SETTINGS`, it means none, or leaves its unit open.
    """
    name = re.sub(r"\s+", "", text)
    if name.lower() in PLAIN:
        plain = name.lower()
        return DoseMetric(plain, PLAIN[plain], "cc" if plain == "volume" else "Gy", plain)
    if found := DOSE_PERCENT.fullmatch(name):
        return _dose_percent(float(found[1]), text)
    if found := DOSE_CC.fullmatch(name):
        at = float(found[1])
        return DoseMetric(f"D{at:g}cc", f"d{_word(at)}cc_gy", "Gy", "dose_cc", at)
    if found := VOLUME.fullmatch(name):
        at, is_percent = float(found[1]), found[2] == "%"
        unit, word = ("%", "percent") if is_percent else ("cc", "cc")
        return DoseMetric(f"V{at:g}Gy({unit})", f"v{_word(at)}gy_{word}", unit, f"volume_{word}", at)
    if found := EUD.fullmatch(name):
        at = float(found[1])
        return DoseMetric(f"gEUD({at:g})", f"geud_a{_word(at)}_gy", "Gy", "geud", at)
    raise SettingsError(
        Code.SETTINGS,
        f"{text!r} is no dose metric, or says no unit.",
        advice=f"Metrics are spelled as {EXAMPLES}.",
    )


def _dose_percent(at: float, text: str) -> DoseMetric:
    if at > 100:
        raise SettingsError(Code.SETTINGS, f"{text!r}: a structure has no more than 100 %.")
    return DoseMetric(f"D{at:g}%", f"d{_word(at)}_percent_gy", "Gy", "dose_percent", at)


def _word(number: float) -> str:
    return f"{number:g}".replace(".", "_").replace("-", "_minus").replace("+", "")


def measure_metrics(dvh: Dvh, metrics: Sequence[DoseMetric]) -> tuple[MetricValue, ...]:
    """Metrics of a histogram: of what the dose grid covers, but `volume`, which is that of the whole structure."""
    return tuple(_measured(dvh, metric) for metric in metrics)


def _measured(dvh: Dvh, metric: DoseMetric) -> MetricValue:
    value = _value(dvh, metric)
    if math.isnan(value):
        return MetricValue(metric, None, Code.TOO_SMALL)
    return MetricValue(metric, value)


def _value(dvh: Dvh, metric: DoseMetric) -> float:
    at = 0.0 if metric.at is None else metric.at
    match metric.what:
        case "dose_percent":
            return dvh.dose_of(at / 100 * dvh.covered_cc)
        case "dose_cc":
            return dvh.dose_of(at)
        case "volume_percent":
            return dvh.percent_of(at)
        case "volume_cc":
            return dvh.volume_of(at)
        case "geud":
            return geud_gy(dvh, at)
        case "mean":
            return dvh.average_gy
        case "min":
            return dvh.min_gy
        case "max":
            return dvh.max_gy
    return dvh.structure_cc
