"""How good predictions are, with intervals over patients.

A `Score` is a metric bound to rows; `bootstrap` gives it, or the `difference` of two, an interval.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from oncometry.core.lazy_door import open_lazily

if TYPE_CHECKING:
    from oncometry.prediction.metrics.binary_scores import binary_scores, net_benefit_scores, ranking_scores
    from oncometry.prediction.metrics.bootstrap import (
        BootstrapKind,
        BootstrapSettings,
        bootstrap,
        bootstrap_values,
    )
    from oncometry.prediction.metrics.calibration_curve import (
        CalibrationBin,
        CalibrationCurve,
        calibration_curve,
        calibration_curve_at,
    )
    from oncometry.prediction.metrics.corrected_t import corrected_resampled_t
    from oncometry.prediction.metrics.decision_curve import (
        THRESHOLDS,
        DecisionCurve,
        decision_curve,
        decision_curve_at,
    )
    from oncometry.prediction.metrics.delong import delong, delong_difference
    from oncometry.prediction.metrics.estimate import Estimate, Metric
    from oncometry.prediction.metrics.graded_scores import continuous_scores, ordinal_scores
    from oncometry.prediction.metrics.pooling import PooledPredictions, PoolingRule, pooled_predictions
    from oncometry.prediction.metrics.score import Score, difference, mean_over
    from oncometry.prediction.metrics.survival_scores import (
        SurvivalCourse,
        concordance_scores,
        horizon_net_benefit_scores,
        survival_scores,
    )
    from oncometry.prediction.metrics.weights import Weights

__all__ = [
    "THRESHOLDS",
    "BootstrapKind",
    "BootstrapSettings",
    "CalibrationBin",
    "CalibrationCurve",
    "DecisionCurve",
    "Estimate",
    "Metric",
    "PooledPredictions",
    "PoolingRule",
    "Score",
    "SurvivalCourse",
    "Weights",
    "binary_scores",
    "bootstrap",
    "bootstrap_values",
    "calibration_curve",
    "calibration_curve_at",
    "concordance_scores",
    "continuous_scores",
    "corrected_resampled_t",
    "decision_curve",
    "decision_curve_at",
    "delong",
    "delong_difference",
    "difference",
    "horizon_net_benefit_scores",
    "mean_over",
    "net_benefit_scores",
    "ordinal_scores",
    "pooled_predictions",
    "ranking_scores",
    "survival_scores",
]

open_lazily(
    __name__,
    {
        "BootstrapKind": "oncometry.prediction.metrics.bootstrap",
        "BootstrapSettings": "oncometry.prediction.metrics.bootstrap",
        "CalibrationBin": "oncometry.prediction.metrics.calibration_curve",
        "CalibrationCurve": "oncometry.prediction.metrics.calibration_curve",
        "DecisionCurve": "oncometry.prediction.metrics.decision_curve",
        "Estimate": "oncometry.prediction.metrics.estimate",
        "Metric": "oncometry.prediction.metrics.estimate",
        "PooledPredictions": "oncometry.prediction.metrics.pooling",
        "PoolingRule": "oncometry.prediction.metrics.pooling",
        "Score": "oncometry.prediction.metrics.score",
        "SurvivalCourse": "oncometry.prediction.metrics.survival_scores",
        "THRESHOLDS": "oncometry.prediction.metrics.decision_curve",
        "Weights": "oncometry.prediction.metrics.weights",
        "binary_scores": "oncometry.prediction.metrics.binary_scores",
        "bootstrap": "oncometry.prediction.metrics.bootstrap",
        "bootstrap_values": "oncometry.prediction.metrics.bootstrap",
        "calibration_curve": "oncometry.prediction.metrics.calibration_curve",
        "calibration_curve_at": "oncometry.prediction.metrics.calibration_curve",
        "concordance_scores": "oncometry.prediction.metrics.survival_scores",
        "continuous_scores": "oncometry.prediction.metrics.graded_scores",
        "corrected_resampled_t": "oncometry.prediction.metrics.corrected_t",
        "decision_curve": "oncometry.prediction.metrics.decision_curve",
        "decision_curve_at": "oncometry.prediction.metrics.decision_curve",
        "delong": "oncometry.prediction.metrics.delong",
        "delong_difference": "oncometry.prediction.metrics.delong",
        "difference": "oncometry.prediction.metrics.score",
        "horizon_net_benefit_scores": "oncometry.prediction.metrics.survival_scores",
        "mean_over": "oncometry.prediction.metrics.score",
        "net_benefit_scores": "oncometry.prediction.metrics.binary_scores",
        "ordinal_scores": "oncometry.prediction.metrics.graded_scores",
        "pooled_predictions": "oncometry.prediction.metrics.pooling",
        "ranking_scores": "oncometry.prediction.metrics.binary_scores",
        "survival_scores": "oncometry.prediction.metrics.survival_scores",
    },
)
