"""Steps, what they took and what they wrote."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, select

from oncometry.core import Code, StoreError
from oncometry.core.software import software
from oncometry.store.provenance import StepRecord
from oncometry.store.tables import (
    ArtifactRow,
    ParameterSet,
    Run,
    RunSoftware,
    RunStep,
    Software,
    StepInputRow,
)
from oncometry.store.writing.transaction import Row, Writing, sealed

__all__ = ["StepIds", "keep_steps"]

PROGRAM = "oncometry"


class StepIds(dict[str, int]):
    """Step key -> id of its row."""

    def of(self, key: str, what: str) -> int:
        """The row of a step.

        Raises:
            StoreError: `STORE` if the step was not recorded: nothing is kept without its step.
        """
        if key not in self:
            raise StoreError(Code.STORE, f"{what} names step {key!r}, which was not recorded with it.")
        return self[key]


def keep_steps(writing: Writing, steps: Sequence[StepRecord], *, whole: bool = False) -> StepIds:
    """Record the steps that are not there yet; artifacts of all of them become the current ones.

    `whole`: these are all steps of what they concern, and files of others are not current any more.
    """
    by_key = {step.key: step for step in steps}
    there = writing.lookup(RunStep.step_key, by_key, RunStep.id)
    new = [step for key, step in by_key.items() if key not in there]
    if new:
        _insert_steps(writing, new)
        there |= writing.lookup(RunStep.step_key, [s.key for s in new], RunStep.id)
        _insert_inputs(writing, new, there)
    _keep_artifacts(writing, list(by_key.values()), there, whole=whole)
    return StepIds(there)


def _insert_steps(writing: Writing, steps: Sequence[StepRecord]) -> None:
    programs = {version: _software(writing, PROGRAM, version) for version in {s.version for s in steps}}
    parameters = writing.keep_named(
        ParameterSet,
        ParameterSet.sha256,
        {s.parameters_sha256: {"sha256": s.parameters_sha256, "parameters": s.parameters} for s in steps},
    )
    if writing.run_id is None:
        first = min(steps, key=lambda s: s.started)
        writing.run_id = _begin_run(writing, programs[first.version], first.started)
    rows: list[Row] = [
        {
            "step_key": s.key,
            "run_id": writing.run_id,
            "software_id": programs[s.version],
            "parameter_set_id": parameters[s.parameters_sha256],
            "name": s.name,
            "scope": s.scope,
            "started": s.started,
            "seconds": s.seconds,
            "status": s.status,
            "error": s.error,
        }
        for s in steps
    ]
    writing.insert(RunStep, rows)


def _begin_run(writing: Writing, program: int, started: datetime) -> int:
    """A run, with the libraries it is done with."""
    run_id = writing.insert_one(Run, {"software_id": program, "started": started})
    libraries = [_software(writing, name, version) for name, version in software().items()]
    writing.insert(RunSoftware, [{"run_id": run_id, "software_id": library} for library in libraries])
    return run_id


def _software(writing: Writing, name: str, version: str) -> int:
    where = and_(Software.name == name, Software.version == version)
    found = writing.connection.scalar(select(Software.id).where(where))
    return found or writing.insert_one(Software, {"name": name, "version": version})


def _insert_inputs(writing: Writing, steps: Sequence[StepRecord], ids: dict[str, int]) -> None:
    rows: list[Row] = [
        {
            "run_step_id": ids[step.key],
            "position": position,
            "kind": taken.kind,
            "identity": taken.identity,
            "role": taken.role,
        }
        for step in steps
        for position, taken in enumerate(step.inputs)
    ]
    writing.insert(StepInputRow, rows)


def _keep_artifacts(
    writing: Writing, steps: Sequence[StepRecord], ids: dict[str, int], *, whole: bool
) -> None:
    rows = [
        sealed(
            ArtifactRow,
            {
                "run_step_id": ids[step.key],
                "path": artifact.path,
                "sha256": artifact.sha256,
                "size": artifact.size,
                "role": artifact.role,
            },
        )
        for step in steps
        for artifact in step.outputs
    ]
    paths = {row["path"] for row in rows}
    same_scope = select(RunStep.id).where(RunStep.scope.in_({s.scope for s in steps}))
    writing.keep(
        ArtifactRow, ArtifactRow.run_step_id.in_(same_scope), rows, lambda r: whole or r["path"] in paths
    )
