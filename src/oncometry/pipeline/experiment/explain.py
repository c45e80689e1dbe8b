"""Explain a validated experiment: the folds of its first repeat, each in a process of its own, kept as they are done."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from oncometry.core.processes import Processes
from oncometry.pipeline.experiment.parts import Parts
from oncometry.pipeline.experiment.run import PARTS
from oncometry.pipeline.experiment.validate import Work
from oncometry.pipeline.progress import Reporter
from oncometry.prediction.explained import Explained, explained_together
from oncometry.prediction.feature_sets import NOTHING, headline_pair
from oncometry.prediction.fold_explained import (
    UNITS,
    ExplanationBudget,
    FoldExplained,
    explain_fold,
    players_of,
)
from oncometry.prediction.material import BEST
from oncometry.prediction.result import ExperimentResult

__all__ = ["explain_experiment"]


def explain_experiment(
    result: ExperimentResult,
    output: Path,
    jobs: int,
    reporter: Reporter,
    budget: ExplanationBudget | None = None,
) -> Explained | None:
    """Contributions of features to the predictions of the best model on the headline's larger set, out of fold.

    Args:
        output: the folder of the experiment, where parts are kept.
        jobs: processes.
        budget: how much is computed.

    Returns:
        None where no set has features.
    """
    chosen = budget or ExplanationBudget()
    material = result.material
    pair = headline_pair(material.sets)
    features = pair[0] if pair else max(material.sets, key=lambda s: len(s.blocks))
    if features.name == NOTHING:
        return None
    first = [s for s in result.validated.splits if s.repeat == 0]
    asked = []
    for split, part in zip(result.validated.splits, result.validated.results, strict=True):
        if split.repeat == 0:
            judged = next(j for j in part.judged if (j.model, j.features) == (BEST, features.name))
            make = partial(explain_fold, material, split, first, judged, features, chosen)
            asked.append((f"explained-{split.fold}", make))
    with Processes(jobs) as pool:
        work = Work(pool, Parts(output / PARTS, result.sha256), reporter)
        parts = work.all("explanation", FoldExplained, asked)
    said = (BEST, features.name, UNITS[material.outcome.task])
    return explained_together(
        material.table, players_of(material.table, features), first, parts, said, chosen.background
    )
