"""Killed at every write point and at random moments, refused every kind of write: is the same job again like new?

    python benchmarks/reliability_faults.py [--random 200] [--write]

The job is run, report and export of the tests' very small cohort (`tests/faults/job.py`; made, not real patients).
It is killed, then done again, and what it leaves is compared with what an undisturbed job leaves: tables, names of
files, hashes of files. `--write` puts the table into docs/reliability.md.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from page import RELIABILITY, processor, replace, today

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.faults.conftest import JOB, Left, assert_equal, do_job, write_tiny

from oncometry.core.write_points import WritePoint

ERRORS = ("ENOSPC", "EIO", "EACCES", "EMFILE")
HEAD = "| what | tried | ended like an undisturbed job |\n|---|---|---|"


def same_again(inputs: Path, folder: Path, expected: Left) -> bool:
    """Whether the job, done again, leaves what it always leaves."""
    again = do_job(inputs, folder / "cohort")
    if again.code != 0:
        return False
    try:
        assert_equal(Left.of(folder / "cohort"), expected)
    except AssertionError:
        return False
    return True


def killed_at_random(inputs: Path, folder: Path, seconds: float) -> bool:
    """Kill the job and its processes after so many seconds; gives whether it was still running."""
    job = subprocess.Popen(
        [sys.executable, str(JOB), str(inputs), str(folder / "cohort")],
        start_new_session=True,
        stderr=subprocess.DEVNULL,
    )
    try:
        job.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(job.pid, signal.SIGKILL)
        job.wait()
        return True
    return False


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--random", type=int, default=200)
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    rng, done, good = random.Random(1), Counter[str](), Counter[str]()
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        inputs = write_tiny(root / "tiny")
        began = time.perf_counter()
        do_job(inputs, root / "first" / "cohort", log=root / "log")
        lasts = time.perf_counter() - began
        expected = Left.of(root / "first" / "cohort")
        points = [line.split("\t")[0] for line in (root / "log").read_text().splitlines()]

        def tried(what: str, fault: str | None) -> None:
            with tempfile.TemporaryDirectory(dir=root) as place:
                if fault is None:
                    while not killed_at_random(inputs, Path(place), rng.uniform(0.5, lasts)):
                        continue
                else:
                    do_job(inputs, Path(place) / "cohort", fault=fault)
                done[what] += 1
                good[what] += same_again(inputs, Path(place), expected)

        for point in WritePoint:
            for at in {0, points.count(point.value) // 2, max(points.count(point.value) - 1, 0)}:
                tried("killed at a write point, its first, middle and last time", f"{point.value}:{at}:kill")
        for error in ERRORS:
            for at in range(0, len(points), max(len(points) // 12, 1)):
                tried(f"{error} at a write, all along the job", f"any:{at}:{error}")
        for _ in range(chosen.random):
            tried("killed at a random moment, with its processes", None)
    reached = len(set(points) & {point.value for point in WritePoint})
    rows = [f"| {what} | {count} | {good[what]} |" for what, count in done.items()]
    named = (
        f"{len(WritePoint)} write points are named; the job reaches {reached} of them, {len(points)} times."
    )
    made = f"{today()}, {processor()}. {named}"
    content = "\n".join([made, "", HEAD, *rows])
    print(content)
    if chosen.write:
        replace("faults", content, RELIABILITY)


if __name__ == "__main__":
    main()
