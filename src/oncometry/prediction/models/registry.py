"""The models that an experiment can name, how each is built, and which settings are tried when it is tuned."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from oncometry.core import Code, SettingsError
from oncometry.prediction.models.builders import BUILDS, DRAWS, Build, Parameters
from oncometry.prediction.outcome import Task

__all__ = ["MODELS", "ModelKind", "model_kind"]

_DRAWS_EACH = 20
"""For a candidate that is not there yet."""


@dataclass(frozen=True)
class ModelKind:
    """One kind of model.

    Attributes:
        name: by which experiments name it.
        tasks: that it learns.
        build: from task, parameters and seed an estimator that is not fitted.
        draw: parameters of one more candidate for tuning.
        defaults: parameters of the first candidate.
        needs_scaling: whether features must be brought to one scale before.
        handles_competing: whether competing events are modeled; where not, they count as censored.
        cite: DOIs.
    """

    name: str
    tasks: frozenset[Task]
    build: Build
    draw: Callable[[np.random.Generator], Parameters]
    defaults: Parameters
    needs_scaling: bool
    handles_competing: bool
    cite: tuple[str, ...]

    def candidates(self, count: int, rng: np.random.Generator) -> tuple[Parameters, ...]:
        """The defaults, and different draws up to the count; fewer where the kind has no more to tune."""
        if count < 1:
            raise SettingsError(Code.SETTINGS, f"at least 1 candidate is tried, not {count}.")
        if not self.defaults:
            return (self.defaults,)
        found = [self.defaults]
        for _ in range(_DRAWS_EACH * (count - 1)):
            if len(found) == count:
                break
            drawn = self.draw(rng)
            if drawn not in found:
                found.append(drawn)
        return tuple(found)

    def estimator(self, task: Task, seed: int, parameters: Parameters | None = None) -> Any:
        """An estimator for the task, with the defaults where parameters do not say otherwise.

        Raises:
            SettingsError: `SETTINGS`, a task that the kind does not learn, or a parameter that it does not have.
        """
        if task not in self.tasks:
            raise SettingsError(
                Code.SETTINGS, f"{self.name} learns {', '.join(sorted(self.tasks))}, not {task}."
            )
        unknown = sorted(set(parameters or {}) - set(self.defaults))
        if unknown:
            raise SettingsError(
                Code.SETTINGS,
                f"{self.name} has no parameter {', '.join(unknown)}.",
                advice=f"It has {', '.join(sorted(self.defaults)) or 'none'}.",
            )
        return self.build(task, self._typed({**self.defaults, **(parameters or {})}), seed)

    def _typed(self, parameters: Parameters) -> Parameters:
        """Numbers of the kind that the defaults are, however they were written."""
        kinds = {name: type(x) for name, x in self.defaults.items() if not isinstance(x, str)}
        return {name: kinds[name](x) if name in kinds else x for name, x in parameters.items()}


def model_kind(name: str) -> ModelKind:
    """The kind of that name.

    Raises:
        SettingsError: `SETTINGS`, there is none.
    """
    if name not in MODELS:
        raise SettingsError(
            Code.SETTINGS, f"there is no model {name!r}.", advice=f"There are {', '.join(sorted(MODELS))}."
        )
    return MODELS[name]


_ANY_CLASS = frozenset({Task.BINARY, Task.ORDINAL})
_NUMBER = frozenset({Task.CONTINUOUS})
_TIME = frozenset({Task.SURVIVAL})


def _kind(
    name: str,
    tasks: frozenset[Task],
    cite: tuple[str, ...],
    scaling: bool = False,
    competing: bool = False,
) -> ModelKind:
    draws = DRAWS[name]
    return ModelKind(name, tasks, BUILDS[name], draws.draw, draws.defaults, scaling, competing, cite)


MODELS: Mapping[str, ModelKind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            _kind("majority", _ANY_CLASS, ()),
            _kind("mean", _NUMBER, ()),
            _kind(
                "null_survival",
                _TIME,
                ("10.1080/01621459.1958.10501452",),
                competing=True,
            ),
            _kind(
                "logistic",
                frozenset({Task.BINARY}),
                ("10.1111/j.1467-9868.2005.00503.x",),
                scaling=True,
            ),
            _kind("naive_bayes", _ANY_CLASS, (), scaling=True),
            _kind(
                "svm",
                frozenset({Task.BINARY, Task.CONTINUOUS}),
                ("10.1007/BF00994018",),
                scaling=True,
            ),
            _kind("forest", _ANY_CLASS | _NUMBER, ("10.1023/A:1010933404324",)),
            _kind(
                "boosting",
                _ANY_CLASS | _NUMBER,
                ("10.1214/aos/1013203451", "10.1016/S0167-9473(01)00065-2"),
            ),
            _kind("ordinal", _ANY_CLASS, ("10.1111/j.2517-6161.1980.tb01109.x",), scaling=True),
            _kind("linear", _NUMBER, ("10.1111/j.1467-9868.2005.00503.x",), scaling=True),
            _kind("cox", _TIME, ("10.1111/j.2517-6161.1972.tb00899.x",), scaling=True),
            _kind("coxnet", _TIME, ("10.18637/jss.v039.i05",), scaling=True),
            _kind(
                "fine_gray",
                _TIME,
                ("10.1080/01621459.1999.10474144",),
                scaling=True,
                competing=True,
            ),
            _kind("survival_forest", _TIME, ("10.1214/08-AOAS169",)),
            _kind("survival_boosting", _TIME, ("10.1016/S0167-9473(01)00065-2",)),
            _kind(
                "average",
                frozenset({Task.BINARY, Task.CONTINUOUS}),
                ("10.1109/34.667881",),
                scaling=True,
            ),
            _kind("survival_average", _TIME, ("10.1093/biostatistics/kxv001",), scaling=True),
        )
    }
)
"""Name -> kind."""
