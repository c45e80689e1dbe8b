"""Predictions of stored models for new patients: the work of `oncometry predict`."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from oncometry.core import Code, NothingFoundError, Notice, SettingsError
from oncometry.io import write_text
from oncometry.io.spreadsheet import inert
from oncometry.pipeline.experiment.sources import rows_of
from oncometry.prediction.declaration import Sheet
from oncometry.prediction.final.external import external_metrics
from oncometry.prediction.final.patient_model import PatientModel, Predictions
from oncometry.prediction.final.store import CARD, is_model, read_model
from oncometry.prediction.final.told import COLUMNS, prediction_json, prediction_rows
from oncometry.prediction.metrics import Metric
from oncometry.prediction.sheet import PatientSheet
from oncometry.report.prediction_page import Asked, prediction_index, prediction_page

__all__ = [
    "Answer",
    "PredictionRequest",
    "answers_json",
    "predict_patients",
    "prediction_table",
    "write_answers",
]


@dataclass(frozen=True)
class PredictionRequest:
    """What is asked.

    Attributes:
        files: models (cards, weights, or folders of experiments), and the rows: sheets to be joined, or one cohort.
        patient: the column of ids; that of the model's own sheet if not said.
        outcomes: whether the rows have outcomes, and the models are judged by them.
        database: URL with password, where the cohort's database is a server.
    """

    files: tuple[Path, ...]
    patient: str | None = None
    outcomes: bool = False
    database: str | None = None


@dataclass(frozen=True, eq=False)
class Answer:
    """What one model says of all rows; `metrics` where it was judged by their outcomes."""

    model: PatientModel
    predictions: Predictions
    metrics: tuple[Metric, ...]
    notices: tuple[Notice, ...]

    @property
    def abstained(self) -> int:
        """Of how many rows the model says nothing."""
        return sum(not said.verdict.is_inside for said in self.predictions.patients)

    @property
    def is_silent(self) -> bool:
        """Whether it says nothing of any row."""
        return self.abstained == len(self.predictions.patients)


def predict_patients(request: PredictionRequest) -> tuple[Answer, ...]:
    """Ask each model about each row.

    Raises:
        NothingFoundError: `NOTHING_FOUND`, a file is not there.
        CorruptInputError: `MODEL_TAMPERED`, `MODEL_UNSAFE`, and those of a sheet.
        SettingsError: `SETTINGS`, there is no model or no input among the files; `COLUMN_MISSING`.
    """
    models, inputs = _told_apart(request.files)
    return tuple(_answer(read_model(path), inputs, request) for path in models)


def _answer(model: PatientModel, inputs: Sequence[Path], request: PredictionRequest) -> Answer:
    predictions = model.predict(_rows(model, inputs, request))
    metrics: tuple[Metric, ...] = ()
    notices = (*predictions.notices, *_known_rows(model, predictions))
    if request.outcomes and notices == predictions.notices:
        metrics, more = external_metrics(model, predictions)
        notices = (*notices, *more, *([_unchecked(model)] if metrics else []))
    return Answer(model, predictions, metrics, notices)


def _known_rows(model: PatientModel, predictions: Predictions) -> tuple[Notice, ...]:
    """Said where the rows are the very file that the model was fitted on: nothing it says of them is independent."""
    if not {digest for _, digest in predictions.rows.sheet.origin} & {
        digest for _, digest in model.card.origin
    }:
        return ()
    told = f"{model.card.name} was fitted on these very rows: its predictions flatter it, and no metrics are given."
    return (Notice(Code.LEAK, told),)


def _unchecked(model: PatientModel) -> Notice:
    """A card holds no patient: only whole files can be told from those that it was fitted on."""
    return Notice(
        Code.LEAK_SUSPECTED,
        f"{model.card.name}: that none of these patients was among those it was fitted on cannot be told from here, for a card "
        "holds no patients and only whole files are compared. The metrics hold if none was.",
    )


def _told_apart(files: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    models: list[Path] = []
    inputs: list[Path] = []
    for path in files:
        if is_model(path):
            models.append(path)
        elif path.is_dir() and (cards := sorted(path.glob(f"*{CARD}"))):
            models.append(max(cards, key=_breadth))
        else:
            inputs.append(path)
    if not models or not inputs:
        lacks = "model (a file that ends in .model.json)" if not models else "input (a sheet or a cohort)"
        raise SettingsError(
            Code.SETTINGS,
            f"there is no {lacks} among {', '.join(map(str, files))}.",
            advice="Give models first, then the rows: oncometry predict response/x.model.json patients.csv",
        )
    return list(dict.fromkeys(models)), inputs


def _breadth(card: Path) -> int:
    """Blocks of the features of a model: an experiment's folder stands for its largest."""
    try:
        told = json.loads(card.read_bytes())
        return len({column["block"] for column in told["columns"]})
    except (OSError, ValueError, KeyError, TypeError):
        return 0


