"""Intervals by drawing patients anew, with replacement, all rows of a patient together.

B. Efron and R. J. Tibshirani, "An Introduction to the Bootstrap" (1993), chapters 13 (percentile) and 14 (BCa:
bias-corrected and accelerated, the acceleration from leaving out each patient once; B. Efron, JASA 1987,
doi:10.1080/01621459.1987.10478410). The models are fixed: the interval says how far the value depends on which
patients were judged, not on which the model learned from.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import BaseModel, ConfigDict, Field
from scipy import special

from oncometry.core.errors import Code, Notice, SettingsError
from oncometry.core.geometry import FloatArray
from oncometry.prediction.metrics.admit import admit_groups
from oncometry.prediction.metrics.estimate import Estimate
from oncometry.prediction.metrics.score import Score
from oncometry.prediction.metrics.weights import Weights

__all__ = ["BootstrapKind", "BootstrapSettings", "bootstrap", "bootstrap_values"]

AT_ONCE = 1_000_000
"""Weights held at once: memory, not result, depends on it."""
TRIES = 20
"""Times the asked number of resamples that are drawn at most to find enough that define a metric."""


class BootstrapKind(StrEnum):
    """How limits follow from resamples."""

    PERCENTILE = "percentile"
    BCA = "bca"


class BootstrapSettings(BaseModel):
    """How intervals are drawn."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    resamples: int = Field(2000, ge=100, le=100_000, description="Of the bootstrap.")
    seed: int = Field(0, ge=0, description="Of the bootstrap.")
    level: float = Field(0.95, gt=0.5, lt=1, description="Of the interval.")
    kind: BootstrapKind = Field(
        BootstrapKind.PERCENTILE, description="percentile, or bca: corrected for bias and skew."
    )


