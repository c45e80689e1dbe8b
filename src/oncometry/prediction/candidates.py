"""Settings that the inner loop tries: a stated number for each model, drawn once for the experiment."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np

from oncometry.core import Code, SettingsError
from oncometry.prediction.models import MODELS
from oncometry.prediction.models.builders import Parameter, Parameters
from oncometry.prediction.outcome import Task

__all__ = ["Candidate", "candidates_of", "default_models"]

DEFAULT_MODELS: Mapping[Task, tuple[str, ...]] = {
    Task.BINARY: ("logistic", "forest", "svm", "boosting", "naive_bayes"),
    Task.ORDINAL: ("ordinal", "forest"),
    Task.CONTINUOUS: ("linear", "forest", "svm", "boosting"),
    Task.SURVIVAL: ("cox", "coxnet", "survival_forest", "survival_boosting"),
}


@dataclass(frozen=True)
class Candidate:
    """One setting of a model: how many image features it is given, and its parameters."""

    model: str
    select: int
    parameters: tuple[tuple[str, Parameter], ...]

    @property
    def named(self) -> Parameters:
        """The parameters by name."""
        return dict(self.parameters)


def default_models(task: Task, competing: bool) -> tuple[str, ...]:
    """Models that an experiment is run with if it names none."""
    return (*DEFAULT_MODELS[task], "fine_gray") if competing else DEFAULT_MODELS[task]


def candidates_of(
    model: str, task: Task, select: Sequence[int], count: int, seed: int
) -> tuple[Candidate, ...]:
    """The first is the default; the others are drawn. Fewer where a model has fewer.

    Raises:
        SettingsError: `SETTINGS`, there is no such model, or it does not learn this outcome.
    """
    if model not in MODELS or task not in MODELS[model].tasks:
        fit = ", ".join(name for name, kind in MODELS.items() if task in kind.tasks)
        raise SettingsError(
            Code.SETTINGS, f"there is no model {model!r} of a {task} outcome.", advice=f"There are: {fit}."
        )
    kind = MODELS[model]
    rng = np.random.default_rng((seed, crc32(model.encode())))
    middle = sorted(select)[len(select) // 2]
    found = {_key(middle, kind.defaults): Candidate(model, middle, tuple(sorted(kind.defaults.items())))}
    for _ in range(20 * count):
        if len(found) >= count:
            break
        size = int(rng.choice(list(select)))
        drawn = kind.draw(rng)
        found.setdefault(_key(size, drawn), Candidate(model, size, tuple(sorted(drawn.items()))))
    return tuple(found.values())


def _key(select: int, parameters: Parameters) -> str:
    return json.dumps([select, parameters], sort_keys=True)
