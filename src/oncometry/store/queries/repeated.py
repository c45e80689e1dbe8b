"""The steps whose values the current reliability of features was told from."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, select
from sqlalchemy.orm import aliased

from oncometry.store.tables import ReliabilityAnalysis, RunStep, StepInputRow

__all__ = ["RepeatedStep", "read_repeated_steps"]


class RepeatedStep(NamedTuple):
    """A step that perturbed regions of one patient, for an analysis with this kind of correlation."""

    key: str
    patient: str
    icc_kind: str


def read_repeated_steps(connection: Connection) -> tuple[RepeatedStep, ...]:
    """Those of the current analyses of perturbations, in the order in which they were taken."""
    a, made, taken = ReliabilityAnalysis, StepInputRow, aliased(RunStep)
    query = (
        select(taken.step_key, taken.scope, a.icc_kind)
        .select_from(a)
        .join(made, made.run_step_id == a.run_step_id)
        .join(taken, taken.step_key == made.identity)
        .where(a.is_current, a.source == "perturbation", made.kind == "step")
        .order_by(a.id, made.position)
    )
    return tuple(RepeatedStep(*map(str, row)) for row in connection.execute(query))
