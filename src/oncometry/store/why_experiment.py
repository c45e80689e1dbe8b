"""From a prediction, a metric, an explanation or a cluster back to the experiment, its declaration and its step."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import Connection, RowMapping, and_, select

from oncometry.store.origins import rows_of, step_trace
from oncometry.store.subjects import patient_trace, row_of
from oncometry.store.tables import (
    ClusterAssignment,
    Experiment,
    Explanation,
    Metric,
    Model,
    PredictionValue,
    Split,
    table_of,
)
from oncometry.store.trace import Trace

__all__ = ["experiment_tracers"]

Tracer = Callable[[Connection, int], Trace]

_LEADS_ON = frozenset({"id", "experiment_id", "patient_id", "position"})


def experiment_tracers() -> Mapping[str, Tracer]:
    """Kind of a value_id -> what follows it back."""
    return {
        "experiment": _experiment,
        "prediction": _of_experiment("prediction", PredictionValue),
        "metric": _of_experiment("metric", Metric),
        "explanation": _of_experiment("explanation", Explanation),
        "cluster": _of_experiment("cluster", ClusterAssignment),
    }


def _experiment(connection: Connection, number: int) -> Trace:
    found = row_of(connection, Experiment, number, f"experiment:{number}")
    facts = {name: found[name] for name in ("name", "endpoint", "declaration_sha256")}
    return Trace(
        "value", f"experiment:{number}", facts | {"current": found["is_current"]}, _made(connection, found)
    )


def _of_experiment(kind: str, model: type[Model]) -> Tracer:
    def trace(connection: Connection, number: int) -> Trace:
        found = row_of(connection, model, number, f"{kind}:{number}")
        experiment = row_of(connection, Experiment, found["experiment_id"])
        facts = {name: value for name, value in found.items() if name not in _LEADS_ON}
        facts |= {"experiment": experiment["name"], "current": experiment["is_current"]}
        whose = found.get("patient_id")
        sources = (
            *(() if whose is None else (patient_trace(connection, whose),)),
            *_split(connection, found),
            *_made(connection, experiment),
        )
        return Trace("value", f"{kind}:{number}", facts, sources)

    return trace


def _split(connection: Connection, found: RowMapping) -> tuple[Trace, ...]:
    """The fold that a prediction is out of."""
    if "split_number" not in found:
        return ()
    s = Split
    named = and_(s.experiment_id == found["experiment_id"], s.number == found["split_number"])
    (split,) = rows_of(connection, select(table_of(Split)).where(named))
    facts = {name: split[name] for name in ("kind", "repetition", "fold")}
    return (Trace("split", f"repetition {split['repetition']}, fold {split['fold']}", facts),)


def _made(connection: Connection, experiment: RowMapping) -> tuple[Trace, ...]:
    declared = {"sha256": experiment["declaration_sha256"], "declaration": experiment["declaration"]}
    return (
        Trace("declaration", experiment["declaration_sha256"], declared),
        step_trace(connection, experiment["run_step_id"], deep=False),
    )
