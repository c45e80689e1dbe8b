"""Metrics of binary outcomes: equal to scikit-learn and statsmodels, and laws."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as peer

from oncometry.core import SettingsError
from oncometry.prediction.metrics import binary_scores, ranking_scores

from .made import binary


def values(y, p, threshold=0.5):
    return {score.name: score.value for score in binary_scores(y, p, threshold)}


def line(y, p, offset=False):
    """Slope, or intercept with slope 1, by statsmodels."""
    log_odds = np.log(p / (1 - p))
    if offset:
        return (
            sm.GLM(y, np.ones(len(y)), family=sm.families.Binomial(), offset=log_odds)
            .fit(tol=1e-13)
            .params[0]
        )
    return sm.GLM(y, sm.add_constant(log_odds), family=sm.families.Binomial()).fit(tol=1e-13).params[1]


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("threshold", [0.25, 0.5])
def test_equal_to_peers(seed, threshold):
    y, p = binary(seed, digits=1 + seed % 3)
    called = (p >= threshold).astype(int)
    expected = {
        "auc": peer.roc_auc_score(y, p),
        "average_precision": peer.average_precision_score(y, p),
        "accuracy": peer.accuracy_score(y, called),
        "balanced_accuracy": peer.balanced_accuracy_score(y, called),
        "f1": peer.f1_score(y, called),
        "sensitivity": peer.recall_score(y, called),
        "specificity": peer.recall_score(1 - y, 1 - called),
        "ppv": peer.precision_score(y, called),
        "npv": peer.precision_score(1 - y, 1 - called),
        "brier": peer.brier_score_loss(y, p),
        "scaled_brier": 1 - peer.brier_score_loss(y, p) / peer.brier_score_loss(y, np.full(len(y), y.mean())),
        "log_loss": peer.log_loss(y, p),
        "calibration_slope": line(y, p),
        "calibration_intercept": line(y, p, offset=True),
    }
    assert values(y, p, threshold) == pytest.approx(expected, abs=1e-9)


def test_certain_predictions_have_finite_scores():
    y, p = np.array([0, 1, 1, 0]), np.array([0.0, 1.0, 0.0, 0.4])
    found = values(y, p)
    assert found["log_loss"] == pytest.approx(peer.log_loss(y, p))
    assert np.isfinite(found["calibration_slope"])


@given(st.integers(0, 10_000), st.sampled_from([np.exp, np.cbrt, lambda x: 3 * x - 2]))
def test_monotone_transforms_leave_ranking(seed, transform):
    y, p = binary(seed, n=30)
    before, after = ranking_scores(y, p), ranking_scores(y, transform(p))
    assert [s.value for s in before] == [s.value for s in after]


@given(st.integers(0, 10_000))
def test_flipped_labels(seed):
    y, p = binary(seed, n=30)
    here, there = values(y, p, 0.505), values(1 - y, 1 - p, 0.495)
    assert there["auc"] == here["auc"] or (
        here["auc"] is not None and there["auc"] == pytest.approx(here["auc"])
    )
    for name, other in (("sensitivity", "specificity"), ("ppv", "npv"), ("brier", "brier")):
        assert there[other] == (here[name] if here[name] is None else pytest.approx(here[name]))
    slopes = here["calibration_slope"], there["calibration_slope"]
    assert slopes[0] == slopes[1] or slopes[0] == pytest.approx(slopes[1], abs=1e-6)
    turned = ranking_scores(1 - y, p)[0].value
    assert turned is None or turned == pytest.approx(1 - here["auc"])


@pytest.mark.parametrize("label", [0, 1])
def test_one_class_is_undefined_where_two_are_needed(label):
    found = values(np.full(5, label), np.array([0.1, 0.4, 0.6, 0.7, 0.9]))
    undefined = {name for name, value in found.items() if value is None}
    needed = {"auc", "average_precision", "balanced_accuracy", "scaled_brier", "calibration_slope"}
    assert undefined == needed | {"calibration_intercept", "specificity" if label else "sensitivity"}


def test_a_separating_or_constant_prediction_has_no_slope():
    assert values([0, 0, 1, 1], [0.1, 0.2, 0.8, 0.9])["calibration_slope"] is None
    assert values([0, 1, 1, 0], [0.3] * 4)["calibration_slope"] is None
    assert values([0, 1, 1, 0], [0.3] * 4)["calibration_intercept"] == pytest.approx(np.log(7 / 3))


def test_a_threshold_is_a_probability():
    with pytest.raises(SettingsError, match="a threshold: from 0 to 1"):
        binary_scores([0, 1], [0.1, 0.2], 50)


@pytest.mark.parametrize(
    ("y", "p", "told"),
    [
        ([0, 2], [0.1, 0.2], "0 to 1; found [2.0]"),
        ([0, 0.5], [0.1, 0.2], "whole numbers"),
        ([0, 1], [0.1, 1.2], "0.1 to 1.2"),
        ([0, 1], [0.1, np.nan], "1 that are not"),
        ([0, 1], [0.1], "shape (2,)"),
        ([], [], "whole numbers"),
        (["a", "b"], [0.1, 0.2], "numbers"),
    ],
)
def test_what_is_wrong_is_told(y, p, told):
    with pytest.raises(SettingsError) as error:
        binary_scores(y, p)
    assert told in error.value.what
