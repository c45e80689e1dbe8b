"""Maximum-likelihood fits of NTCP models to histograms and outcomes, with profile-likelihood intervals.

An interval holds all values of a parameter for which the likelihood, the others at their best, is not worse than the best by
more than half the 95 % quantile of chi-square with one degree of freedom (Venzon and Moolgavkar 1988, doi:10.2307/2347496).
Parameters are searched on the logarithm, coefficients as they are; where the data leave an end open, it is said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq, minimize
from scipy.special import expit, xlog1py, xlogy

from oncometry.core import Code, CorruptInputError, Notice, SettingsError
from oncometry.core.geometry import FloatArray
from oncometry.dose.dvh_table import DvhTable
from oncometry.dose.ntcp import (
    INTERCEPT,
    Covariates,
    LogisticNtcp,
    LogLogistic,
    LymanKutcherBurman,
    NtcpModel,
    RelativeSeriality,
)
from oncometry.dose.quantity import DoseQuantity

__all__ = ["FittedParameter", "NtcpFit", "fit_logistic_ntcp", "fit_ntcp"]

Vector = NDArray[np.float64]
THRESHOLD = 3.841458820694124 / 2
FEW_EVENTS = 10
TINY = 1e-12
WIDE = (-1e4, 1e4)
"""Where the intercept is looked for: it is the log odds where all columns are 0, which may be far from the data."""
FARTHEST = 60
"""Steps of the search for the end of an interval."""


@dataclass(frozen=True)
class FittedParameter:
    """An estimate with its 95 % profile-likelihood interval; `low` or `high` is None where the data leave it open."""

    name: str
    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True, eq=False)
class NtcpFit:
    """A fitted model.

    Attributes:
        quantity: of the doses it was fitted on: it is applied to no other.
        n, events: patients and complications.
    """

    model: NtcpModel
    parameters: tuple[FittedParameter, ...]
    quantity: DoseQuantity
    log_likelihood: float
    n: int
    events: int
    notices: tuple[Notice, ...] = ()

    @property
    def aic(self) -> float:
        """Akaike's criterion."""
        return 2 * (len(self.parameters) - self.log_likelihood)

    def probability(self, table: DvhTable, covariates: Covariates | None = None) -> FloatArray:
        """(n,) probability of each row.

        Raises:
            SettingsError: `DOSE_QUANTITY`, the doses are of another quantity than those of the fit.
        """
        if table.quantity != self.quantity:
            raise SettingsError(
                Code.DOSE_QUANTITY,
                f"the model was fitted on {self.quantity}, the doses are {table.quantity}.",
            )
        return self.model.probability(table, covariates)


@dataclass(frozen=True)
class _Search:
    """Parameters of a kind of model: where each is looked for, on the logarithm, and where from."""

    names: tuple[str, ...]
    limits: tuple[tuple[float, float], ...]
    starts: tuple[tuple[float, ...], ...]
    build: Callable[[Vector], NtcpModel]


SEARCHES: Mapping[str, _Search] = {
    "lkb": _Search(
        ("td50_gy", "m", "n"),
        ((1.0, 500.0), (0.01, 10.0), (0.005, 50.0)),
        ((50.0, 0.3, 1.0), (60.0, 0.3, 0.2), (40.0, 0.6, 3.0)),
        lambda x: LymanKutcherBurman(*x),
    ),
    "log-logistic": _Search(
        ("td50_gy", "gamma50", "a"),
        ((1.0, 500.0), (0.01, 20.0), (0.02, 200.0)),
        ((50.0, 1.0, 1.0), (60.0, 1.0, 6.0), (40.0, 0.5, 0.4)),
        lambda x: LogLogistic(*x),
    ),
    "relative-seriality": _Search(
        ("d50_gy", "gamma", "s"),
        ((1.0, 500.0), (0.01, 20.0), (1e-3, 10.0)),
        ((50.0, 1.0, 0.3), (60.0, 1.5, 1.0), (40.0, 0.7, 0.05)),
        lambda x: RelativeSeriality(*x),
    ),
}