def _rows(model: PatientModel, inputs: Sequence[Path], request: PredictionRequest) -> PatientSheet:
    for path in inputs:
        if not path.exists():
            raise NothingFoundError(Code.NOTHING_FOUND, "there is no such sheet or cohort.", path=path)
    experiment = model.experiment
    if any(path.is_dir() for path in inputs):
        if len(inputs) > 1:
            raise SettingsError(
                Code.SETTINGS, f"a cohort is given alone, not with {len(inputs) - 1} other inputs."
            )
        asked = experiment.model_copy(update={"cohort": inputs[0], "tables": ()})
        return rows_of(asked, request.database)
    name = request.patient or model.card.patient
    if name is None:
        raise SettingsError(
            Code.SETTINGS,
            "the model is of a cohort, and the sheet's column of ids is not said.",
            advice="--patient",
        )
    sheets = tuple(Sheet(file=path, patient=name) for path in inputs)
    return rows_of(experiment.model_copy(update={"cohort": None, "tables": sheets}))


def prediction_table(answers: Sequence[Answer]) -> list[dict[str, Any]]:
    """A row a model and patient."""
    return [row for answer in answers for row in prediction_rows(answer.model, answer.predictions)]


def answers_json(answers: Sequence[Answer]) -> list[dict[str, Any]]:
    """All that is said, model by model."""
    return [
        {
            "model": a.model.card.name,
            "weights_sha256": a.model.card.weights_sha256,
            "endpoint": a.model.card.endpoint,
            "features": a.model.card.features,
            "notices": [{"code": str(n.code), "what": n.what} for n in a.notices],
            "predicted": len(a.predictions.patients) - a.abstained,
            "abstained": a.abstained,
            "metrics": [m.to_row() for m in a.metrics],
            "patients": prediction_json(a.model, a.predictions),
        }
        for a in answers
    ]


def write_answers(answers: Sequence[Answer], output: Path) -> None:
    """Write `predictions.csv`, `predictions.json`, a page a patient, and `index.html`.

    Raises:
        StoreError: `WRITE_FAILED`.
    """
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({k: inert(v) for k, v in row.items()} for row in prediction_table(answers))
    write_text(output / "predictions.csv", text.getvalue())
    told = json.dumps(answers_json(answers), indent=1, ensure_ascii=False, allow_nan=False)
    write_text(output / "predictions.json", told + "\n")
    every = [Asked(a.model.card, said, a.notices) for a in answers for said in a.predictions.patients]
    of: dict[str, list[Asked]] = {}
    for one in every:
        of.setdefault(one.said.patient, []).append(one)
    names = {patient: f"patient-{n:04d}.html" for n, patient in enumerate(of, start=1)}
    for patient, page in names.items():
        write_text(output / page, prediction_page(patient, of[patient]))
    metrics = [m for a in answers for m in a.metrics]
    write_text(output / "index.html", prediction_index(every, names, metrics))
