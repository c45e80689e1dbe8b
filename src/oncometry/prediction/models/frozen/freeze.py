"""From a fitted estimator to numbers, for each kind of estimator by its own exact type."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.ensemble import VotingClassifier, VotingRegressor
from sklearn.naive_bayes import GaussianNB
from sklearn.utils.validation import check_is_fitted

from oncometry.core import Code
from oncometry.core.errors import UnsupportedError
from oncometry.core.geometry import FloatArray
from oncometry.prediction.models.average_survival import LEAST_SURVIVAL, AverageSurvival
from oncometry.prediction.models.boosting import BoostingClassifier, BoostingRegressor, LeafSteps
from oncometry.prediction.models.cox import CoxRegression, FineGray
from oncometry.prediction.models.coxnet import CoxElasticNet
from oncometry.prediction.models.estimator import SurvivalEstimator
from oncometry.prediction.models.forest import ForestClassifier, ForestRegressor, LeafMeans
from oncometry.prediction.models.frozen.average import FrozenAverage
from oncometry.prediction.models.frozen.model import FrozenModel
from oncometry.prediction.models.frozen.outputs import Meaning, Output
from oncometry.prediction.models.frozen.scores import (
    BayesScore,
    ConstantScore,
    KernelScore,
    LinearScore,
    Score,
    TreeScore,
)
from oncometry.prediction.models.hazard_model import BaselineHazard
from oncometry.prediction.models.linear import LinearElasticNet
from oncometry.prediction.models.logistic import LogisticElasticNet
from oncometry.prediction.models.null_survival import NullSurvival
from oncometry.prediction.models.ordinal import ProportionalOdds
from oncometry.prediction.models.support_vectors import SupportVectorClassifier, SupportVectorRegressor
from oncometry.prediction.models.survival_boosting import GradientBoostedSurvival
from oncometry.prediction.models.survival_forest import RandomSurvivalForest

__all__ = ["freeze"]

_NONE = np.zeros(0)


def freeze(estimator: Any) -> FrozenModel | FrozenAverage:
    """The fitted estimator, or an average of such, as numbers.

    Raises:
        UnsupportedError: `UNSUPPORTED_TYPE`, of another type.
        NotFittedError: it was not fitted.
    """
    if type(estimator) in _AVERAGES:
        check_is_fitted(estimator)
        return FrozenAverage(tuple(_member(one, estimator) for one in _AVERAGES[type(estimator)](estimator)))
    return _freeze_one(estimator)


def _member(one: Any, average: Any) -> FrozenModel:
    """A model of an average, which knows classes by their places, with the average's own."""
    found = _freeze_one(one)
    if not found.output.classes:
        return found
    classes = tuple(np.asarray(average.classes_).tolist())
    return replace(found, output=replace(found.output, classes=classes))


def _freeze_one(estimator: Any) -> FrozenModel:
    made = _FREEZERS.get(type(estimator))
    if made is None:
        raise UnsupportedError(
            Code.UNSUPPORTED_TYPE,
            f"a {type(estimator).__name__} cannot be stored.",
            advice="Use a model of MODELS.",
        )
    check_is_fitted(estimator)
    score, output = made(estimator)
    return FrozenModel(int(estimator.n_features_in_), score, output)


_Parts = tuple[Score, Output]


def _classes(meaning: Meaning, estimator: Any, levels: FloatArray = _NONE) -> Output:
    return Output(meaning, tuple(np.asarray(estimator.classes_).tolist()), _NONE, levels)


def _number() -> Output:
    return Output(Meaning.NUMBER, (), _NONE, _NONE)


def _hazard(estimator: SurvivalEstimator, baseline: BaselineHazard) -> Output:
    return Output(
        Meaning.LOG_HAZARD, (), baseline.times_days, baseline.cumulative, estimator.handles_competing
    )


def _freeze_majority(model: Any) -> _Parts:
    return ConstantScore(np.asarray(model.class_prior_, dtype=np.float64)), _classes(
        Meaning.PROBABILITY, model
    )


def _freeze_mean(model: Any) -> _Parts:
    return ConstantScore(np.asarray(model.constant_, dtype=np.float64).ravel()), _number()


def _freeze_null_survival(model: NullSurvival) -> _Parts:
    hazard = -np.log(np.maximum(model.survival_, LEAST_SURVIVAL))
    return ConstantScore(np.zeros(1)), _hazard(model, BaselineHazard(model.event_times_days_, hazard))


