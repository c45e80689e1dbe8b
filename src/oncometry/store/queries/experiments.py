"""Tables `experiments` and `experiment_...`: declared learning tasks and what came out of them."""

from __future__ import annotations

from sqlalchemy import and_, func, select
from sqlalchemy.orm import InstrumentedAttribute

from oncometry.store.queries.query import Query
from oncometry.store.queries.value_id import value_id
from oncometry.store.tables import (
    ClusterAssignment,
    Experiment,
    Explanation,
    FitLedger,
    FittedModel,
    Metric,
    Patient,
    PredictionValue,
    RunStep,
    Software,
    Split,
    SplitMember,
)

__all__ = [
    "experiment_clusters",
    "experiment_explanations",
    "experiment_ledger",
    "experiment_metrics",
    "experiment_models",
    "experiment_predictions",
    "experiment_splits",
    "experiments",
]

_NAME = Experiment.name.label("experiment")


def experiments() -> Query:
    """The current ones, with what made them."""
    e, s = Experiment, RunStep
    return (
        select(
            value_id("experiment", e.id),
            *(e.name.label("experiment"), e.endpoint, e.declaration_sha256, s.started.label("created")),
            *(Software.name.label("software"), Software.version, e.declaration),
        )
        .join(s, s.id == e.run_step_id)
        .join(Software, Software.id == s.software_id)
        .where(e.is_current)
        .order_by(e.id)
    )


def experiment_splits() -> Query:
    """A row a patient and set of patients."""
    m, t = SplitMember, Split
    return _of_current(
        select(_NAME, t.number.label("split"), t.kind, t.repetition, t.fold, _patient(), m.role)
        .select_from(m)
        .join(t, and_(t.experiment_id == m.experiment_id, t.number == m.split_number))
        .join(Patient, Patient.id == m.patient_id),
        m.experiment_id,
    ).order_by(m.id)


def experiment_ledger() -> Query:
    """A row a fitted object; `split` and `role` lead to its patients in `experiment_splits`."""
    f, m = FitLedger, SplitMember
    seen = (
        select(func.count())
        .where(m.experiment_id == f.experiment_id, m.split_number == f.split_number, m.role == f.role)
        .correlate(f)
        .scalar_subquery()
    )
    return _of_current(
        select(
            *(_NAME, f.fitted_object, f.repetition, f.fold, f.split_number.label("split"), f.role),
            seen.label("patients"),
        ).select_from(f),
        f.experiment_id,
    ).order_by(f.id)


def experiment_models() -> Query:
    """A row a stored model."""
    m = FittedModel
    return _of_current(
        select(_NAME, m.model, m.features, m.path, m.sha256, m.card).select_from(m), m.experiment_id
    ).order_by(m.id)


def experiment_predictions() -> Query:
    """A row a patient, model, repetition and target, out of fold."""
    p, t = PredictionValue, Split
    return _of_current(
        select(
            *(value_id("prediction", p.id), _NAME, p.model, p.features, t.repetition, t.fold, _patient()),
            *(p.target, p.value, p.observed),
        )
        .select_from(p)
        .join(t, and_(t.experiment_id == p.experiment_id, t.number == p.split_number))
        .join(Patient, Patient.id == p.patient_id),
        p.experiment_id,
    ).order_by(p.id)


def experiment_metrics() -> Query:
    """The rows of `metrics.json`."""
    m = Metric
    return _of_current(
        select(
            *(value_id("metric", m.id), _NAME, m.endpoint, m.model, m.features, m.metric),
            *(m.value, m.low, m.high, m.method, m.n, m.events, m.reason),
        ).select_from(m),
        m.experiment_id,
    ).order_by(m.id)


def experiment_explanations() -> Query:
    """A row an effect of a feature; without a patient it is over all."""
    x = Explanation
    return _of_current(
        select(
            *(value_id("explanation", x.id), _NAME, x.model, x.features, x.method, x.feature, _patient()),
            *(x.at_value, x.value, x.low, x.high),
        )
        .select_from(x)
        .outerjoin(Patient, Patient.id == x.patient_id),
        x.experiment_id,
    ).order_by(x.id)


def experiment_clusters() -> Query:
    """A row a patient and search."""
    c = ClusterAssignment
    return _of_current(
        select(value_id("cluster", c.id), _NAME, c.search, _patient(), c.cluster, c.stability)
        .select_from(c)
        .join(Patient, Patient.id == c.patient_id),
        c.experiment_id,
    ).order_by(c.id)


def _patient() -> InstrumentedAttribute[str]:
    return Patient.identifier.label("patient_id")  # type: ignore[return-value]


def _of_current(query: Query, experiment_id: InstrumentedAttribute[int]) -> Query:
    return query.join(Experiment, and_(Experiment.id == experiment_id, Experiment.is_current))
