"""Minima of a loss of a linear predictor under an elastic-net penalty, along a path of penalties.

Sources: Friedman, Hastie and Tibshirani, doi:10.18637/jss.v033.i01; for Cox's likelihood Simon et al., doi:10.18637/jss.v039.i05.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy import linalg

from oncometry import _native
from oncometry.core import Code
from oncometry.core.errors import Notice
from oncometry.core.geometry import FloatArray
from oncometry.prediction.models.estimator import check_number

__all__ = [
    "AtPredictors",
    "ElasticNetFit",
    "ElasticNetRule",
    "ElasticNetSettings",
    "Loss",
    "minimize_elastic_net",
]

_HALVINGS = 20
_ROUNDING = 1e-12
_MOST_PASSES = 1000


@dataclass(frozen=True)
class AtPredictors:
    """A mean loss at linear predictors (n,).

    Attributes:
        value: of the loss.
        descent: (n,) minus its gradient.
        curvature: (n,) of a quadratic about here, per row; at least the loss's own along each row, or nearly.
    """

    value: float
    descent: FloatArray
    curvature: FloatArray


class Loss(Protocol):
    """What is minimized: a convex function of the rows' linear predictors."""

    def at(self, predictors: FloatArray) -> AtPredictors:
        """Value and derivatives."""
        ...

    def root(self, predictors: FloatArray) -> FloatArray | None:
        """(n, n) lower triangle whose square is the second derivative, where the rows' own curvatures do not tell it."""
        ...


@dataclass(frozen=True)
class ElasticNetRule:
    """loss + alpha (l1_ratio |b| + (1 - l1_ratio) b^2 / 2).

    Attributes:
        alpha, l1_ratio: of the penalty.
        path_length: alphas from that at which the first coefficient leaves 0 down to `alpha`, each begun where the one
            before ended.
        intercept: whether there is one, of which there is no penalty.
        tolerance: a round whose moves each change the mean loss by less ends it.
        max_rounds: quadratic models of the loss at each alpha, after which it gives up.
    """

    alpha: float
    l1_ratio: float
    path_length: int = 10
    intercept: bool = True
    tolerance: float = 1e-9
    max_rounds: int = 100

    def __post_init__(self) -> None:
        check_number("alpha", self.alpha, 0.0)
        check_number("l1_ratio", self.l1_ratio, 0.0, 1.0)
        check_number("path_length", self.path_length, 1)
        check_number("tolerance", self.tolerance, 0.0)


@dataclass(frozen=True)
class ElasticNetFit:
    """Coefficients of rows about their mean.

    Attributes:
        alphas: (k,) falling; the last is the one asked for.
        path: (p, k) coefficients at each.
        coefficients: (p,) at the last.
        intercept: at the last, of a row at the mean; 0 where there is none.
        mean: (p,).
        rounds: quadratic models of all alphas.
        notices: `NOT_CONVERGED` where rounds ran out.
    """

    alphas: FloatArray
    path: FloatArray
    intercept: float
    mean: FloatArray
    rounds: int
    notices: tuple[Notice, ...]

    @property
    def coefficients(self) -> FloatArray:
        """(p,) at the alpha asked for."""
        return np.ascontiguousarray(self.path[:, -1])

    @property
    def intercept_at_zero(self) -> float:
        """Of a row of zeros."""
        return self.intercept - float(self.mean @ self.coefficients)


@dataclass
class _State:
    coefficients: FloatArray
    intercept: float
    predictors: FloatArray

    def become(self, other: _State) -> None:
        self.coefficients, self.intercept, self.predictors = (
            other.coefficients,
            other.intercept,
            other.predictors,
        )

    def halfway_to(self, other: _State) -> _State:
        return _State(
            (self.coefficients + other.coefficients) / 2,
            (self.intercept + other.intercept) / 2,
            (self.predictors + other.predictors) / 2,
        )


class ElasticNetSettings:
    """The settings of an elastic net, and what it keeps of its fit besides its coefficients.

    Args:
        alpha: of the penalty.
        l1_ratio: 0 ridge to 1 lasso.
        path_length: alphas on the way down to `alpha`, with coefficients at each.
        tolerance: of the mean loss, at which it ends.
        max_rounds: at each alpha.

    Attributes:
        alphas_, coef_path_: (k,), (p, k).
    """

    def __init__(
        self,
        alpha: float = 0.1,
        l1_ratio: float = 0.5,
        path_length: int = 10,
        tolerance: float = 1e-9,
        max_rounds: int = 100,
    ) -> None:
        self.alpha = alpha
        self.l1_ratio = l1_ratio
        self.path_length = path_length
        self.tolerance = tolerance
        self.max_rounds = max_rounds

    def _minimum(
        self, rows: FloatArray, weights: FloatArray, loss: Loss, intercept: bool = True
    ) -> ElasticNetFit:
        """Of rows (n, p) with weights (n,); the path to it is kept."""
        rule = ElasticNetRule(
            self.alpha, self.l1_ratio, self.path_length, intercept, self.tolerance, self.max_rounds
        )
        found = minimize_elastic_net(rows, weights, loss, rule)
        self.alphas_, self.coef_path_ = found.alphas, found.path
        self.n_iter_ = found.rounds
        self.notices_ = found.notices
        return found


