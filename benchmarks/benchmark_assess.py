"""Time to assess a trial: every visit with its chances, its explanation and its smallest flip.

    python benchmarks/benchmark_assess.py [--write]

254 patients, 8 visits, 5 lesions each (one a node), 1,000 draws a patient. `--write` puts the table into
docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import os
import time
from concurrent.futures import ProcessPoolExecutor

import numpy as np

from oncometry.core import LesionReading, LesionRole, LesionStatus, Quantity
from oncometry.response.assess import assess
from oncometry.response.registry import criterion_named
from oncometry.response.timeline import Timeline, TimelineLesion, TimelineVisit
from oncometry.response.uncertainty import UncertaintySettings, drawn_course
from page import processor, replace, today

PATIENTS, VISITS, LESIONS = 254, 8, 5
WEEKS = 8
SETTINGS = UncertaintySettings()
NAMES = ("recist-1.1", "volumetric")
HEAD = """| criterion | rows | draws | CPU s | wall s, one process | wall s, two processes |
|---|---|---|---|---|---|"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    trial = [_patient(number) for number in range(PATIENTS)]
    table = "\n".join([HEAD, *(_row(name, trial) for name in NAMES)])
    print(table)
    if chosen.write:
        beside = f"{os.cpu_count()} processors, load average {os.getloadavg()[0]:.1f} with this among it"
        replace("assess", f"{today()}, {processor()}, {beside}.\n\n{table}")


def rows(trial: list[Timeline], name: str) -> list[dict[str, object]]:
    """What `oncometry assess` gives of these patients."""
    criterion, found = criterion_named(name), []
    for timeline in trial:
        drawn = drawn_course(timeline, SETTINGS, criterion.quantities)
        assessment = assess(timeline, criterion, draws=drawn)
        found += [row.cells() for row in assessment.rows]
    return found


def _row(name: str, trial: list[Timeline]) -> str:
    rows(trial[:1], name)
    start, used = time.perf_counter(), time.process_time()
    count = len(rows(trial, name))
    alone, used = time.perf_counter() - start, time.process_time() - used
    with ProcessPoolExecutor(2) as pool:
        halves = [trial[::2], trial[1::2]]
        list(pool.map(rows, [half[:1] for half in halves], [name] * 2))  # imports are not assessing
        start = time.perf_counter()
        list(pool.map(rows, halves, [name] * 2))
        together = time.perf_counter() - start
    return f"| {name} | {count} | {SETTINGS.draws} | {used:.2f} | {alone:.2f} | {together:.2f} |"


def _patient(number: int) -> Timeline:
    """Diameters that shrink and come back, with noise; one lesion in twenty goes for a while."""
    rng = np.random.default_rng(number)
    course = rng.uniform(15, 60, LESIONS) * np.exp(rng.normal(0, 0.2, (VISITS, LESIONS)).cumsum(axis=0))
    gone = rng.random((VISITS, LESIONS)) < 0.05
    gone[0] = False
    lesions = tuple(_lesion(number, at, course[:, at], gone[:, at]) for at in range(LESIONS))
    visits = tuple(TimelineVisit(f"V{v}", 7 * WEEKS * v) for v in range(VISITS))
    return Timeline(str(number), "", visits, lesions)


def _lesion(number: int, at: int, diameters: np.ndarray, gone: np.ndarray) -> TimelineLesion:
    name, is_node = f"L{at + 1}", at == LESIONS - 1
    readings = []
    for visit, (diameter, absent) in enumerate(zip(diameters.tolist(), gone, strict=True)):
        sizes = {
            Quantity.LONGEST_DIAMETER_MM: diameter,
            Quantity.SHORT_AXIS_MM: 0.8 * diameter,
            Quantity.VOLUME_ML: diameter**3 / 2600,
        }
        status = LesionStatus.ABSENT if absent else LesionStatus.MEASURED
        readings.append(
            LesionReading(
                str(number),
                f"V{visit}",
                7 * WEEKS * visit,
                "",
                name,
                LesionRole.TARGET,
                status,
                {} if absent else sizes,
                is_node=is_node,
                sources=(f"measurement:{visit}",),
            )
        )
    return TimelineLesion(name, LesionRole.TARGET, tuple(readings), is_node=is_node)


if __name__ == "__main__":
    main()
