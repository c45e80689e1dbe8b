"""Tables `steps`, `artifacts`, `failures` and `software`."""

from __future__ import annotations

from sqlalchemy import select, union_all

from oncometry.store.queries.query import Query
from oncometry.store.queries.value_id import value_id
from oncometry.store.tables import (
    ArtifactRow,
    Failure,
    ParameterSet,
    Patient,
    Run,
    RunSoftware,
    RunStep,
    Software,
)

__all__ = ["artifacts", "failures", "software", "steps"]


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
        select(value_id("artifact", a.id), a.path, a.sha256, a.size, a.role, RunStep.step_key)
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


def software() -> Query:
    """What each run was done with: our program, and the libraries beside it."""
    ours = select(Run.id, Run.started, Software.name, Software.version).join(
        Software, Software.id == Run.software_id
    )
    theirs = (
        select(Run.id, Run.started, Software.name, Software.version)
        .join(RunSoftware, RunSoftware.run_id == Run.id)
        .join(Software, Software.id == RunSoftware.software_id)
    )
    both = union_all(ours, theirs).subquery()
    return select(both.c.id.label("run"), both.c.started, both.c.name, both.c.version).order_by(
        both.c.id, both.c.name
    )
