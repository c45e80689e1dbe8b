# ruff: noqa: ARG001 -- every kind is built from the same three
"""How each kind of model is built, and which settings of it are tried.

Ranges are for features of mean 0 and spread 1, some tens to some hundreds of patients, and any number of features.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.naive_bayes import GaussianNB

from oncometry.prediction.models.boosting import BoostingClassifier, BoostingRegressor, BoostingSettings
from oncometry.prediction.models.cox import CoxRegression, FineGray
from oncometry.prediction.models.coxnet import CoxElasticNet
from oncometry.prediction.models.forest import ForestClassifier, ForestRegressor
from oncometry.prediction.models.linear import LinearElasticNet
from oncometry.prediction.models.logistic import LogisticElasticNet
from oncometry.prediction.models.null_survival import NullSurvival
from oncometry.prediction.models.ordinal import ProportionalOdds
from oncometry.prediction.models.support_vectors import SupportVectorClassifier, SupportVectorRegressor
from oncometry.prediction.models.survival_boosting import GradientBoostedSurvival
from oncometry.prediction.models.survival_forest import RandomSurvivalForest
from oncometry.prediction.outcome import Task

__all__ = [
    "DRAWS",
    "Draws",
    "Parameter",
    "Parameters",
    "build_boosting",
    "build_cox",
    "build_coxnet",
    "build_fine_gray",
    "build_forest",
    "build_linear",
    "build_logistic",
    "build_majority",
    "build_mean",
    "build_naive_bayes",
    "build_null_survival",
    "build_ordinal",
    "build_support_vectors",
    "build_survival_boosting",
    "build_survival_forest",
]

Parameter = float | int | str
Parameters = Mapping[str, Parameter]

_OneDraw = Callable[[np.random.Generator], Parameter]


@dataclass(frozen=True)
class Draws:
    """Settings of a kind: what it begins with, and from what others are drawn."""

    defaults: Parameters
    ranges: Mapping[str, _OneDraw]

    def draw(self, rng: np.random.Generator) -> Parameters:
        """One more candidate: settings without a range stay."""
        return {
            name: self.ranges[name](rng) if name in self.ranges else x for name, x in self.defaults.items()
        }


def build_majority(task: Task, parameters: Parameters, seed: int) -> Any:
    """The classes' shares in training, of any row."""
    return DummyClassifier(strategy="prior")


def build_mean(task: Task, parameters: Parameters, seed: int) -> Any:
    """The mean in training, of any row."""
    return DummyRegressor(strategy="mean")


def build_null_survival(task: Task, parameters: Parameters, seed: int) -> Any:
    """The incidence in training, of any row."""
    return NullSurvival()


def build_logistic(task: Task, parameters: Parameters, seed: int) -> Any:
    """Elastic net."""
    return LogisticElasticNet(alpha=_float(parameters, "alpha"), l1_ratio=_float(parameters, "l1_ratio"))


def build_linear(task: Task, parameters: Parameters, seed: int) -> Any:
    """Elastic net."""
    return LinearElasticNet(alpha=_float(parameters, "alpha"), l1_ratio=_float(parameters, "l1_ratio"))


def build_naive_bayes(task: Task, parameters: Parameters, seed: int) -> Any:
    """Gaussian, each feature for itself."""
    return GaussianNB(var_smoothing=_float(parameters, "var_smoothing"))


def build_support_vectors(task: Task, parameters: Parameters, seed: int) -> Any:
    """Gaussian kernel."""
    made = SupportVectorRegressor if task is Task.CONTINUOUS else SupportVectorClassifier
    return made(cost=_float(parameters, "cost"), sharpness=_float(parameters, "sharpness"))


def build_forest(task: Task, parameters: Parameters, seed: int) -> Any:
    """Of bootstrap samples."""
    made = ForestRegressor if task is Task.CONTINUOUS else ForestClassifier
    return made(
        n_trees=int(parameters["n_trees"]),
        max_features=_part(parameters),
        min_leaf_rows=int(parameters["min_leaf_rows"]),
        seed=seed,
    )


def build_boosting(task: Task, parameters: Parameters, seed: int) -> Any:
    """Of small trees."""
    return _boosting(BoostingRegressor if task is Task.CONTINUOUS else BoostingClassifier, parameters, seed)


def build_ordinal(task: Task, parameters: Parameters, seed: int) -> Any:
    """Proportional odds."""
    return ProportionalOdds(alpha=_float(parameters, "alpha"))


def build_cox(task: Task, parameters: Parameters, seed: int) -> Any:
    """With a ridge."""
    return CoxRegression(alpha=_float(parameters, "alpha"))


