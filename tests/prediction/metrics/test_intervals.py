"""DeLong, the corrected resampled t, and pooling over repeats."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from oncometry.core import Code, SettingsError
from oncometry.prediction.metrics import (
    Metric,
    PoolingRule,
    bootstrap,
    corrected_resampled_t,
    delong,
    delong_difference,
    difference,
    pooled_predictions,
    ranking_scores,
)

from .made import binary


def components(y, score):
    """Structural components of DeLong, written out."""
    won = [[0.5 if a == b else float(a > b) for b in score[y == 0]] for a in score[y == 1]]
    return np.mean(won, axis=1), np.mean(won, axis=0)


@pytest.mark.parametrize("seed", range(4))
def test_delong_is_its_definition(seed):
    y, p = binary(seed, digits=1)
    up, down = components(y, p)
    error = np.sqrt(up.var(ddof=1) / len(up) + down.var(ddof=1) / len(down))
    found = delong(y, p)
    assert found.value == pytest.approx(up.mean())
    assert (found.low, found.high) == pytest.approx(
        (up.mean() - 1.959964 * error, up.mean() + 1.959964 * error)
    )
    other = np.random.default_rng(seed).permutation(p)
    up2, down2 = components(y, other)
    error = np.sqrt((up - up2).var(ddof=1) / len(up) + (down - down2).var(ddof=1) / len(down))
    apart = delong_difference(y, p, other)
    assert apart.value == pytest.approx(up.mean() - up2.mean())
    assert apart.p_value == pytest.approx(2 * stats.norm.sf(abs(apart.value) / error))
    assert "independent data" in apart.method


def test_delong_and_bootstrap_agree_in_large_samples():
    y, p = binary(3, n=2000, digits=6)
    q = np.clip(p + np.random.default_rng(0).normal(0, 0.2, 2000), 0, 1)
    ours, theirs = bootstrap(ranking_scores(y, p)[:1])[0], delong(y, p)
    assert (ours.high - ours.low) == pytest.approx(theirs.high - theirs.low, rel=0.1)
    both = difference(ranking_scores(y, p)[0], ranking_scores(y, q)[0])
    ours, theirs = bootstrap([both])[0], delong_difference(y, p, q)
    assert (ours.low, ours.high) == pytest.approx(
        (theirs.low, theirs.high), abs=0.1 * (theirs.high - theirs.low)
    )


def test_delong_of_too_few():
    assert delong([1, 0, 0], [0.3, 0.2, 0.1]).reason is Code.UNDEFINED
    same = delong_difference([1, 0, 1, 0], [0.4, 0.1, 0.3, 0.2], [0.4, 0.1, 0.3, 0.2])
    assert (same.value, same.p_value) == (0.0, 1.0)


def test_the_corrected_t_is_wider_than_the_plain_one():
    values = np.random.default_rng(0).normal(0.05, 0.04, 25)
    found = corrected_resampled_t("auc_difference", values, 160, 40, 200)
    error = np.sqrt((1 / 25 + 0.25) * values.var(ddof=1))
    low, high = stats.t.interval(0.95, 24, values.mean(), error)
    assert (found.value, found.low, found.high) == pytest.approx((values.mean(), low, high))
    assert found.p_value == pytest.approx(2 * stats.t.sf(abs(values.mean()) / error, 24))
    plain = stats.t.interval(0.95, 24, values.mean(), values.std(ddof=1) / 5)
    assert found.high - found.low > 2.5 * (plain[1] - plain[0])
    assert corrected_resampled_t("auc", [], 160, 40, 200).reason is Code.UNDEFINED
    assert corrected_resampled_t("auc", [0.7], 160, 40, 200).low is None
    assert corrected_resampled_t("auc", [0.7, 0.7], 160, 40, 200).p_value == 0.0
    with pytest.raises(SettingsError, match="above 0"):
        corrected_resampled_t("auc", [0.7], 160, 0, 200)


def test_pooling_rules():
    row, repeat = [0, 1, 2, 2, 0, 1], [0, 0, 0, 1, 1, 1]
    predictions = [0.1, 0.2, 0.3, 0.7, 0.5, 0.6]
    averaged = pooled_predictions(row, repeat, predictions, PoolingRule.AVERAGED)
    assert averaged.row.tolist() == [0, 1, 2]
    np.testing.assert_allclose(averaged.predictions[0], [0.3, 0.4, 0.5])
    stacked = pooled_predictions(row, repeat, predictions, PoolingRule.STACKED)
    assert (stacked.row.tolist(), stacked.predictions[0].tolist()) == (row, predictions)
    apart = pooled_predictions(row, repeat, predictions, PoolingRule.BY_REPEAT)
    np.testing.assert_allclose(apart.predictions, [[0.1, 0.2, 0.3], [0.5, 0.6, 0.7]])
    several = pooled_predictions(row, repeat, np.outer(predictions, [1, 2]), PoolingRule.AVERAGED)
    np.testing.assert_allclose(several.predictions[0][:, 1], [0.6, 0.8, 1.0])


def test_a_row_predicted_twice_or_never_is_refused():
    with pytest.raises(SettingsError, match="row 1 is predicted 2 times in repeat 0"):
        pooled_predictions([0, 1, 1], [0, 0, 0], [0.1, 0.2, 0.3], PoolingRule.AVERAGED)
    with pytest.raises(SettingsError, match="row 1 is predicted 0 times in repeat 1"):
        pooled_predictions([0, 1, 0], [0, 0, 1], [0.1, 0.2, 0.3], PoolingRule.AVERAGED)
    with pytest.raises(SettingsError, match="shapes"):
        pooled_predictions([0, 1], [0], [0.1, 0.2], PoolingRule.AVERAGED)


def test_a_row_of_the_metrics_file():
    estimate = bootstrap(ranking_scores([1, 1], [0.2, 0.3]))[0]
    row = Metric.of(estimate, "response", "logistic", "volume").to_row()
    assert list(row) == [
        "endpoint", "model", "features", "metric", "value", "low", "high", "method", "n", "events", "reason",
    ]  # fmt: skip
    assert (row["endpoint"], row["value"], row["n"], row["reason"]) == ("response", None, 2, "UNDEFINED")


def test_intervals_are_of_the_level_that_is_asked_for():
    """Of a normal and of a t the half widths go as their quantiles."""
    rng = np.random.default_rng(5)
    y, p, q = rng.integers(0, 2, 300), rng.random(300), rng.random(300)
    for level in (0.8, 0.99):
        for wide, usual in (
            (delong(y, p, level), delong(y, p)),
            (delong_difference(y, p, q, level), delong_difference(y, p, q)),
        ):
            ratio = (wide.high - wide.low) / (usual.high - usual.low)
            assert ratio == pytest.approx(stats.norm.ppf((1 + level) / 2) / stats.norm.ppf(0.975))
            assert wide.method.startswith(f"{level:.0%} DeLong")
        values = rng.normal(size=15)
        wide = corrected_resampled_t("auc", values, 160, 40, 200, None, level)
        usual = corrected_resampled_t("auc", values, 160, 40, 200)
        ratio = (wide.high - wide.low) / (usual.high - usual.low)
        assert ratio == pytest.approx(stats.t.ppf((1 + level) / 2, 14) / stats.t.ppf(0.975, 14))
        assert wide.method.startswith(f"{level:.0%} corrected")
        assert wide.p_value == usual.p_value
