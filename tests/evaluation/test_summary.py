"""Means with intervals over cases, and limits of agreement."""

from __future__ import annotations

import numpy as np
import pytest

from oncometry.evaluation import EvaluationSettings, agreement_of, summarize


def test_mean_and_interval_of_many_cases():
    values = np.random.default_rng(3).normal(0.8, 0.1, 400)
    found = summarize([*values, None])
    half = 1.96 * values.std(ddof=1) / np.sqrt(400)
    assert (found.n, found.mean, found.median) == (400, values.mean(), np.median(values))
    assert found.mean_interval.low == pytest.approx(values.mean() - half, abs=0.1 * half)
    assert found.mean_interval.high == pytest.approx(values.mean() + half, abs=0.1 * half)
    assert found.median_interval.low < found.median < found.median_interval.high


def test_the_seed_is_all_that_chance_depends_on(monkeypatch):
    values = np.random.default_rng(2).random(30).tolist()
    once = summarize(values)
    assert summarize(values) == once
    monkeypatch.setattr("oncometry.evaluation.summary.AT_ONCE", 40)
    assert summarize(values) == once
    assert summarize(values, EvaluationSettings(seed=1)) != once


def test_the_interval_covers_as_often_as_it_says():
    rng = np.random.default_rng(11)
    settings = EvaluationSettings(resamples=400)
    hits = 0
    for _ in range(200):
        interval = summarize(rng.normal(size=40), settings).mean_interval
        hits += interval.low <= 0 <= interval.high
    assert 0.88 <= hits / 200 <= 0.99


@pytest.mark.parametrize("values", [[], [None], [0.5]])
def test_too_few_cases_have_no_interval(values):
    assert summarize(values).mean_interval is None


def test_limits_of_agreement():
    found = agreement_of([10.0, 12.0, 15.0], [9.0, 12.0, 13.0])
    assert (found.n, found.bias, found.sd) == (3, 1.0, 1.0)
    assert (found.low, found.high) == pytest.approx((-0.96, 2.96))
    assert agreement_of([2.0], [1.0]).low is None
    assert agreement_of([], []).bias is None