def fit_ntcp(kind: str, table: DvhTable, outcome: ArrayLike) -> NtcpFit:
    """Fit a model of a kind: 'lkb', 'log-logistic' or 'relative-seriality'.

    Args:
        outcome: (n,) 0 or 1, whether each row had the complication.

    Raises:
        SettingsError: `SETTINGS`, there is no such kind.
        CorruptInputError: `CORRUPT` for an outcome that is not 0 or 1 of each row; `CONSTANT` where all had it or none.
    """
    if kind not in SEARCHES:
        raise SettingsError(
            Code.SETTINGS, f"there is no NTCP model {kind!r}; there are {', '.join(SEARCHES)}."
        )
    search, had = SEARCHES[kind], _checked(outcome, len(table))

    def cost(x: Vector) -> float:
        return _cost(search.build(np.exp(x)).probability(table), had)

    limits = [(float(np.log(a)), float(np.log(b))) for a, b in search.limits]
    best = _minimized(cost, [np.log(start) for start in search.starts], limits)
    found, notices = [], list(_few(had))
    for at, name in enumerate(search.names):
        low, high = _interval(cost, best, at, limits)
        found.append(FittedParameter(name, float(np.exp(best[at])), _exp(low), _exp(high)))
        notices += _open(name, low, high)
    model = search.build(np.exp(best))
    return NtcpFit(model, tuple(found), table.quantity, -cost(best), len(had), int(had.sum()), tuple(notices))


def fit_logistic_ntcp(
    table: DvhTable, outcome: ArrayLike, metrics: Sequence[str], covariates: Covariates | None = None
) -> NtcpFit:
    """Fit a multivariable logistic model on dose metrics by name, and covariates.

    Args:
        outcome: (n,) 0 or 1.

    Raises:
        CorruptInputError: as `fit_ntcp`; `VALUE_MISSING` where a metric or covariate is not finite; `CONSTANT` where one is
            the same in all rows.
        SettingsError: `SETTINGS`, there is no such metric, or one name is given twice, as metric and covariate say.
    """
    had, others = _checked(outcome, len(table)), dict(covariates or {})
    _check_once([*metrics, *others])
    columns = {name: table.metric(name) for name in metrics}
    columns |= {name: np.asarray(values, dtype=np.float64) for name, values in others.items()}
    for name, column in columns.items():
        _check_column(name, column, len(table))
    design = np.column_stack([np.ones(len(table)), *columns.values()])
    scale = np.concatenate([[1.0], design[:, 1:].std(axis=0)])
    center = np.concatenate([[0.0], design[:, 1:].mean(axis=0)])
    limits = [(-30.0, 30.0)] * design.shape[1]
    cost = _logistic_cost((design - center) / scale, had)
    best = _minimized(cost, [np.zeros(design.shape[1])], limits)
    slopes = best / scale
    intercept = float(best[0] - slopes[1:] @ center[1:])
    ends = _interval(
        _logistic_cost(design / scale, had), np.array([intercept, *best[1:]]), 0, [WIDE, *limits[1:]]
    )
    found, notices = [FittedParameter(INTERCEPT, intercept, *ends)], [*_few(had), *_open(INTERCEPT, *ends)]
    for at, name in enumerate(columns, start=1):
        low, high = _interval(cost, best, at, limits)
        found.append(
            FittedParameter(name, float(slopes[at]), *(_scaled(x, 1 / scale[at]) for x in (low, high)))
        )
        notices += _open(name, low, high)
    weights = dict(zip(columns, slopes[1:].tolist(), strict=True))
    model = LogisticNtcp(intercept, {n: weights[n] for n in metrics}, {n: weights[n] for n in others})
    return NtcpFit(model, tuple(found), table.quantity, -cost(best), len(had), int(had.sum()), tuple(notices))


def _logistic_cost(design: FloatArray, had: Vector) -> Callable[[Vector], float]:
    return lambda x: _cost(expit(design @ x), had)


def _scaled(value: float | None, by: float) -> float | None:
    return None if value is None else float(value * by)


