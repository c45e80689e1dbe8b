"""Contributions add up, are exact where they can be, and give nothing to what says nothing."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from scipy.special import expit

from oncometry.prediction.final.contributions import contributions

rng = np.random.default_rng(1)
WEIGHTS = rng.normal(size=14)


def curved(rows: np.ndarray) -> np.ndarray:
    x = np.nan_to_num(rows)
    return expit(x @ WEIGHTS[: x.shape[1]] + x[:, 0] * x[:, 1])


@pytest.mark.parametrize("columns", [3, 8, 14])
def test_they_add_up(columns: int) -> None:
    row, typical = rng.normal(size=columns), rng.normal(size=columns)
    amounts = contributions(row, typical, [[i] for i in range(columns)], curved, np.random.default_rng(0))
    assert amounts.sum() == pytest.approx(float((curved(row[None]) - curved(typical[None]))[0]), abs=1e-12)


def test_with_few_values_they_are_those_of_all_orders() -> None:
    row, typical = rng.normal(size=4), rng.normal(size=4)
    expected = np.zeros(4)
    for order in permutations(range(4)):
        now = typical.copy()
        for i in order:
            before = curved(now[None])[0]
            now[i] = row[i]
            expected[i] += (curved(now[None])[0] - before) / 24
    amounts = contributions(row, typical, [[0], [1], [2], [3]], curved, np.random.default_rng(0))
    np.testing.assert_allclose(amounts, expected, atol=1e-12)


def test_of_a_line_they_are_the_weights() -> None:
    row, typical = rng.normal(size=14), rng.normal(size=14)
    amounts = contributions(row, typical, [[i] for i in range(14)], lambda x: x @ WEIGHTS, np.random.default_rng(0))
    np.testing.assert_allclose(amounts, WEIGHTS * (row - typical), atol=1e-12)


def test_drawn_orders_come_near_all_orders() -> None:
    """shap is the peer: its exact values of the same function and the same typical row."""
    shap = pytest.importorskip("shap")
    row, typical = rng.normal(size=10), rng.normal(size=10)
    drawn = contributions(row, typical, [[i] for i in range(10)], curved, np.random.default_rng(0))
    exact = shap.explainers.Exact(curved, typical[None])(row[None]).values[0]
    np.testing.assert_allclose(drawn, exact, atol=0.02)


def test_columns_of_one_cell_go_together_and_equal_ones_give_nothing() -> None:
    row, typical = np.array([1.0, 0.0, 5.0, np.nan]), np.array([0.0, 1.0, 5.0, np.nan])
    amounts = contributions(row, typical, [[0, 1], [2], [3]], curved, np.random.default_rng(0))
    assert amounts[1] == amounts[2] == 0
    assert amounts[0] == pytest.approx(float((curved(row[None]) - curved(typical[None]))[0]), abs=1e-12)
