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
from sklearn.ensemble import VotingClassifier, VotingRegressor
from sklearn.naive_bayes import GaussianNB

from oncometry.prediction.models.average_survival import AverageSurvival
from oncometry.prediction.models.boosting import BoostingClassifier, BoostingRegressor
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

__all__ = ["BUILDS", "DRAWS", "Build", "Draws", "Parameter", "Parameters"]

Parameter = float | int | str
Parameters = Mapping[str, Parameter]

Build = Callable[[Task, Parameters, int], Any]
"""From task, settings and seed an estimator that is not fitted."""

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

_ONE_EACH: Mapping[str, Draws] = MappingProxyType(
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

_MEMBERS: Mapping[str, tuple[str, ...]] = {
    "average": ("elastic_net", "forest", "boosting"),
    "survival_average": ("coxnet", "survival_forest", "survival_boosting"),
}
"""Of each average: a penalized line and two kinds of trees, which err unlike each other."""


def _together(members: tuple[str, ...]) -> Draws:
    """Settings of several kinds, each named `kind.setting`."""
    own = {name: _ONE_EACH["logistic" if name == "elastic_net" else name] for name in members}
    return Draws(
        {f"{name}.{key}": x for name, draws in own.items() for key, x in draws.defaults.items()},
        {f"{name}.{key}": x for name, draws in own.items() for key, x in draws.ranges.items()},
    )


DRAWS: Mapping[str, Draws] = MappingProxyType(
    {**_ONE_EACH, **{name: _together(members) for name, members in _MEMBERS.items()}}
)
"""Kind -> settings."""


def _of(
    made: Callable[..., Any], of_numbers: Callable[..., Any] | None = None, seeded: bool = False
) -> Build:
    """An estimator whose arguments are the settings, and the seed where it draws; of numbers another one."""

    def build(task: Task, parameters: Parameters, seed: int) -> Any:
        chosen = of_numbers if of_numbers is not None and task is Task.CONTINUOUS else made
        named: dict[str, Any] = {**parameters, "seed": seed} if seeded else dict(parameters)
        return chosen(**named)

    return build


_BUILD_ONE: Mapping[str, Build] = MappingProxyType(
    {
        "majority": _of(lambda: DummyClassifier(strategy="prior")),
        "mean": _of(lambda: DummyRegressor(strategy="mean")),
        "null_survival": _of(NullSurvival),
        "logistic": _of(LogisticElasticNet),
        "linear": _of(LinearElasticNet),
        "naive_bayes": _of(GaussianNB),
        "svm": _of(SupportVectorClassifier, SupportVectorRegressor),
        "forest": _of(ForestClassifier, ForestRegressor, seeded=True),
        "boosting": _of(BoostingClassifier, BoostingRegressor, seeded=True),
        "ordinal": _of(ProportionalOdds),
        "cox": _of(CoxRegression),
        "fine_gray": _of(FineGray),
        "coxnet": _of(CoxElasticNet),
        "survival_forest": _of(RandomSurvivalForest, seeded=True),
        "survival_boosting": _of(GradientBoostedSurvival, seeded=True),
    }
)


def _average(task: Task, parameters: Parameters, seed: int) -> Any:
    """The mean of the probabilities, numbers or survival that models of each kind predict."""
    kinds = _MEMBERS["survival_average" if task is Task.SURVIVAL else "average"]
    line = "linear" if task is Task.CONTINUOUS else "logistic"
    members = []
    for name in kinds:
        own = {key.removeprefix(f"{name}."): x for key, x in parameters.items() if key.startswith(f"{name}.")}
        members.append((name, _BUILD_ONE[line if name == "elastic_net" else name](task, own, seed)))
    if task is Task.SURVIVAL:
        return AverageSurvival(members)
    return VotingRegressor(members) if task is Task.CONTINUOUS else VotingClassifier(members, voting="soft")


BUILDS: Mapping[str, Build] = MappingProxyType({**_BUILD_ONE, **dict.fromkeys(_MEMBERS, _average)})
"""Kind -> how it is built."""