def _checked(outcome: ArrayLike, rows: int) -> Vector:
    had = np.asarray(outcome, dtype=np.float64)
    if had.shape != (rows,) or not np.isin(had, (0, 1)).all():
        strange = had[~np.isin(had, (0, 1))][:3].tolist() if had.shape == (rows,) else list(had.shape)
        raise CorruptInputError(
            Code.CORRUPT, f"an outcome is 0 or 1 for each of {rows} histograms; among it is {strange}."
        )
    if had.min() == had.max():
        raise CorruptInputError(
            Code.CONSTANT, f"all {rows} patients have the outcome {had[0]:g}: there is nothing to fit."
        )
    return had


def _check_once(names: Sequence[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise SettingsError(
            Code.SETTINGS,
            f"{', '.join(map(repr, twice))} is given twice: metrics and covariates have a name each.",
            advice="Rename the covariate.",
        )


def _check_column(name: str, column: Vector, rows: int) -> None:
    if column.shape != (rows,) or not np.isfinite(column).all():
        raise CorruptInputError(
            Code.VALUE_MISSING,
            f"{name} is not a finite number in each of {rows} rows.",
            advice="Leave such rows out.",
        )
    if float(np.ptp(column)) == 0:
        raise CorruptInputError(
            Code.CONSTANT, f"{name} is {column[0]:g} in all rows: its effect cannot be told."
        )


def _cost(probability: FloatArray, had: Vector) -> float:
    p = np.clip(probability, TINY, 1 - TINY)
    return -float((xlogy(had, p) + xlog1py(1 - had, -p)).sum())


def _minimized(
    cost: Callable[[Vector], float], starts: Sequence[Vector], limits: Sequence[tuple[float, float]]
) -> Vector:
    """Downhill by gradients from each start, then from the best by a simplex, which does not mind a kink."""
    tried = [minimize(cost, start, method="L-BFGS-B", bounds=limits) for start in starts]
    first = min(tried, key=lambda one: float(one.fun))
    options = {"xatol": 1e-5, "fatol": 1e-8, "maxiter": 1000}
    second = minimize(cost, first.x, method="Nelder-Mead", bounds=limits, options=options)
    return np.asarray(second.x if second.fun <= first.fun else first.x)


def _interval(
    cost: Callable[[Vector], float], best: Vector, at: int, limits: Sequence[tuple[float, float]]
) -> tuple[float | None, float | None]:
    """Both ends for one parameter; None where the limit of the search comes first."""
    lowest = cost(best)
    others = [n for n in range(len(best)) if n != at]
    warm = best.copy()

    def excess(value: float) -> float:
        x = warm.copy()
        x[at] = value
        if others:
            kept = [limits[n] for n in others]

            def rest(y: Vector) -> float:
                full = x.copy()
                full[others] = y
                return cost(full)

            done = minimize(rest, x[others], method="L-BFGS-B", bounds=kept, options={"ftol": 1e-8})
            x[others] = done.x
            warm[others] = done.x
        return cost(x) - lowest - THRESHOLD

    ends = []
    for side, limit in zip((-1.0, 1.0), limits[at], strict=True):
        warm[:] = best
        ends.append(_end(excess, float(best[at]), side, limit))
    return ends[0], ends[1]


def _end(excess: Callable[[float], float], start: float, side: float, limit: float) -> float | None:
    step, near = 0.1, start
    for _ in range(FARTHEST):
        far = near + side * step
        if (far - limit) * side >= 0:
            return None if excess(limit) < 0 else float(brentq(excess, near, limit, xtol=1e-3))
        if excess(far) >= 0:
            return float(brentq(excess, near, far, xtol=1e-3))
        near, step = far, step * 1.5
    return None


def _exp(value: float | None) -> float | None:
    return None if value is None else float(np.exp(value))


def _few(had: Vector) -> tuple[Notice, ...]:
    events = int(min(had.sum(), len(had) - had.sum()))
    if events >= FEW_EVENTS:
        return ()
    what = f"only {events} patients are in the smaller of the two groups: the fit may be far off."
    return (Notice(Code.TOO_SMALL, what),)


def _open(name: str, low: float | None, high: float | None) -> tuple[Notice, ...]:
    ends = [side for side, end in (("below", low), ("above", high)) if end is None]
    if not ends:
        return ()
    return (Notice(Code.UNDEFINED, f"the data do not bound {name} {' and '.join(ends)}."),)
