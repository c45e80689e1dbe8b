"""Shapley values: equal to package shap where it is exact, the definition written out, additivity, and what is not used."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.ensemble import GradientBoostingRegressor, RandomForestRegressor
from sklearn.linear_model import LogisticRegression, Ridge

from oncometry.core import Code, SettingsError
from oncometry.prediction.explanation import (
    Players,
    ShapleyMethod,
    each_column,
    joined,
    shapley_values,
    waterfall,
)

from .made import names, probability, selecting_pipeline, table
from .peer import shap


def rng():
    return np.random.default_rng(0)


def explained(output, x, used=None, rounds=1, rows=5, background=30, players=None):
    chosen = players or each_column(names(x.shape[1]))
    return shapley_values(output, x[:rows], x[rows : rows + background], chosen, rng(), used, rounds)


def test_linear_equals_shap():
    x, y = table(0)
    model = Ridge().fit(x, y + x[:, 2])
    found = explained(model.predict, x)
    peer = shap.LinearExplainer(model, shap.maskers.Independent(x[5:35], max_samples=30)).shap_values(x[:5])
    assert found.method is ShapleyMethod.LINEAR
    np.testing.assert_allclose(found.values, peer, atol=1e-10)
    np.testing.assert_allclose(found.residual, 0, atol=1e-12)
    assert not found.standard_error.any()


def test_a_linear_pipeline_is_recognized_whole_and_a_probability_is_not():
    x, y = table(1)
    pipeline = selecting_pipeline(6).fit(x, y)
    odds = explained(pipeline.decision_function, x)
    assert odds.method is ShapleyMethod.LINEAR
    coefficients = pipeline[-1].coef_[0] / pipeline[1].scale_
    np.testing.assert_allclose(odds.values, (x[:5] - x[5:35].mean(axis=0)) * coefficients, atol=1e-10)
    assert explained(probability(pipeline), x).method is ShapleyMethod.EXACT
    x[7, 3] = np.nan  # imputed: no longer affine in the raw table
    assert explained(pipeline.decision_function, x).method is ShapleyMethod.EXACT


@pytest.mark.parametrize("kind", [RandomForestRegressor, GradientBoostingRegressor])
def test_exact_equals_tree_shap(kind):
    x, y = table(2)
    model = kind(n_estimators=15, max_depth=4, random_state=0).fit(x, y + 0.3 * x[:, 3])
    found = explained(model.predict, x)
    peer = shap.TreeExplainer(model, x[5:35], feature_perturbation="interventional")
    assert found.method is ShapleyMethod.EXACT
    np.testing.assert_allclose(found.values, peer.shap_values(x[:5], check_additivity=False), atol=1e-5)
    np.testing.assert_allclose(found.residual, 0, atol=1e-12)


def test_exact_is_the_mean_over_all_orders():
    def output(rows):
        return rows[:, 0] * rows[:, 1] + np.sin(rows[:, 2]) * rows[:, 3] ** 2

    x = np.random.default_rng(3).normal(size=(12, 4))
    expected = np.zeros((3, 4))
    for i, row in enumerate(x[:3]):
        for order in permutations(range(4)):
            mixed = x[3:].copy()
            for k in order:
                before = output(mixed).mean()
                mixed[:, k] = row[k]
                expected[i, k] += (output(mixed).mean() - before) / 24
    np.testing.assert_allclose(explained(output, x, rows=3, background=9).values, expected, atol=1e-12)


def test_kernel_shap_agrees():
    x, y = table(4)
    output = probability(LogisticRegression().fit(x, y))
    found = explained(output, x, rows=2, background=20)
    peer = shap.KernelExplainer(output, x[5:25], silent=True)
    ours = shapley_values(output, x[:2], x[5:25], each_column(names(6)), rng())
    np.testing.assert_allclose(ours.values, peer.shap_values(x[:2], nsamples=2**6, silent=True), atol=1e-6)
    assert found.values.shape == (2, 6)


def wide():
    """Twelve features, all used: one more than are taken exactly, and a function whose exact values are known."""
    x = np.random.default_rng(5).normal(size=(60, 12))
    weights = np.arange(1, 13) / 5

    def output(rows):
        return rows @ weights + rows[:, 0] * rows[:, 1] + 2 * rows[:, 2] * rows[:, 11]

    background = x[5:35]
    expected = (x[:5] - background.mean(axis=0)) * weights
    for a, b, size in ((0, 1, 1.0), (2, 11, 2.0)):
        # of a product of two features: half of each order
        both = x[:5, a] * x[:5, b]
        neither = (background[:, a] * background[:, b]).mean()
        first, second = x[:5, a] * background[:, b].mean(), x[:5, b] * background[:, a].mean()
        expected[:, a] += size * 0.5 * ((first - neither) + (both - second))
        expected[:, b] += size * 0.5 * ((second - neither) + (both - first))
    return x, output, expected


def test_permutations_add_up_exactly_and_err_as_they_say():
    x, output, expected = wide()
    found = explained(output, x)
    assert found.method is ShapleyMethod.PERMUTATIONS
    np.testing.assert_allclose(found.residual, 0, atol=1e-11)
    error = np.abs(found.values - expected)
    assert (error <= 4 * found.standard_error + 1e-9).all()
    assert found.standard_error.max() < 1.0
    more = explained(output, x, rounds=10)
    assert more.standard_error.mean() < 0.4 * found.standard_error.mean()
    # two that interact are walked in both orders, each half of the time: there and back is exact for pairs
    np.testing.assert_allclose(found.values, expected, atol=1e-9)


def test_fewer_players_may_be_taken_exactly():
    x, y = table(6)
    output = probability(LogisticRegression().fit(x, y))
    chosen = (output, x[:3], x[3:33], each_column(names(6)))
    exact, drawn = shapley_values(*chosen, rng()), shapley_values(*chosen, rng(), most_exact=5)
    assert (exact.method, drawn.method) == (ShapleyMethod.EXACT, ShapleyMethod.PERMUTATIONS)
    assert (np.abs(drawn.values - exact.values) <= 4 * drawn.standard_error).all()


def test_permutations_of_a_forest_approach_tree_shap():
    x, y = table(6, n=200, p=12)
    model = RandomForestRegressor(n_estimators=30, random_state=0).fit(
        x, y + x[:, 5] / 6 + x[:, 8] * x[:, 9] / 90
    )
    found = explained(model.predict, x, rounds=4)
    peer = shap.TreeExplainer(model, x[5:35], feature_perturbation="interventional")
    apart = np.abs(found.values - peer.shap_values(x[:5], check_additivity=False))
    assert found.method is ShapleyMethod.PERMUTATIONS
    assert (apart > 2 * found.standard_error + 1e-5).mean() < 0.05
    assert apart.mean() < 0.1 * np.abs(found.values).mean()


def test_features_that_are_not_used_cost_nothing():
    x, y = table(7, n=150, p=40)
    pipeline = selecting_pipeline(3).fit(x, y)
    asked = []

    def output(rows):
        asked.append(len(rows))
        return pipeline.predict_proba(rows)[:, 1]

    found = explained(output, x)
    kept = pipeline[2].get_support()
    assert (found.used == kept).all()
    assert found.method is ShapleyMethod.EXACT
    assert not found.values[:, ~kept].any()
    np.testing.assert_allclose(found.residual, 0, atol=1e-12)
    assert sum(asked) < 12_000  # of 40 single columns walked over 30 rows there and back, for 5 rows: 12,300


def test_a_used_feature_that_is_left_out_is_told():
    x, y = table(8)
    output = probability(LogisticRegression().fit(x, y))
    found = explained(output, x, used=[1, 2, 3])
    assert found.notices[0].code is Code.EXPLANATION_NOT_ADDITIVE
    assert np.abs(found.residual).max() > 0.01
    assert not explained(output, x).notices


def test_rounding_of_a_nearly_constant_output_is_no_unused_feature():
    x, _ = table(8)

    def output(rows):
        return 0.7 + 1e-15 * rows[:, 0]

    assert not explained(output, x, used=[1, 2, 3]).notices


def test_blocks_are_players():
    x, y = table(9)
    output = probability(LogisticRegression().fit(x, y))
    blocks = Players(("first", "second"), (np.array([0, 3]), np.array([1, 2, 4, 5])))
    found = explained(output, x, players=blocks)
    full, none = output(x[:5]), output(x[5:35]).mean()
    for i in range(5):
        mixed = x[5:35].copy()
        mixed[:, [0, 3]] = x[i, [0, 3]]
        first = output(mixed).mean()
        mixed = x[5:35].copy()
        mixed[:, [1, 2, 4, 5]] = x[i, [1, 2, 4, 5]]
        second = output(mixed).mean()
        expected = 0.5 * np.array([first - none + full[i] - second, second - none + full[i] - first])
        np.testing.assert_allclose(found.values[i], expected, atol=1e-12)
    summed = explained(output, x).by_block(["a", "b", "b", "a", "b", "b"])
    assert summed.names == ("a", "b")
    np.testing.assert_allclose(summed.residual, 0, atol=1e-12)


def test_missing_values_are_the_model_s_to_fill():
    x, y = table(10)
    x[np.random.default_rng(1).random(x.shape) < 0.2] = np.nan
    pipeline = selecting_pipeline(4).fit(x, y)
    found = explained(probability(pipeline), x)
    np.testing.assert_allclose(found.residual, 0, atol=1e-12)
    assert np.isfinite(found.values).all()


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.integers(2, 6), st.sampled_from([0, 10]))
def test_any_function_is_explained_in_full(seed, k, most_exact):
    """Additivity, a feature that does nothing, and linearity in the function, of random products and steps."""
    own = np.random.default_rng(seed)
    x = np.round(own.normal(size=(9, k + 1)), 2)
    first, second = own.normal(size=(2, k))

    def bent(rows):
        return np.tanh(rows[:, :k] @ first) * (rows[:, 0] > 0)

    def crossed(rows):
        return (rows[:, 0] * rows[:, k - 1]) * second[0] + np.abs(rows[:, :k]) @ second

    def both(rows):
        return bent(rows) - 2 * crossed(rows)

    players, used = each_column(names(k + 1)), range(k)
    parts = [
        shapley_values(f, x[:3], x[3:], players, rng(), used, most_exact=most_exact)
        for f in (bent, crossed, both)
    ]
    for part in parts:
        np.testing.assert_allclose(part.residual, 0, atol=1e-12)
        assert not part.values[:, k].any()
    if most_exact:
        np.testing.assert_allclose(parts[2].values, parts[0].values - 2 * parts[1].values, atol=1e-12)


def test_symmetry_and_nothing():
    x = np.random.default_rng(2).normal(size=(40, 4))
    x[:, 1] = x[:, 0]
    found = explained(lambda rows: np.tanh(rows[:, 0] + rows[:, 1]) * rows[:, 2], x)
    np.testing.assert_allclose(found.values[:, 0], found.values[:, 1], atol=1e-12)
    assert not found.values[:, 3].any()
    constant = explained(lambda rows: np.full(len(rows), 0.3), x)
    assert not constant.values.any()
    assert not constant.used.any()


def test_folds_are_joined_in_the_order_of_the_table():
    x, y = table(11, n=60)
    place = np.random.default_rng(0).permutation(60)
    folds = [place[:20], place[20:40], place[40:]]
    parts = []
    for fold in folds:
        train = np.setdiff1d(np.arange(60), fold)
        model = LogisticRegression().fit(x[train], y[train])
        parts.append(shapley_values(model.decision_function, x[fold], x[train], each_column(names(6)), rng()))
    whole = joined(parts, folds)
    np.testing.assert_array_equal(whole.values[folds[1]], parts[1].values)
    np.testing.assert_allclose(whole.residual, 0, atol=1e-12)
    assert len(np.unique(whole.baseline)) == 3
    with pytest.raises(SettingsError, match="explained once"):
        joined(parts, [folds[0], folds[0], folds[2]])


def test_with_permuted_labels_contributions_go_flat():
    """Out of fold: labels that mean nothing leave no feature ahead and next to no contribution."""
    x, y = table(12, n=600)
    x = x / x.std(axis=0)

    def out_of_fold(labels):
        half = [np.arange(300), np.arange(300, 600)]
        parts = []
        for test, train in (half, half[::-1]):
            model = selecting_pipeline(6).set_params(logisticregression__C=0.05).fit(x[train], labels[train])
            parts.append(
                shapley_values(
                    model.decision_function, x[test[:40]], x[train[:40]], each_column(names(6)), rng()
                )
            )
        return np.concatenate([part.values for part in parts])

    real = out_of_fold(y)
    dealt = np.stack([out_of_fold(np.random.default_rng(s).permutation(y)) for s in range(5)])
    assert np.abs(dealt).mean() < 0.3 * np.abs(real).mean()
    part = np.abs(dealt).mean(axis=1)
    assert (part.mean(axis=0) / part.mean(axis=0).sum()).max() < 0.3
    assert np.abs(real)[:, :2].sum() / np.abs(real).sum() > 0.7


def test_what_is_wrong_is_told():
    x, _ = table(0)
    with pytest.raises(SettingsError, match="one finite number a row"):
        explained(lambda rows: rows, x)
    with pytest.raises(SettingsError, match="one finite number a row"):
        explained(lambda rows: np.full(len(rows), np.nan), x)
    with pytest.raises(SettingsError, match="no column in two"):
        Players(("a", "b"), (np.array([0, 1]), np.array([1])))
    with pytest.raises(SettingsError, match="against a background"):
        shapley_values(lambda rows: rows[:, 0], x, x[:, :2], each_column(names(6)), rng())


def test_a_waterfall_ends_at_the_output():
    x, output, _ = wide()
    found = explained(output, x)
    steps = waterfall(found, 2, x[2], shown=4)
    assert steps.steps[0].name == "others"
    assert len(steps.steps) == 5
    assert steps.steps[0].start == steps.baseline
    for one, after in zip(steps.steps, steps.steps[1:], strict=False):
        assert one.end == after.start
    assert steps.steps[-1].end == pytest.approx(steps.output)
    assert steps.residual == pytest.approx(0, abs=1e-11)
    sizes = [abs(step.end - step.start) for step in steps.steps[1:]]
    assert sizes == sorted(sizes)
    largest = int(np.abs(found.values[2]).argmax())
    assert (steps.steps[-1].name, steps.steps[-1].feature_value) == (f"f{largest}", x[2, largest])
    with pytest.raises(SettingsError, match="row 5 of 5"):
        waterfall(found, 5)
    with pytest.raises(SettingsError, match="12 players"):
        waterfall(found, 0, x[0, :3])