def minimize_elastic_net(
    rows: FloatArray, weights: FloatArray, loss: Loss, rule: ElasticNetRule
) -> ElasticNetFit:
    """Of rows (n, p) with weights (n,): the loss knows the outcomes and the weights, which here only place the mean."""
    mean = weights @ rows / weights.sum()
    columns = np.ascontiguousarray((rows - mean).T)
    state = _State(np.zeros(len(columns)), 0.0, np.zeros(len(rows)))
    rounds, done = 0, True
    if rule.intercept:
        null = _State(np.zeros(0), 0.0, state.predictors)
        _minimize(columns[:0], loss, rule, rule.alpha, null)
        state = _State(state.coefficients, null.intercept, null.predictors)
    alphas = _alphas(columns @ loss.at(state.predictors).descent, rule)
    path = np.empty((len(columns), len(alphas)))
    before = float(alphas[0])
    for place, alpha in enumerate(alphas.tolist()):
        made, done = _minimize_some(columns, loss, rule, (before, alpha), state)
        before, rounds = alpha, rounds + made
        path[:, place] = state.coefficients
    notices = () if done else (_unfinished(rule),)
    return ElasticNetFit(alphas, path, state.intercept, mean, rounds, notices)


def _alphas(slopes: FloatArray, rule: ElasticNetRule) -> FloatArray:
    most = float(np.abs(slopes).max(initial=0.0)) / max(rule.l1_ratio, 1e-3)
    if rule.path_length == 1 or rule.alpha >= most or rule.alpha == 0:
        return np.array([rule.alpha])
    found: FloatArray = np.geomspace(most, rule.alpha, rule.path_length)
    found[-1] = rule.alpha
    return found


def _minimize_some(
    columns: FloatArray, loss: Loss, rule: ElasticNetRule, alphas: tuple[float, float], state: _State
) -> tuple[int, bool]:
    """As `_minimize`, with those features alone that can be in; others join while any of them should be.

    The strong rule of Tibshirani et al., doi:10.1111/j.1467-9868.2011.01004.x: between two penalties a slope changes by no
    more than they do, nearly always.
    """
    before, alpha = (one * rule.l1_ratio for one in alphas)
    slopes = columns @ loss.at(state.predictors).descent
    chosen = (state.coefficients != 0) | (np.abs(slopes) >= 2 * alpha - before)
    rounds = 0
    while True:
        some = columns if chosen.all() else columns[chosen]
        part = _State(state.coefficients[chosen], state.intercept, state.predictors)
        made, done = _minimize(some, loss, rule, alphas[1], part)
        rounds += made
        state.coefficients = np.zeros(len(columns))
        state.coefficients[chosen] = part.coefficients
        state.intercept, state.predictors = part.intercept, part.predictors
        slopes = columns @ loss.at(state.predictors).descent
        missing = ~chosen & (np.abs(slopes) > alpha * (1 + _ROUNDING))
        if not missing.any():
            return rounds, done
        chosen |= missing


def _minimize(
    columns: FloatArray, loss: Loss, rule: ElasticNetRule, alpha: float, state: _State
) -> tuple[int, bool]:
    """Moves the state to the minimum at alpha; gives rounds made and whether it got there."""
    lasso, ridge = alpha * rule.l1_ratio, alpha * (1 - rule.l1_ratio)
    now = loss.at(state.predictors)
    for made in range(1, rule.max_rounds + 1):
        before = now.value + _penalty(state, lasso, ridge)
        passes, moved = _descended(columns, loss, now, (lasso, ridge, rule.intercept), rule.tolerance, state)
        for _ in range(_HALVINGS):
            now = loss.at(moved.predictors)
            if now.value + _penalty(moved, lasso, ridge) <= before + _ROUNDING * max(1.0, abs(before)):
                break
            moved = moved.halfway_to(state)
        state.become(moved)
        if passes == 1:
            return made, True
    return rule.max_rounds, False


def _descended(
    columns: FloatArray,
    loss: Loss,
    now: AtPredictors,
    penalty: tuple[float, float, bool],
    tolerance: float,
    state: _State,
) -> tuple[int, _State]:
    """Passes made, and the minimum of the quadratic model of the loss about the state."""
    root = loss.root(state.predictors)
    coefficients, gradient = state.coefficients.copy(), now.descent.copy()
    seen, weights = columns, now.curvature
    if root is not None:  # in other rows, whose curvatures are all 1
        seen, weights = np.ascontiguousarray(columns @ root), np.ones(len(root))
        gradient = linalg.solve_triangular(root, gradient, lower=True)
    passes, intercept = _native.descend_elastic_net(
        seen, weights, penalty, _MOST_PASSES, tolerance, gradient, coefficients, state.intercept
    )
    return passes, _State(coefficients, intercept, coefficients @ columns + intercept)


def _penalty(state: _State, lasso: float, ridge: float) -> float:
    coefficients = state.coefficients
    return lasso * float(np.abs(coefficients).sum()) + ridge * float(coefficients @ coefficients) / 2


def _unfinished(rule: ElasticNetRule) -> Notice:
    return Notice(
        Code.NOT_CONVERGED,
        f"the elastic net at alpha {rule.alpha:g} moved on after {rule.max_rounds} rounds: its coefficients are not exact.",
    )
