"""Tables `steps`, `artifacts` and `failures`."""

from __future__ import annotations

from sqlalchemy import select

from oncometry.store.queries.query import Query
from oncometry.store.tables import ArtifactRow, Failure, ParameterSet, Patient, RunStep, Software

__all__ = ["artifacts", "failures", "steps"]


def steps() -> Query:
    """Steps that ran, those whose results have been replaced since among them."""
    s = RunStep
    return (
        select(
            s.step_key.label("key"),
            *(s.name, s.scope, Software.version, ParameterSet.parameters),
            *(s.started, s.seconds, s.status, s.error),
        )
        .join(Software, Software.id == s.software_id)
        .join(ParameterSet, ParameterSet.id == s.parameter_set_id)
        .order_by(s.id)
    )


def artifacts() -> Query:
    """Files in the cohort."""
    a = ArtifactRow
    return (
        select(a.path, a.sha256, a.size, a.role, RunStep.step_key)
        .join(RunStep, RunStep.id == a.run_step_id)
        .where(a.is_current)
        .order_by(a.path)
    )


def failures() -> Query:
    """What could not be done in the latest run of each patient."""
    f = Failure
    return (
        select(Patient.identifier.label("patient_id"), f.code, f.what, f.path)
        .join(Patient, Patient.id == f.patient_id)
        .where(f.is_current)
        .order_by(Patient.identifier, f.id)
    )
