"""Contributions add up, and what equals the typical patient gives nothing."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit
from tests.prediction.final.made_models import made_models
from tests.prediction.made_tables import made_sheet

from oncometry.prediction.explanation import Players, each_column
from oncometry.prediction.final.contributions import contributions

rng = np.random.default_rng(1)
WEIGHTS = rng.normal(size=14)


def curved(rows: np.ndarray) -> np.ndarray:
    return expit(rows @ WEIGHTS[: rows.shape[1]] + rows[:, 0] * rows[:, 1])


@pytest.mark.parametrize("columns", [3, 14])
def test_they_add_up(columns: int) -> None:
    row, typical = rng.normal(size=columns), rng.normal(size=columns)
    players = each_column([str(i) for i in range(columns)])
    amounts = contributions(row, typical, players, curved, np.random.default_rng(0))
    assert amounts.sum() == pytest.approx(float((curved(row[None]) - curved(typical[None]))[0]), abs=1e-12)


def test_columns_of_one_cell_go_together_and_equal_ones_give_nothing() -> None:
    row, typical = np.array([1.0, 0.0, 5.0, 2.0]), np.array([0.0, 1.0, 5.0, 2.0])
    players = Players(("a", "b", "c"), (np.array([0, 1]), np.array([2]), np.array([3])))
    amounts = contributions(row, typical, players, curved, np.random.default_rng(0))
    assert amounts[1] == amounts[2] == 0
    assert amounts[0] == pytest.approx(float((curved(row[None]) - curved(typical[None]))[0]), abs=1e-12)


@pytest.mark.parametrize(
    ("kind", "sites"), [("binary", 3), ("survival", 0), ("continuous", 0), ("ordinal", 0)]
)
def test_those_of_a_patient_add_up_to_what_is_shown(kind: str, sites: int) -> None:
    _, (model, *_) = made_models(kind, None, sites)
    sheet = made_sheet(patients=6, seed=3, sites=sites)
    sheet.columns["texture_1"][0] = np.nan  # type: ignore[index]
    for said in model.predict(sheet).patients:
        total = said.typical + sum(c.amount for c in said.contributions)
        assert total == pytest.approx(said.value, abs=1e-9)
