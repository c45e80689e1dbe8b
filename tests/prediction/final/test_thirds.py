"""Thirds of risk count patients: one with many rows is one."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from oncometry.prediction.final.out_of_fold import thirds_of
from oncometry.prediction.models import aalen_johansen
from oncometry.prediction.outcome import Outcomes, Task, survival_outcome
from oncometry.prediction.predicted import Predicted

COUNT = 60


def judge(task: Task, y: Outcomes, times: int) -> Any:
    """Patients of rising risk; the last one has its row so many times."""
    rows = np.append(np.arange(COUNT), np.full(times - 1, COUNT - 1))
    outcome = SimpleNamespace(task=task, y=y[rows], horizon_days=50.0)
    table = SimpleNamespace(patients=np.array([f"P{i}" for i in rows]))
    chance = np.linspace(0.1, 0.9, COUNT)[rows]
    return SimpleNamespace(
        material=SimpleNamespace(outcome=outcome, table=table),
        repeats=(0,),
        predictions=lambda *_: (np.arange(len(rows)), Predicted(chance, chance)),
    )


def test_a_patient_with_many_rows_counts_once() -> None:
    y = (np.arange(COUNT) % 2).astype(np.int64)
    found = thirds_of(judge(Task.BINARY, y, 30), "best", "combined")
    high = found[-1]
    own = np.linspace(0.1, 0.9, COUNT) >= high.above
    assert high.patients == own.sum() < 20
    assert high.observed == pytest.approx(y[own].mean())
    assert high.predicted == pytest.approx(np.linspace(0.1, 0.9, COUNT)[own].mean())


def test_so_does_one_with_a_time() -> None:
    rng = np.random.default_rng(1)
    y = survival_outcome(rng.integers(0, 2, COUNT).astype(np.int8), rng.uniform(1, 100, COUNT))
    high = thirds_of(judge(Task.SURVIVAL, y, 30), "best", "combined")[-1]
    own = np.linspace(0.1, 0.9, COUNT) >= high.above
    assert high.observed == pytest.approx(aalen_johansen(y[own]).at([50.0])[0])
