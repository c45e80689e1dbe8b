"""Whether groups of patients (sites, clusters) differ in an outcome: one test a kind of outcome, and its size.

Sources: Fisher's exact test and Pearson's chi-squared, the latter's p-value by the permutation distribution where expected
counts are small (Cochran's rule: doi:10.2307/3001616); Kruskal and Wallis, doi:10.1080/01621459.1952.10483441; log-rank:
Mantel and Haenszel's form for several groups (Peto and Peto, doi:10.2307/2344317).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Code, SettingsError
from oncometry.core.geometry import FloatArray
from oncometry.prediction.outcome import SURVIVAL, SurvivalOutcome, Task

__all__ = ["Association", "AssociationTest", "association", "log_rank"]

_PERMUTATIONS = 9_999
_LEAST_EXPECTED = 5.0


class AssociationTest(StrEnum):
    """Which test was made."""

    FISHER = "Fisher exact"
    CHI_SQUARED = "chi-squared"
    CHI_SQUARED_PERMUTED = "chi-squared, permuted"
    KRUSKAL = "Kruskal-Wallis"
    LOG_RANK = "log-rank"
    NONE = "none"


@dataclass(frozen=True)
class Association:
    """How far an outcome differs between groups.

    Attributes:
        test: which was made; `NONE` where there is a reason.
        statistic: of the test; the odds ratio of Fisher's.
        p_value: two-sided.
        effect: 0 to 1: Cramer's V of a binary outcome, epsilon squared of an ordinal or continuous one; of survival none.
        groups, rows: that were compared.
        reason: why there is no test: `CONSTANT`, one group or one value of the outcome.
    """

    test: AssociationTest
    statistic: float | None
    p_value: float | None
    effect: float | None
    groups: int
    rows: int
    reason: Code | None = None


def association(groups: NDArray[Any], outcome: NDArray[Any], task: Task, *, seed: int = 0) -> Association:
    """Test an outcome against groups.

    Args:
        groups: (n,) labels.
        outcome: (n,) by task: 0/1, ordered classes, numbers, or `SURVIVAL` (competing events are censored: the test is of the
            rate of event 1).
        task: what kind of outcome it is.
        seed: of the permutations, where they are needed.

    Raises:
        SettingsError: `SETTINGS`, lengths or types differ; `VALUE_MISSING`, an outcome is not finite.
    """
    given, codes = _checked(groups, outcome, task), np.unique(groups, return_inverse=True)[1].ravel()
    count = int(codes.max(initial=-1)) + 1
    varies = (given["event"] == 1).any() if task is Task.SURVIVAL else len(np.unique(given)) > 1
    if count < 2 or not varies:
        return Association(AssociationTest.NONE, None, None, None, count, len(given), Code.CONSTANT)
    if task is Task.BINARY:
        return _binary(codes, given != given.min(), np.random.default_rng(seed))
    if task is Task.SURVIVAL:
        statistic, p_value = log_rank(codes, given)
        return Association(AssociationTest.LOG_RANK, statistic, p_value, None, count, len(given))
    return _kruskal(codes, given)


def log_rank(groups: NDArray[Any], outcome: SurvivalOutcome) -> tuple[float, float]:
    """Chi-squared of g - 1 degrees of freedom and its p-value, of event 1; all others are censored at their time.

    Args:
        groups: (n,) labels of at least two groups.
        outcome: (n,) with at least one event 1.
    """
    from scipy import special  # noqa: PLC0415 - 40 ms that only tests need

    codes = np.unique(groups, return_inverse=True)[1].ravel()
    member = (codes[:, None] == np.arange(codes.max() + 1)).astype(np.float64)
    happened = outcome["event"] == 1
    times = np.unique(outcome["time_days"][happened])
    at_risk = (outcome["time_days"] >= times[:, None]).astype(np.float64) @ member  # (times, groups)
    dying = ((outcome["time_days"] == times[:, None]) & happened).astype(np.float64) @ member
    everyone, deaths = at_risk.sum(axis=1), dying.sum(axis=1)
    expected = at_risk * (deaths / everyone)[:, None]
    factor = deaths * (everyone - deaths) / (everyone**2 * np.maximum(everyone - 1, 1))
    covariance = np.diag(at_risk.T @ (factor * everyone)) - (at_risk * factor[:, None]).T @ at_risk
    difference = (dying - expected).sum(axis=0)[:-1]
    statistic = float(difference @ np.linalg.pinv(covariance[:-1, :-1]) @ difference)
    return statistic, float(special.chdtrc(member.shape[1] - 1, statistic))


def _checked(groups: NDArray[Any], outcome: NDArray[Any], task: Task) -> NDArray[Any]:
    if groups.ndim != 1 or outcome.shape != groups.shape:
        raise SettingsError(
            Code.SETTINGS, f"groups of shape {groups.shape}, outcome of shape {outcome.shape}."
        )
    if (outcome.dtype == SURVIVAL) != (task is Task.SURVIVAL):
        raise SettingsError(Code.SETTINGS, f"a {task} outcome came as {outcome.dtype}.")
    if task is Task.SURVIVAL:
        return outcome
    values = outcome.astype(np.float64)
    if not np.isfinite(values).all():
        raise SettingsError(
            Code.VALUE_MISSING,
            f"{int((~np.isfinite(values)).sum())} of {len(values)} outcomes are not finite.",
        )
    if task is Task.BINARY and len(np.unique(values)) > 2:
        raise SettingsError(Code.SETTINGS, f"a binary outcome has {len(np.unique(values))} values.")
    return values


def _binary(codes: NDArray[np.intp], positive: NDArray[np.bool_], rng: np.random.Generator) -> Association:
    from scipy import special, stats  # noqa: PLC0415 - 200 ms that only tests need

    sizes = np.bincount(codes)
    events = np.bincount(codes, weights=positive).astype(np.int64)
    rate = events.sum() / len(codes)
    statistic = float(_chi_squared(events, sizes, rate))
    effect = min(float(np.sqrt(statistic / len(codes))), 1.0)  # of two classes min(r, c) - 1 is 1
    rows = len(codes)
    if len(sizes) == 2:
        exact = stats.fisher_exact(np.stack([events, sizes - events]))
        return Association(
            AssociationTest.FISHER, float(exact.statistic), float(exact.pvalue), effect, 2, rows
        )
    if min(rate, 1 - rate) * sizes.min() >= _LEAST_EXPECTED:
        p_value = float(special.chdtrc(len(sizes) - 1, statistic))
        return Association(AssociationTest.CHI_SQUARED, statistic, p_value, effect, len(sizes), rows)
    drawn = rng.multivariate_hypergeometric(sizes, int(events.sum()), size=_PERMUTATIONS)
    above = int((_chi_squared(drawn, sizes, rate) >= statistic - 1e-9).sum())
    p_value = (1 + above) / (1 + _PERMUTATIONS)
    return Association(AssociationTest.CHI_SQUARED_PERMUTED, statistic, p_value, effect, len(sizes), rows)


def _chi_squared(events: NDArray[np.int64], sizes: NDArray[np.intp], rate: float) -> FloatArray:
    """Of tables with these events (..., g) in groups of these sizes, all with one total."""
    found: FloatArray = ((events - sizes * rate) ** 2 / (sizes * rate * (1 - rate))).sum(axis=-1)
    return found


def _kruskal(codes: NDArray[np.intp], values: FloatArray) -> Association:
    from scipy import stats  # noqa: PLC0415 - 200 ms that only tests need

    groups = [values[codes == code] for code in range(int(codes.max()) + 1)]
    found = stats.kruskal(*groups)
    effect = float(np.clip(found.statistic / (len(values) - 1), 0, 1))
    return Association(
        AssociationTest.KRUSKAL,
        float(found.statistic),
        float(found.pvalue),
        effect,
        len(groups),
        len(values),
    )
