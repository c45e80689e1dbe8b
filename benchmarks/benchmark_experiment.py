"""What an experiment costs: nested 5 x 5, six models with ten settings each, 200 trees and more, 245 patients x 1,015 features.

    python benchmarks/benchmark_experiment.py [--write]

First the validation of one set of features alone, then the whole experiment with all controls, explanation, stored models and
report; each in a process of its own, whose children are counted in its memory.
"""

from __future__ import annotations

import argparse
import csv
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace as changed
from functools import partial
from pathlib import Path

import numpy as np

from oncometry.core.processes import Processes
from oncometry.core.processors import cores
from oncometry.one_experiment import ExperimentRequest, check_experiment, experiment
from oncometry.pipeline import progress_for
from oncometry.prediction.feature_sets import FeatureSet
from oncometry.prediction.nested import judge_split
from oncometry.prediction.splits import nested_splits
from oncometry.prediction.table import Block
from page import processor, replace, today

PATIENTS, FEATURES = 245, 1015
MODELS = "[logistic, forest, svm, boosting, naive_bayes, ordinal]"
TITLES = {
    "set": "one set of features, nested 5 x 5, six models x 10 settings",
    "whole": "the whole experiment: 6 sets, 100 permutations, intervals, stored models, explanation, report",
}
HEAD = "| what | wall, s | peak memory of one process, MB |\n|---|---|---|"
DECLARED = f"""
name: made
tables: [{{file: made.csv, patient: patient}}]
endpoint: {{name: response, kind: binary, column: response, positive: ["1"]}}
features:
  - {{block: clinical, columns: [age, stage]}}
  - {{block: volume, columns: [volume], log: [volume]}}
  - {{block: radiomics, columns: ["f*"]}}
models: {MODELS}
validation: {{repeats: 1}}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--one", choices=TITLES, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(measured(asked.one, asked.folder))
        return
    rows = []
    with tempfile.TemporaryDirectory() as place:
        make(Path(place))
        for one, title in TITLES.items():
            command = [sys.executable, __file__, "--one", one, "--folder", place]
            wall, peak = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[
                -2:
            ]
            rows.append(f"| {title} | {float(wall):.0f} | {float(peak):.0f} |")
    text = "\n".join([f"{today()}, {processor()}, {cores()} processors.", "", HEAD, *rows])
    print(text)
    if asked.write:
        replace("experiment", text)


def make(folder: Path) -> None:
    """A table in which a few of many correlated features go with the outcome."""
    rng = np.random.default_rng(1)
    hidden = rng.normal(size=(PATIENTS, 40))
    values = hidden @ rng.normal(size=(40, FEATURES)) + 2 * rng.normal(size=(PATIENTS, FEATURES))
    response = rng.random(PATIENTS) < 1 / (1 + np.exp(-hidden[:, 0] - 0.5 * hidden[:, 1]))
    with (folder / "made.csv").open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(
            ["patient", "age", "stage", "volume", "response", *(f"f{i}" for i in range(FEATURES))]
        )
        for i in range(PATIENTS):
            plain = [f"P{i}", rng.normal(60, 9), rng.integers(1, 5), rng.lognormal(2, 1), int(response[i])]
            writer.writerow([*plain, *values[i]])
    (folder / "made.yaml").write_text(DECLARED)


def measured(what: str, folder: Path) -> str:
    """Wall seconds, and the most memory that one process held."""
    with progress_for(quiet=True) as reporter:
        start = time.perf_counter()
        if what == "whole":
            experiment(ExperimentRequest(folder / "made.yaml", folder / "whole"), reporter)
        else:
            material = check_experiment(folder / "made.yaml").material
            material = changed(material, sets=(FeatureSet("radiomics", (Block.RADIOMICS,)),))
            splits = nested_splits(material.outcome.strata, material.table.patients, 5, 5, 1, 1)
            with Processes(cores()) as pool:
                list(pool.each(partial(judge_split, material), splits))
        wall = time.perf_counter() - start
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return f"{wall} {peak / 1024}"


if __name__ == "__main__":
    main()
