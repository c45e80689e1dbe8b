"""`oncometry run` with its processes, killed as a whole, and what the same command does afterwards."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import yaml

from .conftest import Left, assert_equal
from .job import QUICK

__all__ = ["WORKERS", "Undisturbed", "kill_run", "killed_then_again", "step_outputs", "undisturbed_run"]

WORKERS = 2
POLL_S = 0.01


@dataclass(frozen=True)
class Undisturbed:
    """What a run from start to end leaves, its steps with the files that each makes, and how long it took."""

    left: Left
    steps: dict[str, list[str]]
    seconds: float


def undisturbed_run(inputs: Path, cohort: Path) -> Undisturbed:
    """Run, and look."""
    began = time.monotonic()
    steps_run = _summary(_start(inputs, cohort))["steps_run"]
    seconds = time.monotonic() - began
    steps = step_outputs(cohort)
    assert len(steps) == steps_run
    return Undisturbed(Left.of(cohort), steps, seconds)


def kill_run(inputs: Path, cohort: Path, is_time: Callable[[], bool]) -> bool:
    """Kill a run with all its processes; False where it had ended, and well, before it was time."""
    job = _start(inputs, cohort)
    while job.poll() is None and not is_time():
        time.sleep(POLL_S)
    if job.poll() is not None:
        _summary(job)
        return False
    os.killpg(job.pid, signal.SIGKILL)
    job.communicate()
    return True


def killed_then_again(
    inputs: Path, cohort: Path, expected: Undisturbed, is_time: Callable[[], bool]
) -> int | None:
    """Kill a run with all its processes, then run again; gives how many steps were done twice, in whole or in part.

    None where the run had ended before it was time. Fails where what is left differs from that of an undisturbed run.
    """
    if not kill_run(inputs, cohort, is_time):
        return None
    finished = step_outputs(cohort)
    open_steps = expected.steps.keys() - finished.keys()
    begun = [key for key in open_steps if any((cohort / path).exists() for path in expected.steps[key])]
    again = _summary(_start(inputs, cohort))
    assert_equal(Left.of(cohort), expected.left)
    assert again["steps"] == len(expected.steps)
    finished_and_done_again = again["steps_run"] - len(open_steps)
    return finished_and_done_again + len(begun)


def step_outputs(cohort: Path) -> dict[str, list[str]]:
    """Key of each step that is finished, and the files that it made, relative to the cohort."""
    records = (cohort / ".oncometry" / "steps").glob("*/*.json")
    saved = {path.stem: json.loads(path.read_text(encoding="utf-8"))["record"] for path in records}
    return {key: [artifact["path"] for artifact in record["outputs"]] for key, record in saved.items()}


def _start(inputs: Path, cohort: Path) -> subprocess.Popen[str]:
    cohort.parent.mkdir(exist_ok=True)
    config = cohort.parent / "settings.yaml"
    config.write_text(yaml.safe_dump(QUICK.model_dump(mode="json")))
    command = [sys.executable, "-m", "oncometry.cli", "run", inputs / "scans", "-o", cohort, "--json", "-q"]
    more = ["--clinical", inputs / "clinical.csv", "--config", config, "--jobs", f"{WORKERS}"]
    return subprocess.Popen(
        [*command, *more],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )


def _summary(job: subprocess.Popen[str]) -> dict[str, int]:
    """What a run prints that ends well."""
    out, _ = job.communicate()
    assert job.returncode == 0
    return json.loads(out)
