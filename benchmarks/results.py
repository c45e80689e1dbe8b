"""The experiments on the tables of the data folder: every figure with its interval, beside what was published.

    ONCOMETRY_DATA=DATA python benchmarks/results.py [--write] [--output FOLDER] [NAME ...]

Runs `benchmarks/experiments/*.yaml`, or those that are named; their reports are left in FOLDER/NAME. `--write` puts the
figures into docs/results.md. Killed, it goes on where it was.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from oncometry.dose import apply_set, dvh_of_columns, ntcp_sets
from oncometry.one_experiment import ExperimentRequest, experiment
from oncometry.pipeline import progress_for
from oncometry.pipeline.experiment.load import load_experiment
from oncometry.pipeline.experiment.sources import rows_of
from oncometry.prediction.endpoint import outcome_of
from oncometry.prediction.judging import CONCORDANCE
from oncometry.prediction.material import BEST
from oncometry.prediction.metrics import Metric, bootstrap, concordance_scores
from oncometry.prediction.result import ExperimentResult
from page import DOCS, replace, today

PAGE = DOCS / "results.md"
EXPERIMENTS = Path(__file__).parent / "experiments"
TABLES = "tables"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="Of experiments; all if none is named.")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--output", type=Path, default=Path("results"))
    asked = parser.parse_args()
    data = os.environ.get("ONCOMETRY_DATA")
    if data is None:
        raise SystemExit("ONCOMETRY_DATA does not name the data folder")
    there = {path.stem: path for path in sorted(EXPERIMENTS.glob("*.yaml"))}
    for name in asked.names or there:
        with progress_for(quiet=False) as reporter:
            request = ExperimentRequest(there[name], asked.output / name, Path(data) / TABLES)
            result = experiment(request, reporter)
        text = "\n".join(section(result, there[name], Path(data) / TABLES))
        print(text)
        if asked.write:
            replace(name, text, PAGE)


def section(result: ExperimentResult, file: Path, tables: Path) -> list[str]:
    """The figures of one experiment."""
    experiment, outcome = result.material.experiment, result.material.outcome
    validation, heading, plain = (
        experiment.validation,
        CONCORDANCE[outcome.task],
        next(iter(result.material.models)),
    )
    lines = [
        f"{today()}; {result.flow.patients} patients, {outcome.events} events; {validation.repeats} x {validation.folds} "
        f"outer folds, {validation.candidates} settings of each of {', '.join(result.material.models)}. "
        f"Published: {experiment.published}.",
        "",
        f"| features | {heading}, best model (95 % interval) | {plain} | permuted or compared |",
        "|---|---|---|---|",
    ]
    for chosen in result.material.sets:
        best = _metric(result.metrics, chosen.name, heading, (BEST, "majority", "null_survival"))
        alone = _metric(result.metrics, chosen.name, heading, (plain,))
        if best is not None:
            lines.append(f"| {chosen.name} | {_text(best)} | {_text(alone) if alone else ''} | |")
    for m in result.metrics:
        if m.features.endswith("permuted labels") and m.metric == heading:
            lines.append(f"| {m.features} | | | {_text(m)} |")
        if m.model == BEST and m.metric == f"{heading}_difference" and "bootstrap" in m.method:
            lines.append(f"| {m.features} | | | {_text(m, sign=True)} |")
    if "hypothyroidism" in experiment.name:
        lines += [f"| {name} | {text} | | |" for name, text in _published_models(file, tables)]
    return [
        *lines,
        "",
        f"`oncometry experiment run benchmarks/experiments/{file.name} --data DATA/{TABLES} -o {file.stem}`",
    ]


def _metric(rows: Iterable[Metric], features: str, metric: str, models: tuple[str, ...]) -> Metric | None:
    fits = [m for m in rows if m.features == features and m.metric == metric and m.model in models]
    return fits[0] if fits else None


def _text(m: Metric, *, sign: bool = False) -> str:
    if m.value is None:
        return str(m.reason)
    shown = "+.3f" if sign else ".3f"
    limits = "" if m.low is None or m.high is None else f" ({m.low:{shown}} to {m.high:{shown}})"
    return f"{m.value:{shown}}{limits}"


def _published_models(file: Path, tables: Path) -> list[tuple[str, str]]:
    """Published models of the thyroid on the same rows: their order of patients, whatever their calibration."""
    declared = load_experiment(file, tables)
    sheet = rows_of(declared)
    outcome = outcome_of(sheet, declared.endpoint)
    numbers = {
        name: np.asarray(cells, float) for name, cells in sheet.columns.items() if cells.dtype.kind == "f"
    }
    table = dvh_of_columns(numbers, "Thyroid", "cGy")
    found = []
    for one in ntcp_sets():
        if one.organ == "thyroid":
            risk = apply_set(one, table, fractions_as_fitted=True)[outcome.known]
            (estimate,) = bootstrap(concordance_scores(outcome.y, risk)[:1], sheet.patients[outcome.known])
            found.append((f"published NTCP, {one.name}", _text(Metric.of(estimate, "", "", ""))))
    return found


if __name__ == "__main__":
    main()
