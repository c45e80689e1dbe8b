"""An experiment is kept in a database, down to each prediction: its cohort's, or, of tables alone, one of its own folder."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from oncometry.io.files import sha256_of
from oncometry.pipeline.folder import CohortFolder
from oncometry.pipeline.settings import Settings
from oncometry.pipeline.step import describe_step
from oncometry.prediction.explained import Explained
from oncometry.prediction.final.refit import FINAL
from oncometry.prediction.final.store import CARD, WEIGHTS
from oncometry.prediction.material import Material, SplitResult
from oncometry.prediction.outcome import CENSORED, Task
from oncometry.prediction.record import (
    ClusterRow,
    ExperimentRecord,
    ExplanationRow,
    LedgerRow,
    MetricRow,
    ModelFile,
    PredictionRow,
    SplitRow,
)
from oncometry.prediction.result import ExperimentResult
from oncometry.prediction.splits import Split
from oncometry.store import Store, server_url, shown_url
from oncometry.store.provenance import StepInput

__all__ = ["keep_beside", "keep_in_cohort", "own_database", "record_of"]

Numbers = NDArray[np.float64]


def keep_in_cohort(
    result: ExperimentResult, explained: Explained | None, output: Path, cohort: Path, database: str | None
) -> int:
    """Write the experiment into its cohort; gives the number of rows added. Nobody else writes meanwhile."""
    inputs = tuple(
        StepInput("file", hashlib.sha256(f"{name}\n{said}".encode()).hexdigest(), "rows")
        for name, said in result.origin
    )
    record = record_of(result, explained, output)
    parameters = {"experiment": result.sha256, "declaration": result.material.experiment.declared()}
    step = describe_step("experiment", "cohort", parameters, inputs)
    with closing(CohortFolder.open(cohort, database).store(database)) as store:
        return store.add_experiment(record, step)


def own_database(output: Path, database: str | None) -> Store:
    """The database of an experiment on tables, which its folder owns: there, or the server's that is named, made if need be.

    Raises:
        StoreError: `NOT_A_COHORT`, another cohort or experiment is in it; and those of `CohortFolder.store`.
        SettingsError: `SETTINGS`, as `CohortFolder.open`.
    """
    folder = CohortFolder(output)
    return (
        CohortFolder.open(output, database).store(database) if folder.begun else Store.begin(output, database)
    )


def keep_beside(
    result: ExperimentResult, explained: Explained | None, output: Path, database: str | None
) -> int:
    """Write an experiment on tables into its own database, its patients too; gives the number of rows added.

    Its folder is then a cohort without images, which `oncometry why` and `oncometry db` take.
    """
    inputs = tuple(StepInput("file", sha256, name) for name, sha256 in result.origin)
    record = record_of(result, explained, output)
    declared = result.material.experiment.declared()
    rows = {"rows": dict(result.origin)}
    people = describe_step("people", "cohort", rows, inputs)
    parameters = {"experiment": result.sha256, "declaration": declared, **rows}
    step = describe_step("experiment", "cohort", parameters, inputs)
    patients = sorted({str(patient) for patient in result.material.table.patients})
    with closing(own_database(output, database)) as store:
        if not CohortFolder(output).begun:
            shown = None if database is None else shown_url(server_url(database))
            CohortFolder(output, shown).begin(Settings(), store.identifier)
        added = store.add_people(patients, (), (), people)
        return added + store.add_experiment(record, step)


def record_of(result: ExperimentResult, explained: Explained | None, output: Path) -> ExperimentRecord:
    """All rows of a result. Repetitions and folds count from 1; repetition 0 holds a site out in each fold, and -1 is of all
    patients.
    """
    validated, experiment = result.validated, result.material.experiment
    parts = [*zip(validated.splits, validated.results, strict=True),
             *zip(validated.site_splits, validated.site_results, strict=True)]  # fmt: skip
    return ExperimentRecord(
        name=experiment.name,
        endpoint=result.material.outcome.name,
        sha256=result.sha256,
        declaration=experiment.declared(),
        splits=tuple(row for split, _ in parts for row in _split(result.material, split)),
        ledger=tuple(_ledger(result, explained)),
        predictions=tuple(row for split, part in parts for row in _predictions(result.material, split, part)),
        metrics=tuple(
            MetricRow(m.endpoint, m.model, m.features, m.metric, m.value, m.low, m.high, m.method, m.n, m.events,
                      None if m.reason is None else str(m.reason))
            for m in result.metrics
        ),
        explanations=() if explained is None else tuple(_explanations(result.material, explained)),
        clusters=tuple(_clusters(result)),
        models=tuple(_models(result, output)),
    )  # fmt: skip


def _split(material: Material, split: Split) -> Iterator[SplitRow]:
    for role, rows in (("train", split.train), ("test", split.test)):
        for patient in np.unique(material.table.patients[rows]):
            yield SplitRow(split.repeat + 1, split.fold + 1, str(patient), role)


def _ledger(result: ExperimentResult, explained: Explained | None) -> Iterator[LedgerRow]:
    """What was fitted for test patients, and of all; fits of inner folds and refits are in the folder's `ledger.json`."""
    for row in dict.fromkeys(result.fits(() if explained is None else explained.ledger)):
        is_refit = row.scope.repeat == FINAL and row.scope.fold > 0
        if row.scope.inner is None and not is_refit:
            yield LedgerRow(row.what, row.scope.repeat + 1, row.scope.fold + 1, row.patients)


