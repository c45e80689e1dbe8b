"""What was declared, before any result was seen: outcome, features, models, budget, seeds, and what they were read from."""

from __future__ import annotations

import json

from oncometry.core.software import software
from oncometry.prediction.declaration import Experiment
from oncometry.prediction.fold.chain import IMAGE_BLOCKS
from oncometry.prediction.outcome import Task
from oncometry.report.experiment_view import ExperimentView
from oncometry.report.grid import Grid, make_grid
from oncometry.report.section import Block, Folded, Section

__all__ = ["declared_section"]


def declared_section(view: ExperimentView) -> Section:
    """The declaration, its hash, and the software."""
    experiment = view.material.experiment
    whole = json.dumps(json.loads(experiment.declared()), indent=1, ensure_ascii=False, sort_keys=True)
    blocks: list[Block] = [
        _what(view),
        _features(view),
        _models(view),
        _origin(view),
        Folded("The declaration as it was hashed", whole),
        Folded(
            "Software",
            make_grid(
                "Where the experiment ran", ["Name", "Version"], [[k, v] for k, v in software().items()]
            ),
        ),
    ]
    return Section("declared", "What was declared", blocks, "Declaration")


def _what(view: ExperimentView) -> Grid:
    experiment, outcome = view.material.experiment, view.material.outcome
    chosen, pre = experiment.validation, experiment.preprocessing
    rows = [
        ["name", experiment.name],
        ["outcome", _outcome(experiment, view)],
        ["splits", f"{chosen.repeats} repeats of {chosen.folds} outer folds, {chosen.inner_folds} inner folds, by patient, "
                   f"balanced by {'event' if outcome.task is Task.SURVIVAL else 'outcome'}"],
        ["budget", f"{chosen.candidates} settings of each model at most, chosen in the inner folds by "
                   f"{'mean absolute error' if outcome.task is Task.CONTINUOUS else 'concordance'}"],
        ["intervals", f"{100 * chosen.confidence:g} %, {chosen.bootstrap} resamples of patients"],
        ["missing values", f"columns with more than {100 * pre.maximum_missing:g} % missing are left out, "
                           f"others take the median "
                           "of the training fold, categories the most frequent one; where many cells say none, that is "
                           "a category of its own"],
        ["scaling", pre.scale],
        *_image_features(view),
        ["resampling", pre.resample],
        ["calibration", _calibration(pre.calibrate, outcome.task)],
        ["permutations", str(chosen.permutations)],
        ["seed", str(experiment.seed)],
        ["hash", view.result.sha256],
    ]  # fmt: skip
    if outcome.task is Task.BINARY:
        rows.insert(4, ["threshold", f"{chosen.threshold:g}, for accuracy, F1, sensitivity and specificity"])
    if experiment.where:
        shown = "; ".join(f"{k} is {' or '.join(v)}" for k, v in experiment.where.items())
        rows.insert(1, ["rows", shown])
    return make_grid(
        "Outcome, validation and what is learned inside each training fold", ["What", "How"], rows
    )


def _image_features(view: ExperimentView) -> list[list[str]]:
    """What is done to features of images; that there are none, of tables only."""
    experiment, pre = view.material.experiment, view.material.experiment.preprocessing
    if not set(view.material.table.blocks) & IMAGE_BLOCKS:
        where = "tables only" if experiment.cohort is None else "none was asked for"
        return [["image features", f"none: {where}"]]
    return [
        ["redundancy", _redundancy(pre.redundancy)],
        ["reliability", _reliability(view)],
        ["selection", f"of more than {pre.select_from} features {', '.join(map(str, pre.select))} are kept"],
    ]  # fmt: skip


def _redundancy(above: float) -> str:
    if above >= 1:
        return "no filter"
    return f"of features with a Spearman correlation above {above:g} one stays"


def _calibration(wanted: bool, task: Task) -> str:
    if task is not Task.BINARY:
        return "none"
    return (
        "Platt's logistic on inner predictions" if wanted else "none where a model gives probabilities itself"
    )


def _outcome(experiment: Experiment, view: ExperimentView) -> str:
    endpoint, outcome = experiment.endpoint, view.material.outcome
    if endpoint.kind == "survival":
        competing = f", competing: {', '.join(endpoint.competing)}" if endpoint.competing else ""
        landmark = f", counted from day {endpoint.landmark_day:g}" if endpoint.landmark_day else ""
        return (
            f"{endpoint.name}: time to {'/'.join(endpoint.observed)} ({endpoint.time}, {endpoint.event}){competing}{landmark}; "
            f"judged at day {outcome.horizon_days:g}{' after that' if endpoint.landmark_day else ''}"
        )
    if endpoint.kind == "binary":
        return f"{endpoint.name}: {endpoint.column} is {' or '.join(endpoint.positive)}"
    if endpoint.kind == "toxicity":
        treatment = f" after {endpoint.treatment}" if endpoint.treatment else ""
        return f"{endpoint.name}: {endpoint.column} of grade {endpoint.grade} or higher{treatment}"
    if endpoint.kind == "ordinal":
        return f"{endpoint.name}: {endpoint.column}, {' < '.join(endpoint.order)}"
    return f"{endpoint.name}: {endpoint.column}"


def _features(view: ExperimentView) -> Grid:
    table, rows = view.material.table, []
    for block in table.blocks:
        here = [table.columns[i] for i in table.of([block])]
        names = [c.name for c in here]
        days = sorted({c.day for c in here if c.day is not None})
        known = ", ".join(f"{d:g}" for d in days) or "not said"
        shown = ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
        rows.append([str(block), str(len(names)), shown, known])
    return make_grid("Blocks of features", ["Block", "#columns", "Which", "Known on day"], rows)


def _models(view: ExperimentView) -> Grid:
    rows = []
    for name, tried in view.material.models.items():
        tuned = sorted({key for c in tried for key, _ in c.parameters})
        rows.append([name, str(len(tried)), ", ".join(tuned) or "nothing"])
    return make_grid(
        "Models",
        ["Model", "#settings tried", "Parameters"],
        rows,
        "settings.csv",
        csv_name="What was chosen in each fold",
    )


def _origin(view: ExperimentView) -> Grid:
    rows = [[name, digest] for name, digest in view.result.origin]
    return make_grid("Read from", ["Source", "SHA-256"], rows)


def _reliability(view: ExperimentView) -> str:
    asked, known = view.material.experiment.preprocessing.reliability, view.material.reliability
    if asked is None:
        return "no filter"
    told = "" if known is None else f", told {known.told}"
    return f"lower limit of the ICC at least {asked.minimum_icc:g}{told}"
