"""A small experiment's whole result, judged in this process."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
from tests.prediction.made_tables import made_sheet
from tests.prediction.test_nested import experiment

from oncometry.core import Code, Notice
from oncometry.pipeline.experiment.material import made_material
from oncometry.pipeline.experiment.sources import Sources
from oncometry.prediction.explained import Explained, explained_together
from oncometry.prediction.fold_explained import UNITS, ExplanationBudget, explain_fold, players_of
from oncometry.prediction.judging import Judge, comparisons
from oncometry.prediction.material import BEST
from oncometry.prediction.nested import judge_split
from oncometry.prediction.permuted import Permuted
from oncometry.prediction.result import ExperimentResult, Validated
from oncometry.prediction.splits import nested_splits, site_splits
from oncometry.prediction.table import Block, FeatureTable

__all__ = ["made_explained", "made_result"]

BUDGET = ExplanationBudget(background=6, permutations=2, permuted_rows=4, permuted_background=4)


@cache
def made_result(
    kind: str = "binary",
    patients: int = 60,
    features: int = 4,
    sites: int = 0,
    signal: float = 1.5,
    shuffled: bool = False,
) -> ExperimentResult:
    """Two repeats of three folds; the permuted control is drawn and not learned."""
    chosen: dict[str, Any] = {
        "bootstrap": 200,
        "repeats": 2,
        "candidates": 1,
        **({"site": "site"} if sites else {}),
    }
    declared = experiment(kind, validation=chosen, title="A <made> & small one")
    made = made_material(declared, Sources(made_sheet(patients, features, signal, sites=sites)))
    material = made.material
    if shuffled:
        material = replace(material, shuffled=_without_picture(material.table))
    strata, ids = material.outcome.strata, material.table.patients
    splits = nested_splits(strata, ids, 3, 2, 2, 1)
    held = site_splits(strata, ids, material.table.sites, 2, 1) if material.table.sites is not None else []
    results = tuple(judge_split(material, s) for s in splits)
    site_results = tuple(judge_split(material, s) for s in held)
    permuted = Permuted(
        0.7, np.random.default_rng(1).normal(0.5, 0.05, 100), next(iter(material.models)), "combined"
    )
    validated = Validated(tuple(splits), results, tuple(held), site_results, permuted)
    judge = Judge(material, validated.splits, results)
    pairs = dict.fromkeys((j.model, j.features) for j in results[0].judged)
    shown = [
        (model, name)
        for model, name in pairs
        if model not in material.models or name == "combined" or shuffled
    ]
    rows = [m for model, name in shown for m in judge.metrics(model, name)]
    asked = comparisons(material)
    head = judge.difference(asked[0]) if asked else []
    if held:
        of_sites = Judge(material, validated.site_splits, site_results, held_out_sites=True)
        rows += [
            replace(m, metric=f"site_held_out_{m.metric}")
            for model, name in shown
            for m in of_sites.metrics(model, name)
        ]
    notices = (*made.notices, Notice(Code.VALUE_MISSING, "a <b>bold</b> column & more"))
    return ExperimentResult(
        "ab" * 32,
        (("made.csv", "0" * 64),),
        material,
        made.flow,
        validated,
        (*rows, *head),
        tuple(head),
        notices,
    )


def _without_picture(table: FeatureTable) -> FeatureTable:
    """The columns of radiomics, each dealt anew among the patients."""
    rng = np.random.default_rng(2)
    places = [i for i, c in enumerate(table.columns) if c.block is Block.RADIOMICS]
    values = rng.permuted(table.values[:, places], axis=0)
    return replace(table, columns=tuple(table.columns[i] for i in places), values=values)


@cache
def made_explained(kind: str = "binary") -> Explained:
    """The first repeat of `made_result` explained, with a small budget."""
    result = made_result(kind)
    features = next(s for s in result.material.sets if s.name == "combined")
    first = [s for s in result.validated.splits if s.repeat == 0]
    parts = [
        explain_fold(result.material, split, first, judged, features, BUDGET)
        for split, part in zip(result.validated.splits, result.validated.results, strict=True)
        if split.repeat == 0
        for judged in part.judged
        if (judged.model, judged.features) == (BEST, "combined")
    ]
    said = (BEST, "combined", UNITS[result.material.outcome.task])
    return explained_together(
        result.material.table, players_of(result.material.table, features), first, parts, said, 6
    )
