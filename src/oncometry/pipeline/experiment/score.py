"""Metrics of a validation: each model on each set of features in a process of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from oncometry.pipeline.experiment.validate import Work
from oncometry.prediction.judging import CONCORDANCE, Comparison, Judge, comparisons
from oncometry.prediction.material import Material
from oncometry.prediction.metrics import Metric
from oncometry.prediction.result import Validated

__all__ = ["Rows", "all_metrics"]

SITE = "site_held_out_"


@dataclass(frozen=True)
class Rows:
    """Rows of one part."""

    rows: tuple[Metric, ...]


def all_metrics(
    material: Material, validated: Validated, work: Work
) -> tuple[tuple[Metric, ...], tuple[Metric, ...]]:
    """All rows, and those of the headline."""
    judges = [Judge(material, validated.splits, validated.results)]
    if validated.site_splits:
        judges.append(Judge(material, validated.site_splits, validated.site_results, held_out_sites=True))
    asked = []
    compared = comparisons(material)
    for judge in judges:
        kind = SITE if judge.held_out_sites else ""
        there = dict.fromkeys((one.model, one.features) for one in judge.results[0].judged)
        for n, (model, features) in enumerate(there):
            asked.append((f"metrics-{kind}{n}", partial(_metrics, judge, model, features)))
        for n, comparison in enumerate(compared):
            asked.append((f"compared-{kind}{n}", partial(_compared, judge, comparison)))
    found = dict(
        zip((name for name, _ in asked), work.all("metrics and intervals", Rows, asked), strict=True)
    )
    every = tuple(row for part in found.values() for row in part.rows)
    head = found["compared-0"].rows if compared else ()
    return (*every, *_permuted(material, validated)), head


def _metrics(judge: Judge, model: str, features: str) -> Rows:
    return _named(judge, judge.metrics(model, features))


def _compared(judge: Judge, comparison: Comparison) -> Rows:
    return _named(judge, judge.difference(comparison))


def _named(judge: Judge, rows: list[Metric]) -> Rows:
    return Rows(tuple(replace(r, metric=SITE + r.metric) if judge.held_out_sites else r for r in rows))


def _permuted(material: Material, validated: Validated) -> tuple[Metric, ...]:
    """The control of labels dealt anew: the mean over permutations, and where nineteen of twenty lie."""
    found = validated.permuted
    name = CONCORDANCE[material.outcome.task] if material.outcome.events is not None else "concordance"
    level = material.experiment.validation.confidence
    low, high = np.quantile(found.permuted, [(1 - level) / 2, (1 + level) / 2])
    n, events = len(material.table.patients), material.outcome.events
    method = f"mean and {level:.0%} range of {len(found.permuted)} permutations, {found.model} untuned"
    of_truth = f"the same untuned {found.model} on the true labels"
    who = (material.outcome.name, found.model, f"{found.features}, permuted labels")
    return (
        Metric(*who, name, found.mean, float(low), float(high), method, n, events),
        Metric(*who, "p_value", found.p_value, None, None, of_truth, n, events),
    )
