"""Small validated experiments with their models of all patients, made in this process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, TypeVar

import numpy as np
from tests.prediction.made_tables import made_sheet

from oncometry.pipeline.experiment.final import Judged, final_models
from oncometry.pipeline.experiment.material import Made, made_material
from oncometry.pipeline.experiment.sources import Sources
from oncometry.prediction.declaration import Experiment
from oncometry.prediction.final.patient_model import PatientModel
from oncometry.prediction.nested import judge_split
from oncometry.prediction.permuted import Permuted
from oncometry.prediction.result import Validated
from oncometry.prediction.splits import nested_splits

__all__ = ["ENDPOINTS", "Inline", "declared", "made_models", "validated_of"]

T = TypeVar("T")

ENDPOINTS: dict[str, dict[str, Any]] = {
    "binary": {"column": "response", "positive": ["yes"]},
    "survival": {"time": "time", "event": "dead", "observed": ["1"]},
    "continuous": {"column": "volume"},
    "ordinal": {"column": "grade", "order": ["0", "1", "2", "3", "4"]},
}
MODELS = {"binary": "logistic", "survival": "cox", "continuous": "linear", "ordinal": "ordinal"}


class Inline:
    """Parts made here and now, none kept."""

    def all(self, _: str, kind: type[T], asked: Sequence[tuple[str, Callable[[], T]]]) -> tuple[T, ...]:
        found = tuple(make() for _, make in asked)
        assert all(isinstance(part, kind) for part in found)
        return found


def declared(kind: str, model: str | None = None, **more: Any) -> Experiment:
    """An experiment on `made_sheet`."""
    volume = [] if kind == "continuous" else [{"block": "volume", "columns": "volume", "log": "volume"}]
    return Experiment.model_validate(
        {
            "name": f"made-{kind}",
            "tables": [{"file": "made.csv", "patient": "id"}],
            "endpoint": {"name": "end", "kind": kind, **ENDPOINTS[kind]},
            "features": more.pop("features", None)
            or [
                {"block": "clinical", "columns": ["age", "sex"]},
                *volume,
                {"block": "radiomics", "columns": "texture_*"},
            ],
            "models": [model or MODELS[kind]],
            "validation": {
                "folds": 3,
                "inner_folds": 2,
                "repeats": 1,
                "candidates": 1,
                **more.pop("validation", {}),
            },
            "final": {"bootstrap": 20},
            **more,
        }
    )


def validated_of(made: Made) -> Validated:
    """Every split judged; the permuted labels are left out."""
    chosen, material = made.material.experiment.validation, made.material
    splits = nested_splits(
        material.outcome.strata, material.table.patients, chosen.folds, chosen.inner_folds, chosen.repeats, 1
    )
    results = tuple(judge_split(material, split) for split in splits)
    nothing = Permuted(0.5, np.full(100, 0.5), "", "")
    return Validated(tuple(splits), results, (), (), nothing)


@cache
def made_models(
    kind: str, model: str | None = None, sites: int = 0, seed: int = 1
) -> tuple[Made, tuple[PatientModel, ...]]:
    """The material and the models of all patients, of the larger set first."""
    more: dict[str, Any] = {}
    if sites:
        more["validation"] = {"site": "site"}
        more["preprocessing"] = {"harmonize": {"minimum_patients": 5, "keep": ["age"]}}
    made = made_material(
        declared(kind, model, **more), Sources(made_sheet(patients=90, sites=sites, seed=seed))
    )
    judged = Judged("0" * 64, (("made", "0" * 64),), validated_of(made), (), ())
    return made, final_models(made, judged, Inline()).models  # type: ignore[arg-type]
