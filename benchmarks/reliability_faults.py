"""Killed at every write point and at random moments, refused every kind of write: is the same job again like new?

    python benchmarks/reliability_faults.py [--random 200] [--write]

At write points the job is run, report and export of the tests' very small cohort (`tests/faults/job.py`; made, not real
patients). At random moments it is `oncometry run --jobs 2` on it (`tests/faults/command.py`), two at a time, each killed
with all its processes; steps done twice are counted. What is left after the same job again is compared with what an
undisturbed job leaves: tables, names of files, hashes of files. `--write` puts the table into docs/reliability.md.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from page import RELIABILITY, processor, replace, today

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.faults.command import WORKERS, Undisturbed, killed_then_again, undisturbed_run
from tests.faults.conftest import REACHED, Left, assert_equal, do_job, write_tiny

from oncometry.core.write_points import WritePoint

ERRORS = ("ENOSPC", "EIO", "EACCES", "EMFILE")
HEAD = "| what | tried | ended like an undisturbed job |\n|---|---|---|"
AT_ONCE = 2
SOONEST_S = 0.5
AT_POINT = "killed at a write point, its first, middle and last time"
AT_RANDOM = "`run --jobs 2` killed at a random moment, with its processes"


def same_again(inputs: Path, root: Path, expected: Left, fault: str) -> bool:
    """Whether the job, disturbed and done again, leaves what it always leaves."""
    with tempfile.TemporaryDirectory(dir=root) as name:
        cohort = Path(name) / "cohort"
        do_job(inputs, cohort, fault=fault)
        if do_job(inputs, cohort).code != 0:
            return False
        try:
            assert_equal(Left.of(cohort), expected)
        except AssertionError:
            return False
    return True


def at_random(inputs: Path, root: Path, expected: Undisturbed, seed: int) -> int | None:
    """Steps done twice after a kill at a random moment; None where what is left differs."""
    rng = random.Random(seed)
    while True:
        with tempfile.TemporaryDirectory(dir=root) as name:
            due = time.monotonic() + rng.uniform(SOONEST_S, expected.seconds)
            try:
                twice = killed_then_again(
                    inputs, Path(name) / "cohort", expected, lambda due=due: time.monotonic() > due
                )
            except AssertionError as error:
                print(f"seed {seed}: {error}", file=sys.stderr)
                return None
            if twice is not None:  # else it had ended before
                return twice


def at_points(inputs: Path, root: Path) -> tuple[list[str], str]:
    """Rows of kills and errors at write points, and how many points there are."""
    do_job(inputs, root / "first" / "cohort", log=root / "log")
    expected = Left.of(root / "first" / "cohort")
    points = [line.split("\t")[0] for line in (root / "log").read_text().splitlines()]
    faults = [
        (AT_POINT, f"{point.value}:{at}:kill")
        for point in REACHED
        for at in sorted({0, points.count(point.value) // 2, max(points.count(point.value) - 1, 0)})
    ]
    faults += [
        (f"{error} at a write, all along the job", f"any:{at}:{error}")
        for error in ERRORS
        for at in range(0, len(points), max(len(points) // 12, 1))
    ]
    done, good = Counter[str](), Counter[str]()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        same = pool.map(partial(same_again, inputs, root, expected), [fault for _, fault in faults])
        for (what, _), is_same in zip(faults, same, strict=True):
            done[what] += 1
            good[what] += is_same
    reached = len(set(points) & {point.value for point in WritePoint})
    named = (
        f"{len(WritePoint)} write points are named; the job reaches {reached} of them, {len(points)} times "
        f"(the other {len(WritePoint) - len(REACHED)} are of a restore: tests/store/test_backup.py)."
    )
    return [f"| {what} | {tried} | {good[what]} |" for what, tried in done.items()], named


def at_random_moments(inputs: Path, root: Path, times: int) -> tuple[str, str]:
    """The row of random kills, and a sentence about steps done twice and time."""
    with ThreadPoolExecutor(AT_ONCE) as pool:  # timed as they will be killed: so many at once
        places = [root / f"undisturbed-{number}" / "cohort" for number in range(AT_ONCE)]
        expected, *_ = pool.map(partial(undisturbed_run, inputs), places)
        began = time.monotonic()
        found = list(pool.map(partial(at_random, inputs, root, expected), range(times)))
    minutes = (time.monotonic() - began) / 60
    twice = [steps for steps in found if steps is not None]
    said = (
        f"Of {len(expected.steps)} steps at most {max(twice, default=0)} were done twice, by {WORKERS} workers "
        f"(in {sum(steps > 0 for steps in twice)} of {len(twice)} kills any). The {times} random kills took {minutes:.0f} min."
    )
    return f"| {AT_RANDOM} | {times} | {len(twice)} |", said


def main() -> None:
    """Try, print, and write if asked."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--random", type=int, default=200)
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        inputs = write_tiny(root / "tiny")
        rows, named = at_points(inputs, root)
        print(*rows, sep="\n", flush=True)
        row, twice = at_random_moments(inputs, root, chosen.random)
    content = "\n".join([f"{today()}, {processor()}, 2 jobs at once. {named} {twice}", "", HEAD, *rows, row])
    print(content)
    if chosen.write:
        replace("faults", content, RELIABILITY)


if __name__ == "__main__":
    main()