@dataclass(frozen=True, eq=False)
class _Patients:
    """Whose the rows are, and in which stratum each patient is drawn."""

    of_row: NDArray[np.intp]
    strata: tuple[NDArray[np.intp], ...]

    @property
    def count(self) -> int:
        return sum(len(stratum) for stratum in self.strata)

    def draw(self, rng: np.random.Generator, resamples: int) -> Iterator[Weights]:
        """(b, n) weights, b resamples in all."""
        most = max(AT_ONCE // len(self.of_row), 1)
        for start in range(0, resamples, most):
            size = min(most, resamples - start)
            times = np.zeros((size, self.count))
            for stratum in self.strata:
                drawn = rng.integers(0, len(stratum), (size, len(stratum)))
                cells = drawn + len(stratum) * np.arange(size)[:, None]
                counts = np.bincount(cells.ravel(), minlength=size * len(stratum))
                times[:, stratum] = counts.reshape(size, len(stratum))
            yield times[:, self.of_row]

    def left_out(self) -> Iterator[Weights]:
        """(b, n) weights, one patient absent in each."""
        most = max(AT_ONCE // len(self.of_row), 1)
        for start in range(0, self.count, most):
            absent = np.arange(start, min(start + most, self.count))
            yield (self.of_row != absent[:, None]).astype(np.float64)


def bootstrap(
    scores: Sequence[Score],
    groups: ArrayLike | None = None,
    settings: BootstrapSettings | None = None,
    strata: ArrayLike | None = None,
) -> tuple[Estimate, ...]:
    """Each score with its interval; `difference` of two scores gives that of pairs, as all share their resamples.

    A resample in which a metric is undefined (one class) is drawn anew for that metric, counted in `redrawn` and told
    in a notice. If too few resamples define it, there is no interval.

    Args:
        scores: of the same n rows.
        groups: (n,) patient of each row; None: every row is one.
        settings: None: 2000 resamples, percentiles, 95 %.
        strata: (n,) numbers, as a binary outcome: patients are drawn within the highest of their rows; None: one stratum.

    Raises:
        SettingsError: `SETTINGS`, scores of different numbers of rows, or groups or strata of another number.
    """
    chosen = settings or BootstrapSettings()
    patients = _patients(scores, groups, strata)
    values, redrawn = _drawn(scores, patients, chosen)
    corrects = chosen.kind is BootstrapKind.BCA and patients.count > 1
    left_out = _left_out(scores, patients) if corrects else [np.empty(0)] * len(scores)
    way = _way(patients, chosen, strata is not None)
    found = []
    for score, drawn, again, without in zip(scores, values, redrawn, left_out, strict=True):
        estimate = _estimate(score, drawn, without, chosen, way)
        found.append(_told(replace(estimate, redrawn=again), chosen, patients.count))
    return tuple(found)


def bootstrap_values(
    scores: Sequence[Score],
    groups: ArrayLike | None = None,
    settings: BootstrapSettings | None = None,
    strata: ArrayLike | None = None,
) -> tuple[FloatArray, ...]:
    """For each score, (resamples,) values that it takes, those redrawn at the end; empty where it is undefined."""
    return _drawn(scores, _patients(scores, groups, strata), settings or BootstrapSettings())[0]


def _patients(scores: Sequence[Score], groups: ArrayLike | None, strata: ArrayLike | None) -> _Patients:
    sizes = sorted({score.n for score in scores})
    if len(sizes) != 1:
        raise SettingsError(Code.SETTINGS, f"scores of the same rows are resampled together, not of {sizes}.")
    of_row = admit_groups(groups, sizes[0])
    count = int(of_row.max()) + 1
    if strata is None:
        return _Patients(of_row, (np.arange(count),))
    given = np.asarray(strata)
    if given.shape != of_row.shape:
        raise SettingsError(Code.SETTINGS, f"strata of shape {given.shape} for {len(of_row)} rows.")
    rank = np.unique(given, return_inverse=True)[1]
    highest = np.zeros(count, dtype=np.intp)
    np.maximum.at(highest, of_row, rank)
    return _Patients(of_row, tuple(np.flatnonzero(highest == k) for k in np.unique(highest)))


def _drawn(
    scores: Sequence[Score], patients: _Patients, settings: BootstrapSettings
) -> tuple[tuple[FloatArray, ...], list[int]]:
    """Values of each score in resamples that define it, and how many did not."""
    rng = np.random.default_rng(settings.seed)
    known = [score.value is not None and patients.count > 1 for score in scores]
    asked = [score for score, is_known in zip(scores, known, strict=True) if is_known]
    parts = [[score.values(w) for score in asked] for w in patients.draw(rng, settings.resamples)]
    together = iter([np.concatenate([part[k] for part in parts]) for k in range(len(asked))])
    values, redrawn = [], []
    for k, (score, is_known) in enumerate(zip(scores, known, strict=True)):
        first = next(together) if is_known else np.empty(0)
        own = np.random.default_rng([settings.seed, k])
        enough, again = _redrawn(score, first, patients, own) if is_known else (first, 0)
        values.append(enough)
        redrawn.append(again)
    return tuple(values), redrawn


def _redrawn(
    score: Score, values: FloatArray, patients: _Patients, rng: np.random.Generator
) -> tuple[FloatArray, int]:
    """As many values as came, none NaN, and how many resamples were drawn in vain; fewer if the tries run out."""
    wanted, found = len(values), values[np.isfinite(values)]
    drawn = wanted
    while len(found) < wanted and drawn < TRIES * wanted:
        size = wanted - len(found)
        more = np.concatenate([score.values(w) for w in patients.draw(rng, size)])
        found = np.concatenate([found, more[np.isfinite(more)]])
        drawn += size
    return found, drawn - len(found)


def _left_out(scores: Sequence[Score], patients: _Patients) -> list[FloatArray]:
    parts = [[score.values(w) for score in scores] for w in patients.left_out()]
    return [np.concatenate([part[k] for part in parts]) for k in range(len(scores))]


def _estimate(
    score: Score, drawn: FloatArray, left_out: FloatArray, settings: BootstrapSettings, way: str
) -> Estimate:
    value = score.value
    detail = f"{score.detail}; " if score.detail else ""
    if value is None:
        return Estimate(
            score.name, None, None, None, detail + "no interval", score.n, score.events, Code.UNDEFINED
        )
    if len(drawn) < settings.resamples:
        return Estimate(score.name, value, None, None, detail + "no interval", score.n, score.events)
    tail = (1 - settings.level) / 2
    levels, said = np.array([tail, 1 - tail]), way
    if settings.kind is BootstrapKind.BCA:
        corrected = _bca_levels(value, drawn, left_out, levels)
        levels, said = (
            (levels, f"{way} (percentile: BCa undefined)") if corrected is None else (corrected, way)
        )
    low, high = np.quantile(drawn, levels)
    return Estimate(score.name, value, float(low), float(high), detail + said, score.n, score.events)


def _bca_levels(
    value: float, drawn: FloatArray, left_out: FloatArray, levels: FloatArray
) -> FloatArray | None:
    """Which quantiles to take; None where a correction is infinite or unknown."""
    below = (drawn < value).mean() + 0.5 * (drawn == value).mean()
    apart = left_out.mean() - left_out
    if not 0 < below < 1 or not np.isfinite(apart).all():
        return None
    spread = float((apart**2).sum()) ** 1.5
    skew = float((apart**3).sum()) / (6 * spread) if spread > 0 else 0.0
    bias = special.ndtri(below)
    moved = bias + special.ndtri(levels)
    room = 1 - skew * moved
    return None if (room <= 0).any() else np.asarray(special.ndtr(bias + moved / room), dtype=np.float64)


def _way(patients: _Patients, settings: BootstrapSettings, is_stratified: bool) -> str:
    stratified = ", stratified" if is_stratified else ""
    return (
        f"{100 * settings.level:g}% {settings.kind} bootstrap, {settings.resamples} resamples of "
        f"{patients.count} patients{stratified}"
    )


def _told(estimate: Estimate, settings: BootstrapSettings, patients: int) -> Estimate:
    """With notices of resamples drawn again, or of why there is no interval."""
    if estimate.value is None:
        return estimate
    if patients < 2:
        told = Notice(Code.TOO_SMALL, f"{estimate.metric}: {patients} patient gives no interval.")
    elif estimate.low is None:
        told = Notice(
            Code.UNDEFINED,
            f"{estimate.metric}: {estimate.redrawn} resamples did not define it; there is no interval.",
        )
    elif estimate.redrawn:
        told = Notice(
            Code.RESAMPLES_REDRAWN,
            f"{estimate.metric}: {estimate.redrawn} resamples that did not define it were drawn again "
            f"for {settings.resamples}.",
        )
    else:
        return estimate
    return replace(estimate, notices=(*estimate.notices, told))