def _predictions(material: Material, split: Split, part: SplitResult) -> Iterator[PredictionRow]:
    for one in part.judged:
        for target, values, observed in _targets(
            material, one.predicted.score, one.predicted.probability, split.test
        ):
            for i, row in enumerate(split.test):
                patient = str(material.table.patients[row])
                yield PredictionRow(
                    one.model,
                    one.features,
                    split.repeat + 1,
                    split.fold + 1,
                    patient,
                    target,
                    float(values[i]),
                    observed[i],
                )


def _targets(
    material: Material, score: Numbers, probability: Numbers | None, rows: NDArray[np.intp]
) -> Iterator[tuple[str, Numbers, list[float | None]]]:
    """What the values are of, the values, and what was observed."""
    outcome = material.outcome
    y = outcome.y[rows]
    if outcome.task is Task.SURVIVAL:
        yield "risk", score, [None] * len(rows)
        horizon = outcome.horizon_days or 0.0
        if probability is not None:
            known = [_by(float(one["time_days"]), int(one["event"]), horizon) for one in y]
            yield f"{horizon:g} d", probability, known
    elif outcome.task is Task.CONTINUOUS:
        yield "value", score, [float(v) for v in y]
    elif probability is not None:
        chances = probability[:, None] if probability.ndim == 1 else probability
        first = 1 if probability.ndim == 1 else 0
        for k in range(chances.shape[1]):
            yield str(k + first), chances[:, k], [float(v == k + first) for v in y]


def _by(time_days: float, event: int, horizon_days: float) -> float | None:
    """Whether the event of interest came by the horizon; None where nobody knows."""
    if time_days > horizon_days:
        return 0.0
    return None if event == CENSORED else float(event == 1)


def _explanations(material: Material, explained: Explained) -> Iterator[ExplanationRow]:
    shapley = explained.shapley
    who = (explained.model, explained.features)
    for name, importance in zip(shapley.names, shapley.importance, strict=True):
        yield ExplanationRow(*who, "shapley, mean absolute", name, None, None, float(importance))
    for i, patient in enumerate(material.table.patients):
        for k, name in enumerate(shapley.names):
            position = float(explained.values[i, k])
            yield ExplanationRow(
                *who,
                "shapley",
                name,
                str(patient),
                position if np.isfinite(position) else None,
                float(shapley.values[i, k]),
            )


def _clusters(result: ExperimentResult) -> Iterator[ClusterRow]:
    if result.groups is None:
        return
    found = result.groups.clusters
    blocks = result.material.experiment.groups
    search = ", ".join(blocks.blocks) if blocks is not None else ""
    for patient, cluster, stability in zip(found.patients, found.assignment, found.stability, strict=True):
        yield ClusterRow(search, patient, int(cluster), float(stability))


def _models(result: ExperimentResult, output: Path) -> Iterator[ModelFile]:
    for model in result.final:
        weights = output / f"{model.card.name}{WEIGHTS}"
        card = (output / f"{model.card.name}{CARD}").read_text(encoding="utf-8")
        yield ModelFile(model.card.model, model.card.features, weights.name, sha256_of(weights), card)
