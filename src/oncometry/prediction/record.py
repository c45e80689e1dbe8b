"""An experiment as it was declared and as it came out, row by row: what the store takes."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "ClusterRow",
    "ExperimentRecord",
    "ExplanationRow",
    "LedgerRow",
    "MetricRow",
    "ModelFile",
    "PredictionRow",
    "SplitRow",
]


@dataclass(frozen=True)
class SplitRow:
    """A patient's part in a split: `role` is 'train' or 'test'."""

    repetition: int
    fold: int
    patient: str
    role: str


@dataclass(frozen=True)
class LedgerRow:
    """Which patients a fitted object saw; a fit on all patients is in no fold: repetition and fold 0."""

    fitted_object: str
    repetition: int
    fold: int
    patients: tuple[str, ...]


@dataclass(frozen=True)
class PredictionRow:
    """What a model said of a patient that it had not seen.

    Attributes:
        model, features: which model on which block of features.
        target: what the value is of: a class ('1'), a horizon ('730 d'), 'risk' or 'value'.
        value: predicted.
        observed: what happened, where it is one number; None where it is not known (censored before the horizon).
    """

    model: str
    features: str
    repetition: int
    fold: int
    patient: str
    target: str
    value: float
    observed: float | None


@dataclass(frozen=True)
class MetricRow:
    """A figure of merit with its interval; without a value there is a reason, a code of `core.errors`."""

    endpoint: str
    model: str
    features: str
    metric: str
    value: float | None
    low: float | None
    high: float | None
    method: str
    n: int
    events: int | None
    reason: str | None = None


@dataclass(frozen=True)
class ExplanationRow:
    """What a feature does to a model's predictions.

    Attributes:
        method: 'shap', 'permutation', 'partial dependence' ...
        feature: which one.
        patient: whose, where it is one patient's.
        position: the feature's value, of a curve.
        value, low, high: the effect and its interval, where there is one.
    """

    model: str
    features: str
    method: str
    feature: str
    patient: str | None
    position: float | None
    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class ClusterRow:
    """A patient's cluster, from 1 on, in a search of that name."""

    search: str
    patient: str
    cluster: int
    stability: float


@dataclass(frozen=True)
class ModelFile:
    """A stored model: path relative to the cohort, and its card as JSON."""

    model: str
    features: str
    path: str
    sha256: str
    card: str


@dataclass(frozen=True, eq=False)
class ExperimentRecord:
    """One experiment.

    Attributes:
        name: as declared; a newer result of the same name takes the place of the older one.
        endpoint: what is predicted.
        sha256: hash of the declaration.
        declaration: canonical JSON.
    """

    name: str
    endpoint: str
    sha256: str
    declaration: str
    splits: tuple[SplitRow, ...] = ()
    ledger: tuple[LedgerRow, ...] = ()
    predictions: tuple[PredictionRow, ...] = ()
    metrics: tuple[MetricRow, ...] = ()
    explanations: tuple[ExplanationRow, ...] = ()
    clusters: tuple[ClusterRow, ...] = ()
    models: tuple[ModelFile, ...] = ()
