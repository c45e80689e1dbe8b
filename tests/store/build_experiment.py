"""An experiment with rows of every kind, made up."""

from __future__ import annotations

import json

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
from oncometry.store.provenance import StepRecord

from .build import sha, step

__all__ = ["experiment", "experiment_step"]


def experiment(*patients: str, name: str = "response at 6 weeks", shift: float = 0.0) -> ExperimentRecord:
    """Two folds of the patients, each half in turn; `shift` is another result."""
    declaration = json.dumps({"endpoint": "response", "name": name, "seed": 1}, sort_keys=True)
    halves = (patients[::2], patients[1::2])
    outside = tuple(patients)
    return ExperimentRecord(
        name=name,
        endpoint="response",
        sha256=sha(declaration),
        declaration=declaration,
        splits=tuple(
            SplitRow(1, fold, patient, "test" if patient in half else "train")
            for fold, half in enumerate(halves, start=1)
            for patient in patients
        ),
        ledger=(
            *(LedgerRow(f"{what}", 1, 1, halves[1]) for what in ("impute", "scale", "model")),
            LedgerRow("impute", 1, 2, halves[0]),
            LedgerRow("model, inner 1", 1, 2, halves[0][:1]),
            LedgerRow("model", 0, 0, outside),
        ),
        predictions=tuple(
            PredictionRow("logistic", "radiomics", 1, fold, patient, "1", 0.25 + shift, at % 2 or None)
            for fold, half in enumerate(halves, start=1)
            for at, patient in enumerate(half)
        ),
        metrics=(
            MetricRow("response", "logistic", "radiomics", "auc", 0.625, 0.5, 0.75, "bootstrap", 2, 1),
            MetricRow(
                *(
                    "response",
                    "logistic",
                    "radiomics",
                    "calibration_slope",
                    None,
                    None,
                    None,
                    "bootstrap",
                    2,
                    None,
                ),
                reason="TOO_SMALL",
            ),
        ),
        explanations=(
            ExplanationRow("logistic", "radiomics", "shap", "morph_volume", patients[0], None, -0.125),
            ExplanationRow(
                "logistic", "radiomics", "partial dependence", "morph_volume", None, 3.5, 0.1, 0.0, 0.2
            ),
        ),
        clusters=tuple(ClusterRow("radiomics", patient, 1, 0.875) for patient in patients),
        models=(ModelFile("logistic", "radiomics", "models/logistic", sha("model"), '{"kind":"logistic"}'),),
    )


def experiment_step(record: ExperimentRecord, version: str = "0.1.0") -> StepRecord:
    return step("experiment", "cohort", version, record.declaration)