def build_fine_gray(task: Task, parameters: Parameters, seed: int) -> Any:
    """With a ridge."""
    return FineGray(alpha=_float(parameters, "alpha"))


def build_coxnet(task: Task, parameters: Parameters, seed: int) -> Any:
    """Elastic net."""
    return CoxElasticNet(alpha=_float(parameters, "alpha"), l1_ratio=_float(parameters, "l1_ratio"))


def build_survival_forest(task: Task, parameters: Parameters, seed: int) -> Any:
    """Log-rank splits."""
    return RandomSurvivalForest(
        n_trees=int(parameters["n_trees"]),
        max_features=_part(parameters),
        min_leaf_rows=int(parameters["min_leaf_rows"]),
        seed=seed,
    )


def build_survival_boosting(task: Task, parameters: Parameters, seed: int) -> Any:
    """Of Cox's likelihood."""
    return _boosting(GradientBoostedSurvival, parameters, seed)


def _boosting(made: type[BoostingSettings], parameters: Parameters, seed: int) -> Any:
    return made(
        n_trees=int(parameters["n_trees"]),
        learning_rate=_float(parameters, "learning_rate"),
        max_depth=int(parameters["max_depth"]),
        min_leaf_rows=int(parameters["min_leaf_rows"]),
        max_features=_part(parameters),
        subsample=_float(parameters, "subsample"),
        seed=seed,
    )


def _float(parameters: Parameters, name: str) -> float:
    return float(parameters[name])


def _part(parameters: Parameters) -> str | float:
    found = parameters["max_features"]
    return found if isinstance(found, str) else float(found)


def _between(low: float, high: float) -> _OneDraw:
    """Uniform on the logarithm."""
    return lambda rng: float(np.exp(rng.uniform(np.log(low), np.log(high))))


def _one_of(*choices: Parameter) -> _OneDraw:
    return lambda rng: choices[int(rng.integers(len(choices)))]


_NOTHING = Draws(MappingProxyType({}), MappingProxyType({}))
_RIDGE = Draws({"alpha": 0.1}, {"alpha": _between(1e-3, 10.0)})
_BOOSTING = Draws(
    {
        "n_trees": 200,
        "learning_rate": 0.05,
        "max_depth": 3,
        "min_leaf_rows": 5,
        "max_features": "sqrt",
        "subsample": 0.7,
    },
    {
        "learning_rate": _between(0.01, 0.2),
        "max_depth": _one_of(1, 2, 3),
        "min_leaf_rows": _one_of(3, 5, 10),
        "subsample": _one_of(0.5, 0.7, 0.9),
    },
)

DRAWS: Mapping[str, Draws] = MappingProxyType(
    {
        "majority": _NOTHING,
        "mean": _NOTHING,
        "null_survival": _NOTHING,
        "logistic": Draws(
            {"alpha": 0.1, "l1_ratio": 0.5},
            {"alpha": _between(0.01, 1.0), "l1_ratio": _one_of(0.05, 0.25, 0.5, 0.75, 1.0)},
        ),
        "linear": Draws(
            {"alpha": 0.1, "l1_ratio": 0.5},
            {"alpha": _between(0.01, 1.0), "l1_ratio": _one_of(0.05, 0.25, 0.5, 0.75, 1.0)},
        ),
        "naive_bayes": Draws({"var_smoothing": 1e-3}, {"var_smoothing": _between(1e-9, 10.0)}),
        "svm": Draws(
            {"cost": 1.0, "sharpness": 1.0}, {"cost": _between(0.05, 50.0), "sharpness": _between(0.1, 5.0)}
        ),
        "forest": Draws(
            {"n_trees": 200, "max_features": "sqrt", "min_leaf_rows": 3},
            {"max_features": _one_of("sqrt", "log2", 0.05), "min_leaf_rows": _one_of(1, 3, 5, 10)},
        ),
        "boosting": _BOOSTING,
        "ordinal": _RIDGE,
        "cox": _RIDGE,
        "fine_gray": _RIDGE,
        "coxnet": Draws(
            {"alpha": 0.1, "l1_ratio": 0.5},
            {"alpha": _between(0.03, 0.5), "l1_ratio": _one_of(0.1, 0.25, 0.5, 0.75, 1.0)},
        ),
        "survival_forest": Draws(
            {"n_trees": 200, "max_features": "sqrt", "min_leaf_rows": 10},
            {"max_features": _one_of("sqrt", 0.05, 0.1), "min_leaf_rows": _one_of(3, 5, 10, 15)},
        ),
        "survival_boosting": _BOOSTING,
    }
)
"""Kind -> settings."""
