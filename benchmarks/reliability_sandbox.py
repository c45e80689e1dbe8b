"""What it costs to look at files in processes of their own: against the same looks in this process.

    python benchmarks/reliability_sandbox.py [DATA] [--write]

DATA is the folder that holds `imaging/`; without it ONCOMETRY_DATA is taken. Every file below it is looked at: hash,
kind, header, payload. Both are measured in this run, one process against one, three times in turn, and the smallest counts:
each time in a Python that has just started, as a command has, since the second pass of a process is a quarter faster than
its first, wherever it looks. The start of the process that is looked in is counted. `--write` puts the table into
docs/reliability.md.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from oncometry.io.isolation import isolated_each
from oncometry.io.look import LookSettings, look
from oncometry.io.walk import walk
from page import RELIABILITY, processor, replace, today

TIMES = 3


def in_this_process(files: list[Path]) -> float:
    """Seconds."""
    clock = time.perf_counter()
    for path in files:
        look(path, LookSettings())
    return time.perf_counter() - clock


def in_another(files: list[Path]) -> float:
    """Seconds, with the start of the process."""
    clock = time.perf_counter()
    answers = list(isolated_each(look, [(path, LookSettings()) for path in files]))
    if len(answers) != len(files):
        raise SystemExit(f"{len(files) - len(answers)} files were not answered")
    return time.perf_counter() - clock


def in_a_new_python(measure: Callable[[list[Path]], float], files: list[Path]) -> float:
    """Seconds, without the start of that Python."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(measure, files).result()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, nargs="?", default=os.environ.get("ONCOMETRY_DATA"))
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    if chosen.data is None:
        raise SystemExit("Name the data folder, or set ONCOMETRY_DATA.")
    files = [found.path for found in walk([Path(chosen.data) / "imaging"]) if not found.problem]
    size = sum(path.stat().st_size for path in files) / 2**20
    in_this_process(files)  # so that the disk is no part of it
    both = [
        (in_a_new_python(in_this_process, files), in_a_new_python(in_another, files)) for _ in range(TIMES)
    ]
    here, there = (min(seconds) for seconds in zip(*both, strict=True))
    content = "\n".join(
        [
            f"{today()}, {processor()}; {len(files)} files of the real data, {size:.0f} MiB.",
            "",
            "| looked at | seconds | ratio | promise |",
            "|---|---|---|---|",
            f"| in the process that asks | {here:.1f} | 1 | |",
            f"| in one of its own, start counted | {there:.1f} | {there / here:.2f} | 1.3 |",
        ]
    )
    print(content)
    if chosen.write:
        replace("sandbox", content, RELIABILITY)


if __name__ == "__main__":
    main()