def _freeze_logistic(model: LogisticElasticNet) -> _Parts:
    return _linear(model.coef_[0], float(model.intercept_[0])), _classes(Meaning.LOG_ODDS, model)


def _freeze_linear(model: LinearElasticNet) -> _Parts:
    return _linear(model.coef_, float(model.intercept_)), _number()


def _freeze_ordinal(model: ProportionalOdds) -> _Parts:
    return _linear(model.coef_, 0.0), _classes(Meaning.ORDERED, model, model.thresholds_)


def _freeze_cox(model: CoxRegression | CoxElasticNet) -> _Parts:
    return LinearScore(model.mean_, model.coef_[None], np.zeros(1)), _hazard(model, model.baseline_)


def _freeze_bayes(model: Any) -> _Parts:
    score = BayesScore(model.theta_, model.var_, np.log(model.class_prior_))
    return score, _classes(Meaning.LOG_LIKELIHOOD, model)


def _freeze_support_classifier(model: SupportVectorClassifier) -> _Parts:
    return _kernel(model), _classes(Meaning.DECISION, model)


def _freeze_support_regressor(model: SupportVectorRegressor) -> _Parts:
    return _kernel(model), _number()


def _freeze_forest_classifier(model: ForestClassifier) -> _Parts:
    return _means(model.forest_), _classes(Meaning.PROBABILITY, model)


def _freeze_forest_regressor(model: ForestRegressor) -> _Parts:
    return _means(model.forest_), _number()


def _freeze_boosting_classifier(model: BoostingClassifier) -> _Parts:
    meaning = Meaning.LOG_ODDS if len(model.steps_.start) == 1 else Meaning.LOG_LIKELIHOOD
    return _steps(model.steps_), _classes(meaning, model)


def _freeze_boosting_regressor(model: BoostingRegressor) -> _Parts:
    return _steps(model.steps_), _number()


def _freeze_survival_forest(model: RandomSurvivalForest) -> _Parts:
    forest = model.forest_
    times = forest.times_days
    score = TreeScore(
        forest.trees, forest.leaf, forest.hazards, np.zeros(len(times)), 1 / len(forest.trees.roots)
    )
    return score, Output(Meaning.HAZARDS, (), times, _NONE, model.handles_competing)


def _freeze_survival_boosting(model: GradientBoostedSurvival) -> _Parts:
    return _steps(model.steps_), _hazard(model, model.baseline_)


def _linear(coefficients: FloatArray, intercept: float) -> LinearScore:
    return LinearScore(np.zeros(len(coefficients)), coefficients[None].copy(), np.array([intercept]))


def _kernel(model: SupportVectorClassifier | SupportVectorRegressor) -> KernelScore:
    return KernelScore(model.support_vectors_, model.dual_coef_, model.gamma_, model.intercept_)


def _means(forest: LeafMeans) -> TreeScore:
    start = np.zeros(forest.means.shape[1])
    return TreeScore(forest.trees, forest.leaf, forest.means, start, 1 / len(forest.trees.roots))


def _steps(steps: LeafSteps) -> TreeScore:
    return TreeScore(steps.trees, steps.leaf, steps.wide(), steps.start, 1.0)


_FREEZERS: dict[type, Callable[[Any], _Parts]] = {
    DummyClassifier: _freeze_majority,
    DummyRegressor: _freeze_mean,
    NullSurvival: _freeze_null_survival,
    LogisticElasticNet: _freeze_logistic,
    LinearElasticNet: _freeze_linear,
    ProportionalOdds: _freeze_ordinal,
    CoxRegression: _freeze_cox,
    FineGray: _freeze_cox,
    CoxElasticNet: _freeze_cox,
    GaussianNB: _freeze_bayes,
    SupportVectorClassifier: _freeze_support_classifier,
    SupportVectorRegressor: _freeze_support_regressor,
    ForestClassifier: _freeze_forest_classifier,
    ForestRegressor: _freeze_forest_regressor,
    BoostingClassifier: _freeze_boosting_classifier,
    BoostingRegressor: _freeze_boosting_regressor,
    RandomSurvivalForest: _freeze_survival_forest,
    GradientBoostedSurvival: _freeze_survival_boosting,
}

_AVERAGES: dict[type, Callable[[Any], Sequence[Any]]] = {
    VotingClassifier: lambda model: model.estimators_,
    VotingRegressor: lambda model: model.estimators_,
    AverageSurvival: lambda model: model.members_,
}
