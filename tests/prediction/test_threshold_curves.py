"""ROC and precision-recall points against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import auc, precision_recall_curve, roc_auc_score, roc_curve

from oncometry.core import Code, SettingsError
from oncometry.prediction.threshold_curves import sensitivity_at, threshold_curves


@given(st.integers(0, 2**32 - 1), st.integers(4, 40), st.integers(1, 8))
def test_points_are_those_of_scikit_learn(seed: int, n: int, distinct: int) -> None:
    rng = np.random.default_rng(seed)
    y = np.append([0, 1], rng.integers(0, 2, n))
    score = rng.integers(0, distinct, n + 2).astype(float)
    found = threshold_curves(y, score)
    fpr, tpr, _ = roc_curve(y, score, drop_intermediate=False)
    np.testing.assert_allclose(found.false_positive_rate, fpr)
    np.testing.assert_allclose(found.sensitivity, tpr)
    precision, recall, _ = precision_recall_curve(y, score)
    np.testing.assert_allclose(found.precision[::-1], precision[:-1])
    np.testing.assert_allclose(found.recall[::-1], recall[:-1])
    assert auc(found.false_positive_rate, found.sensitivity) == pytest.approx(roc_auc_score(y, score))


def test_between_points_a_tie_is_a_straight_line() -> None:
    found = threshold_curves([0, 1, 0, 1], [0.5, 0.5, 0.5, 0.5])
    np.testing.assert_allclose(sensitivity_at(found, [0.0, 0.25, 1.0]), [0.0, 0.25, 1.0])
    steep = threshold_curves([0, 0, 1, 1], [0.1, 0.2, 0.8, 0.9])
    np.testing.assert_allclose(sensitivity_at(steep, [0.0, 0.5, 1.0]), [1.0, 1.0, 1.0])


def test_one_class_has_no_curve() -> None:
    with pytest.raises(SettingsError) as caught:
        threshold_curves([1, 1], [0.2, 0.3])
    assert caught.value.code is Code.ONE_CLASS
