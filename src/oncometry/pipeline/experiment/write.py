"""The files of an experiment: `metrics.json` and what stands behind it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from oncometry.core.software import software
from oncometry.io import write_text
from oncometry.prediction.explained import Explained
from oncometry.prediction.final.patient_model import PatientModel
from oncometry.prediction.final.store import CARD, WEIGHTS, write_model
from oncometry.prediction.ledger import LedgerRow
from oncometry.prediction.outcome import Task
from oncometry.prediction.result import ExperimentResult

__all__ = ["RESULT", "result_json", "write_result"]

RESULT = "experiment.json"


def write_result(result: ExperimentResult, explained: Explained | None, output: Path) -> None:
    """Write metrics, predictions, splits, the fit ledger and the models; `experiment.json` last, when all others are there.

    Args:
        explained: whose fits the ledger tells too.
    """
    rows = [m.to_row() for m in result.metrics]
    write_text(
        output / "metrics.json", json.dumps(rows, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    )
    write_text(output / "predictions.csv", _csv(_predictions(result)))
    write_text(output / "splits.csv", _csv(_splits(result)))
    write_text(output / "settings.csv", _csv(_chosen(result)))
    explaining = () if explained is None else explained.ledger
    write_text(output / "ledger.json", json.dumps(_ledger(result, explaining)) + "\n")
    for model in result.final:
        write_model(model, output / model.card.name)
    told = json.dumps(result_json(result), indent=1, ensure_ascii=False, allow_nan=False)
    write_text(output / RESULT, told + "\n")


def result_json(result: ExperimentResult) -> dict[str, Any]:
    """What the experiment was and what it found, without its rows."""
    experiment, flow = result.material.experiment, result.flow
    return {
        "name": experiment.name,
        "sha256": result.sha256,
        "declaration": json.loads(experiment.declared()),
        "origin": [{"name": name, "sha256": digest} for name, digest in result.origin],
        "endpoint": result.material.outcome.name,
        "task": str(result.material.outcome.task),
        "flow": {"rows": flow.rows, "left": dict(flow.left), "kept": flow.kept, "patients": flow.patients},
        "events": result.material.outcome.events,
        "features": {str(b): len(result.material.table.of([b])) for b in result.material.table.blocks},
        "models": [_stored(model) for model in result.final],
        "headline": [m.to_row() for m in result.headline],
        "notices": [{"code": str(n.code), "what": n.what, "path": n.path} for n in result.notices],
        "software": dict(software()),
    }


def _stored(model: PatientModel) -> dict[str, Any]:
    card = model.card
    return {"card": card.name + CARD, "weights": card.name + WEIGHTS, "features": card.features,
            "model": card.model, "parameters": card.parameters, "refits": card.refits}  # fmt: skip


def _csv(rows: Iterator[dict[str, Any]]) -> str:
    every = list(rows)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(every[0]) if every else ["nothing"], lineterminator="\n")
    writer.writeheader()
    writer.writerows(every)
    return text.getvalue()


def _predictions(result: ExperimentResult) -> Iterator[dict[str, Any]]:
    """One row a test example, model and set of features."""
    material, validated = result.material, result.validated
    pairs = [*zip(validated.splits, validated.results, strict=True),
             *zip(validated.site_splits, validated.site_results, strict=True)]  # fmt: skip
    for split, part in pairs:
        for one in part.judged:
            for i, row in enumerate(split.test):
                chance = one.predicted.probability
                yield {
                    "repeat": split.repeat if split.held_out_site is None else "site",
                    "fold": split.fold if split.held_out_site is None else split.held_out_site,
                    "row": int(row),
                    "patient": str(material.table.patients[row]),
                    "model": one.model,
                    "features": one.features,
                    **_observed(material.outcome.y[row], material.outcome.task),
                    "score": repr(float(one.predicted.score[i])),
                    "probability": "" if chance is None else _chance(chance[i]),
                }


def _observed(y: Any, task: Task) -> dict[str, Any]:
    if task is Task.SURVIVAL:
        return {"observed": int(y["event"]), "time_days": repr(float(y["time_days"]))}
    return {"observed": repr(float(y)) if task is Task.CONTINUOUS else int(y), "time_days": ""}


def _chance(chance: Any) -> str:
    return " ".join(repr(float(c)) for c in np.atleast_1d(chance))


def _splits(result: ExperimentResult) -> Iterator[dict[str, Any]]:
    for split in (*result.validated.splits, *result.validated.site_splits):
        for patient in np.unique(result.material.table.patients[split.test]):
            yield {
                "repeat": split.repeat if split.held_out_site is None else "site",
                "fold": split.fold if split.held_out_site is None else split.held_out_site,
                "test_patient": str(patient),
            }


def _chosen(result: ExperimentResult) -> Iterator[dict[str, Any]]:
    """Which settings each inner loop preferred."""
    for part in (*result.validated.results, *result.validated.site_results):
        for one in part.judged:
            yield {
                "repeat": part.repeat,
                "fold": part.fold,
                "model": one.model,
                "features": one.features,
                "chosen_model": one.chosen.model,
                "select": one.chosen.select,
                "parameters": json.dumps(one.chosen.named, sort_keys=True),
                "inner_score": repr(one.inner_score),
                "columns": json.dumps(list(one.columns), ensure_ascii=False),
            }


def _ledger(result: ExperimentResult, explained: tuple[LedgerRow, ...]) -> dict[str, Any]:
    """Fitted objects with the number of the group of patients that each saw; the groups, once."""
    groups: dict[tuple[str, ...], int] = {}
    fits = []
    for row in result.fits(explained):
        number = groups.setdefault(row.patients, len(groups))
        fits.append([row.what, row.scope.repeat, row.scope.fold, row.scope.inner, number])
    return {
        "columns": ["fitted", "repeat", "fold", "inner", "patients"],
        "fits": fits,
        "patients": list(groups),
    }
