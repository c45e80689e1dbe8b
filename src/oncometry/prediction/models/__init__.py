"""The models that learn from a table of patients, and how they are stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oncometry.core.lazy_door import open_lazily

if TYPE_CHECKING:
    from oncometry.prediction.models.average_survival import AverageSurvival
    from oncometry.prediction.models.boosting import BoostingClassifier, BoostingRegressor
    from oncometry.prediction.models.builders import Parameters
    from oncometry.prediction.models.cox import CoxRegression, FineGray
    from oncometry.prediction.models.coxnet import CoxElasticNet
    from oncometry.prediction.models.curves import EventCurve, aalen_johansen, kaplan_meier
    from oncometry.prediction.models.estimator import SurvivalEstimator
    from oncometry.prediction.models.forest import ForestClassifier, ForestRegressor
    from oncometry.prediction.models.frozen import Frozen, FrozenAverage, FrozenModel, freeze, thaw
    from oncometry.prediction.models.linear import LinearElasticNet
    from oncometry.prediction.models.logistic import LogisticElasticNet
    from oncometry.prediction.models.null_survival import NullSurvival
    from oncometry.prediction.models.ordinal import ProportionalOdds
    from oncometry.prediction.models.registry import MODELS, ModelKind, model_kind
    from oncometry.prediction.models.support_vectors import SupportVectorClassifier, SupportVectorRegressor
    from oncometry.prediction.models.survival_boosting import GradientBoostedSurvival
    from oncometry.prediction.models.survival_forest import RandomSurvivalForest

__all__ = [
    "MODELS",
    "AverageSurvival",
    "BoostingClassifier",
    "BoostingRegressor",
    "CoxElasticNet",
    "CoxRegression",
    "EventCurve",
    "FineGray",
    "ForestClassifier",
    "ForestRegressor",
    "Frozen",
    "FrozenAverage",
    "FrozenModel",
    "GradientBoostedSurvival",
    "LinearElasticNet",
    "LogisticElasticNet",
    "ModelKind",
    "NullSurvival",
    "Parameters",
    "ProportionalOdds",
    "RandomSurvivalForest",
    "SupportVectorClassifier",
    "SupportVectorRegressor",
    "SurvivalEstimator",
    "aalen_johansen",
    "freeze",
    "kaplan_meier",
    "model_kind",
    "thaw",
]

_ROOM = __name__

open_lazily(
    __name__,
    {
        "MODELS": f"{_ROOM}.registry",
        "AverageSurvival": f"{_ROOM}.average_survival",
        "BoostingClassifier": f"{_ROOM}.boosting",
        "BoostingRegressor": f"{_ROOM}.boosting",
        "CoxElasticNet": f"{_ROOM}.coxnet",
        "CoxRegression": f"{_ROOM}.cox",
        "EventCurve": f"{_ROOM}.curves",
        "FineGray": f"{_ROOM}.cox",
        "ForestClassifier": f"{_ROOM}.forest",
        "ForestRegressor": f"{_ROOM}.forest",
        "Frozen": f"{_ROOM}.frozen",
        "FrozenAverage": f"{_ROOM}.frozen",
        "FrozenModel": f"{_ROOM}.frozen",
        "GradientBoostedSurvival": f"{_ROOM}.survival_boosting",
        "LinearElasticNet": f"{_ROOM}.linear",
        "LogisticElasticNet": f"{_ROOM}.logistic",
        "ModelKind": f"{_ROOM}.registry",
        "NullSurvival": f"{_ROOM}.null_survival",
        "Parameters": f"{_ROOM}.builders",
        "ProportionalOdds": f"{_ROOM}.ordinal",
        "RandomSurvivalForest": f"{_ROOM}.survival_forest",
        "SupportVectorClassifier": f"{_ROOM}.support_vectors",
        "SupportVectorRegressor": f"{_ROOM}.support_vectors",
        "SurvivalEstimator": f"{_ROOM}.estimator",
        "aalen_johansen": f"{_ROOM}.curves",
        "freeze": f"{_ROOM}.frozen",
        "kaplan_meier": f"{_ROOM}.curves",
        "model_kind": f"{_ROOM}.registry",
        "thaw": f"{_ROOM}.frozen",
    },
)
