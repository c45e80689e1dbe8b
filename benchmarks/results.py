"""The experiments on the tables of the data folder: every figure with its interval, beside what was published.

    ONCOMETRY_DATA=DATA python benchmarks/results.py [--write] [--output FOLDER] [NAME ...]
    python benchmarks/results.py --made COHORTS [--write] [--output FOLDER] [NAME ...]

Runs `benchmarks/experiments/*.yaml`, or those that are named; their reports are left in FOLDER/NAME. With `--made` those of
`benchmarks/experiments/made`: `oncometry demo` and `oncometry run` make their cohorts in COHORTS, where they are not there
yet. `--write` puts the figures into docs/results.md. Killed, it goes on where it was.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from oncometry.dose import apply_set, dvh_of_columns, ntcp_sets
from oncometry.one_experiment import ExperimentRequest, experiment
from oncometry.pipeline import progress_for
from oncometry.pipeline.experiment.load import load_experiment
from oncometry.pipeline.experiment.sources import rows_of
from oncometry.prediction.endpoint import outcome_of
from oncometry.prediction.feature_sets import SHUFFLED
from oncometry.prediction.judging import CONCORDANCE
from oncometry.prediction.material import BEST
from oncometry.prediction.metrics import Metric, bootstrap, concordance_scores
from oncometry.prediction.result import ExperimentResult
from page import DOCS, replace, today

PAGE = DOCS / "results.md"
EXPERIMENTS = Path(__file__).parent / "experiments"
TABLES = "tables"


class Demo(NamedTuple):
    """How a demo cohort is made: options of `oncometry demo`, and sheets that `oncometry run` is given."""

    options: tuple[str, ...]
    sheets: tuple[tuple[str, str], ...]


DEMOS = {
    "demo-images": Demo((), (("clinical", "clinical.xlsx"),)),
    "demo-tables": Demo(("--tables-only",), (("clinical", "clinical.xlsx"), ("reads", "reads.csv"))),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="Of experiments; all if none is named.")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--output", type=Path, default=Path("results"))
    parser.add_argument(
        "--made", type=Path, help="Where the demo cohorts are made: about half an hour on two cores."
    )
    asked = parser.parse_args()
    data = os.environ.get("ONCOMETRY_DATA")
    if asked.made is None and data is None:
        raise SystemExit("ONCOMETRY_DATA does not name the data folder")
    base = Path(data or "") / TABLES if asked.made is None else asked.made
    folder = EXPERIMENTS if asked.made is None else EXPERIMENTS / "made"
    there = {path.stem: path for path in sorted(folder.glob("*.yaml"))}
    for name in asked.names or there:
        if asked.made is not None:
            make_cohort(asked.made / name, DEMOS[name])
        with progress_for(quiet=False) as reporter:
            result = experiment(ExperimentRequest(there[name], asked.output / name, base), reporter)
        text = "\n".join(section(result, there[name], base))
        print(text)
        if asked.write:
            replace(name, text, PAGE)


def make_cohort(place: Path, demo: Demo) -> None:
    """The demo and its cohort, by the program's own commands; `run` goes on where it was."""
    if not (place / "input").exists():
        called("demo", "-o", str(place / "input"), "--patients", "60", "--seed", "1", *demo.options)
    reads = [f"--{kind}={place / 'input' / name}" for kind, name in demo.sheets]
    called("run", str(place / "input"), "-o", str(place / "cohort"), *reads)


def called(*words: str) -> None:
    """One command of the program."""
    subprocess.run([sys.executable, "-m", "oncometry", *words], check=True)


def section(result: ExperimentResult, file: Path, tables: Path) -> list[str]:
    """The figures of one experiment."""
    experiment, outcome = result.material.experiment, result.material.outcome
    validation, heading = experiment.validation, CONCORDANCE[outcome.task]
    models = tuple(result.material.models)
    lines = [
        f"{today()}; {result.flow.patients} patients, {outcome.events} events; {validation.repeats} x {validation.folds} "
        f"outer folds, {validation.candidates} settings of each model. "
        f"Published: {experiment.published}.",
        "",
        f"| features | {heading}, best model (95 % interval) | {' | '.join(models)} |",
        "|---|---|" + "---|" * len(models),
    ]
    for name in (*(s.name for s in result.material.sets), SHUFFLED):
        best = _metric(result.metrics, name, heading, (BEST, "majority", "null_survival"))
        each = [_metric(result.metrics, name, heading, (model,)) for model in models]
        if best is not None:
            lines.append(f"| {name} | {_text(best)} | {' | '.join(_text(m) if m else '' for m in each)} |")
    empty = " |" * len(models)
    for m in result.metrics:
        if m.features.endswith("permuted labels") and m.metric == heading:
            lines.append(f"| {m.features} ({m.model}) | {_text(m)} |{empty}")
        if m.model == BEST and m.metric == f"{heading}_difference" and "bootstrap" in m.method:
            lines.append(f"| {m.features} | {_text(m, sign=True)} |{empty}")
    if "hypothyroidism" in experiment.name:
        lines += [f"| {name} | {text} |{empty}" for name, text in _published_models(file, tables)]
    return [
        *lines,
        "",
        f"`oncometry experiment run benchmarks/experiments/{file.relative_to(EXPERIMENTS)} "
        f"--data {'COHORTS' if experiment.cohort is not None else f'DATA/{TABLES}'} -o {file.stem}`",
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
