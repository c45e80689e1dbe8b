"""Run a declared experiment: read, validate, judge."""

from __future__ import annotations

from pathlib import Path

from oncometry.core import Code, Notice
from oncometry.core.processes import Processes
from oncometry.core.software import learning_version
from oncometry.pipeline.experiment.earlier import Declared, changed_since
from oncometry.pipeline.experiment.final import Judged, check_names, final_models
from oncometry.pipeline.experiment.material import made_material
from oncometry.pipeline.experiment.parts import Parts
from oncometry.pipeline.experiment.score import all_metrics
from oncometry.pipeline.experiment.sources import Sources
from oncometry.pipeline.experiment.validate import Work, validate
from oncometry.pipeline.progress import Reporter
from oncometry.prediction.declaration import Experiment
from oncometry.prediction.divided import not_held_out
from oncometry.prediction.grouped import found_groups
from oncometry.prediction.result import ExperimentResult, Validated

__all__ = ["PARTS", "run_experiment"]

PARTS = "parts"
NEAR_CHANCE = 0.05


def run_experiment(
    experiment: Experiment,
    sources: Sources,
    output: Path,
    jobs: int,
    reporter: Reporter,
) -> ExperimentResult:
    """Validate a declared experiment; killed, it goes on where it was.

    Args:
        sources: its rows, and what is known beside them.
        output: where parts that are done are kept until the end.
        jobs: processes.

    Raises:
        SettingsError: a declaration or rows that cannot be learned from, by code.
    """
    made = made_material(experiment, sources)
    check_names(made)
    origin = made.sheet.origin
    identity = experiment.sha256((*origin, ("code", learning_version())))
    changed = changed_since(Declared(experiment.declared(), origin, learning_version()), output / PARTS)
    if changed is not None:
        reporter.warn(f"warning: {changed}")
    parts = Parts(output / PARTS, identity)
    with Processes(jobs) as pool:
        work = Work(pool, parts, reporter)
        validated = validate(made.material, work)
        metrics, headline = all_metrics(made.material, validated, work)
        told = (
            *_of_folds(validated),
            *not_held_out(made.material, validated.site_splits),
            *_of_control(validated),
        )
        notices = tuple(dict.fromkeys((*made.notices, *told)))
        judged = Judged(identity, origin, validated, metrics, notices)
        final = final_models(made, judged, work)
        groups = found_groups(made.material)
    return ExperimentResult(
        identity, origin, made.material, made.flow, validated, metrics, headline, notices,
        final.models, final.ledger, groups,
    )  # fmt: skip


def _of_folds(validated: Validated) -> list[Notice]:
    return [n for result in (*validated.results, *validated.site_results) for n in result.notices]


def _of_control(validated: Validated) -> list[Notice]:
    """Labels without meaning that can be told: something leaks."""
    found = validated.permuted
    if abs(found.mean - 0.5) <= NEAR_CHANCE:
        return []
    told = f"on permuted labels the concordance is {found.mean:.2f}, not 0.5: training knows something of the test patients."
    return [Notice(Code.LEAK_SUSPECTED, told)]
