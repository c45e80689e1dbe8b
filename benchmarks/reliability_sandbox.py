"""What it costs to look at files in processes of their own: against the same looks in this process.

    python benchmarks/reliability_sandbox.py [DATA] [--write]

DATA is the folder that holds `imaging/`; without it ONCOMETRY_DATA is taken. Every file below it is looked at: hash,
kind, header, payload. Both are measured in this run, one process against one, three times, and the smallest counts;
the start of the process is counted. `--write` puts the table into docs/reliability.md.
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path

from oncometry.io import isolation
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
    isolation._pool().close()
    clock = time.perf_counter()
    answers = list(isolated_each(look, [(path, LookSettings()) for path in files]))
    if len(answers) != len(files):
        raise SystemExit(f"{len(files) - len(answers)} files were not answered")
    return time.perf_counter() - clock


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, nargs="?", default=os.environ.get("ONCOMETRY_DATA"))
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    if chosen.data is None:
        raise SystemExit("Name the data folder, or set ONCOMETRY_DATA.")
    files = [found.path for found in walk([Path(chosen.data) / "imaging"]) if not found.problem]
    size = sum(path.stat().st_size for path in files) / 2**20
    here = min(in_this_process(files) for _ in range(TIMES))
    there = min(in_another(files) for _ in range(TIMES))
    content = "\n".join(
        [
            f"{today()}, {processor()}; {len(files)} files of the real data, {size:.0f} MiB.",
            "",
            "| looked at | seconds | ratio | promise |",
            "|---|---|---|---|",
            f"| in this process | {here:.1f} | 1 | |",
            f"| in one of its own, start counted | {there:.1f} | {there / here:.2f} | 1.3 |",
        ]
    )
    print(content)
    if chosen.write:
        replace("sandbox", content, RELIABILITY)


if __name__ == "__main__":
    main()
