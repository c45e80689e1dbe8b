"""Shapley values: how much of a row's output is due to each feature, against a background of other rows.

The worth of a set of features is the mean output over the background with those features set to the row's
(interventional: D. Janzing, L. Minorics and P. Bloebaum 2020, arXiv:1910.13413). Values are the mean gain of a
feature over all orders in which features could be set (L. S. Shapley 1953, doi:10.1515/9781400881970-018; E.
Strumbelj and I. Kononenko 2014, doi:10.1007/s10115-013-0679-x; S. M. Lundberg and S.-I. Lee 2017, arXiv:1705.07874).
They add up to the row's output minus the background's mean.

Three ways, by what the model allows, and a result says which:

- `linear`: exact, coefficient times distance from the background's mean, of a model that is affine in its features.
- `exact`: every set of features, where at most 10 are used.
- `permutations`: each background row is walked to the row in a random order and back in the opposite one; the sum is
  exact, single values have a standard error.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from oncometry.core.errors import Code, Notice, SettingsError
from oncometry.core.geometry import FloatArray
from oncometry.prediction.explanation.exact import exact_values
from oncometry.prediction.explanation.linear import linear_form, linear_values
from oncometry.prediction.explanation.model_output import ModelOutput, Players, evaluated
from oncometry.prediction.explanation.permuted_orders import permutation_values
from oncometry.prediction.explanation.used import used_players

__all__ = ["MOST_EXACT", "ShapleyMethod", "ShapleyValues", "joined", "shapley_values"]

MOST_EXACT = 10
"""Used players up to which every set of them is asked: 1024 sets."""
ADDITIVE, ROUNDING = 1e-6, 1e-12
"""Part of the outputs' spread that a row's values may miss its output by without a notice."""


class ShapleyMethod(StrEnum):
    """How values were found."""

    LINEAR = "linear"
    EXACT = "exact"
    PERMUTATIONS = "permutations"


@dataclass(frozen=True, eq=False)
class ShapleyValues:
    """Of n rows and k players.

    Attributes:
        names: (k,).
        values: (n, k), in the unit of the output.
        standard_error: (n, k); 0 where exact.
        baseline: (n,) mean output of the background that each row was held against.
        output: (n,) of each row.
        method: how; the weakest, where parts differ.
        used: (k,) whether the model uses the player at all.
        notices: where values do not add up.
    """

    names: tuple[str, ...]
    values: FloatArray
    standard_error: FloatArray
    baseline: FloatArray
    output: FloatArray
    method: ShapleyMethod
    used: NDArray[np.bool_]
    notices: tuple[Notice, ...] = ()

    @property
    def residual(self) -> FloatArray:
        """(n,) output minus baseline minus the sum of values: what additivity misses."""
        return np.asarray(self.output - self.baseline - self.values.sum(axis=1), dtype=np.float64)

    @property
    def importance(self) -> FloatArray:
        """(k,) mean of absolute values over rows."""
        return np.asarray(np.abs(self.values).mean(axis=0), dtype=np.float64)

    def by_block(self, blocks: Sequence[str]) -> ShapleyValues:
        """Values summed over players of one block, (k,) names of blocks; standard errors as of independent ones."""
        if len(blocks) != len(self.names):
            raise SettingsError(Code.SETTINGS, f"{len(blocks)} blocks for {len(self.names)} players.")
        names = tuple(dict.fromkeys(blocks))
        member = np.array([[block == name for name in names] for block in blocks], dtype=np.float64)
        return ShapleyValues(
            names,
            self.values @ member,
            np.sqrt(self.standard_error**2 @ member),
            self.baseline,
            self.output,
            self.method,
            (member.T @ self.used) > 0,
            self.notices,
        )


def shapley_values(
    output: ModelOutput,
    rows: FloatArray,
    background: FloatArray,
    players: Players,
    rng: np.random.Generator,
    used: Sequence[int] | None = None,
    rounds: int = 1,
    most_exact: int = MOST_EXACT,
) -> ShapleyValues:
    """Explain rows that the model has not learned from, against rows that it has.

    Args:
        output: the whole fitted pipeline.
        rows: (n, p) raw features.
        background: (m, p), some of the training rows: 50 to 200.
        players: who shares the output.
        rng: of orders, and of the search for used players.
        used: players that the model uses; None: those whose change changes an output.
        rounds: walks over the whole background where orders are drawn; errors fall by its root.
        most_exact: used players up to which all 2^k sets are asked, a background of outputs each; fewer where time is short.

    Raises:
        SettingsError: `SETTINGS`, shapes do not fit, or the model's output is not one finite number a row.
    """
    if rows.ndim != 2 or background.ndim != 2 or rows.shape[1] != background.shape[1] or not len(background):
        raise SettingsError(
            Code.SETTINGS, f"rows of shape {rows.shape} against a background of shape {background.shape}."
        )
    at_rows, at_background = evaluated(output, rows), evaluated(output, background)
    kept = used_players(output, rows, background, players, rng) if used is None else sorted(set(used))
    playing = players.only(kept)
    method, values, error = _found(output, rows, background, playing, rng, most_exact, rounds)
    full, full_error = (np.zeros((len(rows), len(players))) for _ in range(2))
    full[:, kept], full_error[:, kept] = values, error
    is_used = np.isin(np.arange(len(players)), kept)
    baseline = np.full(len(rows), at_background.mean())
    found = ShapleyValues(players.names, full, full_error, baseline, at_rows, method, is_used)
    return _told(found, float(np.ptp(np.r_[at_rows, at_background])))


def joined(parts: Sequence[ShapleyValues], rows: Sequence[NDArray[np.intp]]) -> ShapleyValues:
    """Explanations of the folds of a cross-validation as one, in the order of the table.

    Args:
        parts: of each fold's test rows, by the model that had not seen them.
        rows: of each part, the rows' places in the table; together 0 ... n - 1, each once.

    Raises:
        SettingsError: `SETTINGS`, parts have other players, or places are not each once.
    """
    place = np.concatenate([np.empty(0, np.intp), *rows])
    if not parts or any(part.names != parts[0].names for part in parts):
        raise SettingsError(Code.SETTINGS, "explanations of the same players are joined, one at least.")
    if not np.array_equal(np.sort(place), np.arange(sum(len(part.output) for part in parts))):
        raise SettingsError(Code.SETTINGS, f"each of {len(place)} rows is explained once, in one part.")
    order = np.argsort(place)
    weakest = max((part.method for part in parts), key=list(ShapleyMethod).index)
    return ShapleyValues(
        parts[0].names,
        np.concatenate([part.values for part in parts])[order],
        np.concatenate([part.standard_error for part in parts])[order],
        np.concatenate([part.baseline for part in parts])[order],
        np.concatenate([part.output for part in parts])[order],
        weakest,
        np.any([part.used for part in parts], axis=0),
        tuple(notice for part in parts for notice in part.notices),
    )


def _found(
    output: ModelOutput,
    rows: FloatArray,
    background: FloatArray,
    players: Players,
    rng: np.random.Generator,
    most_exact: int,
    rounds: int,
) -> tuple[ShapleyMethod, FloatArray, FloatArray]:
    """The method, (n, k) values and standard errors of used players."""
    form = linear_form(output, rows, background, players, rng)
    if form is not None:
        values = linear_values(form, rows, background, players)
        return ShapleyMethod.LINEAR, values, np.zeros_like(values)
    if len(players) <= most_exact:
        values = exact_values(output, rows, background, players)
        return ShapleyMethod.EXACT, values, np.zeros_like(values)
    return ShapleyMethod.PERMUTATIONS, *permutation_values(output, rows, background, players, rng, rounds)


def _told(found: ShapleyValues, spread: float) -> ShapleyValues:
    """With a notice where values do not add up."""
    furthest = float(np.abs(found.residual).max(initial=0.0))
    rounding = ROUNDING * float(np.abs(found.output).max(initial=0.0))
    if furthest <= ADDITIVE * spread + rounding:
        return found
    notice = Notice(
        Code.EXPLANATION_NOT_ADDITIVE,
        f"contributions miss the output of a row by up to {furthest:.3g}: a feature said not to be used is.",
    )
    return ShapleyValues(
        found.names,
        found.values,
        found.standard_error,
        found.baseline,
        found.output,
        found.method,
        found.used,
        (notice,),
    )
