"""A large cohort: 2 million values in bulk, and 1,000 patients with 4 dates each, tables only.

    python benchmarks/reliability_scale.py [--patients N] [--values N] [--write]

All rows are made up (tests/store/build.py) and go through the store's own writing, seals included: 40 statistics and 174
features (the default spec has as many) of each region in each image in the cohort of many patients; for the bulk, masks of
8 lesions with 500 features of each region in each image. MariaDB is a
private server (tests/servers.py) that waits for the disk as it does by default; it is left out where there is none. Each
stage runs in a process of its own, whose memory is that of its largest process. `--write` puts the table into
docs/reliability.md.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from page import RELIABILITY, processor, replace, today

ROOT = Path(__file__).parents[1]
sys.path += [str(ROOT), str(ROOT / "tests" / "store")]

from build import Plan, curate_step, manifest, result  # noqa: E402
from tests.servers import NotHere, new_database, private_server  # noqa: E402

from oncometry import Cohort  # noqa: E402
from oncometry.pipeline import CohortFolder, Settings  # noqa: E402
from oncometry.report import ReportSettings, write_report  # noqa: E402
from oncometry.store import Store  # noqa: E402

DATES = (0, 42, 91, 180)
BULK = (30.0, 12.0, 25.0, 18.0, 9.0, 14.0, 22.0, 11.0)
AT_ONCE = 50
CORES = 2


@dataclass(frozen=True)
class Stage:
    """A stage: what it gave, seconds on the wall and of processors, largest resident set of a process."""

    gave: int
    wall_s: float
    cpu_s: float
    peak_mib: float


@dataclass(frozen=True)
class Size:
    """What is told of each region in each image: statistics of raw voxels, features."""

    lesions_mm: tuple[float, ...]
    statistics: int
    features: int


def plan_of(number: int, size: Size) -> Plan:
    """A patient whose lesions shrink or grow by number."""
    factor = 0.6 + 0.8 * (number * 37 % 100) / 100
    sizes = tuple(tuple(d * factor ** (k / 2) for d in size.lesions_mm) for k in range(len(DATES)))
    statistics = tuple(f"statistic_{n:03}" for n in range(size.statistics - 1))
    features = tuple(f"feature_{n:03}" for n in range(size.features // 2))  # each of them of two filters
    return Plan(
        patient=f"MADE-{number:05}",
        days=DATES,
        diameters_mm=sizes,
        statistics=statistics,
        features=features,
    )


def fill(cohort: Path, url: str | None, patients: int, size: Size) -> int:
    """Write the cohort; gives the rows added by the patients' results."""
    folder = CohortFolder.create(cohort, url)
    plans = [plan_of(n, size) for n in range(patients)]
    with folder.store(url, create=True) as store:
        folder.begin(Settings(), store.identifier)
        for start in range(0, patients, AT_ONCE):
            found = manifest(*plans[start : start + AT_ONCE])
            store.add_manifest(found, curate_step(found))
        return sum(store.add_patient(result(plan)) for plan in plans)


def write_cohort(cohort: Path, url: str | None, count: int) -> int:
    """`count` patients with two lesions."""
    return fill(cohort, url, count, Size(BULK[:2], statistics=40, features=174))


def write_values(cohort: Path, url: str | None, count: int) -> int:
    """About `count` values: 2 images, 8 lesions of 2 parts, 4 dates, 500 values each a patient."""
    each = len(DATES) * 2 * len(BULK) * 2 * 500
    return fill(cohort, url, max(count // each, 1), Size(BULK, statistics=1, features=500))


def open_cohort(cohort: Path, url: str | None, _: int) -> int:
    """`Cohort.open`."""
    Cohort.open(cohort, url).close()
    return 1


def read_tables(cohort: Path, url: str | None, _: int) -> int:
    """Every table, one after another; gives their rows."""
    with Cohort.open(cohort, url) as opened:
        return sum(len(opened.table(name)) for name in opened.tables)


def check(cohort: Path, url: str | None, _: int) -> int:
    """`db check`; gives the seals, keys and sums that do not hold (there are no files to hold)."""
    with Cohort.open(cohort, url) as opened:
        return sum(finding.code.value != "FILE_MISSING" for finding in opened.check())


def back_up(cohort: Path, url: str | None, _: int) -> int:
    """`db backup`; gives its size, kB."""
    return Store.back_up(cohort, url).stat().st_size // 1000


def report(cohort: Path, url: str | None, _: int) -> int:
    """`oncometry report`, which gives a page of their own to patients with images; gives the pages."""
    return draw(cohort, url, ReportSettings())


def pages(cohort: Path, url: str | None, _: int) -> int:
    """The same with a page for every patient; gives the pages."""
    return draw(cohort, url, ReportSettings(patient_pages="all"))


def draw(cohort: Path, url: str | None, settings: ReportSettings) -> int:
    """Draw the report with two processes; gives the pages."""
    with Cohort.open(cohort, url) as opened:
        page = write_report(opened.table, cohort, settings, jobs=CORES)
    return len(list(page.parent.glob("*.html")))


STAGES: dict[str, Callable[[Path, str | None, int], int]] = {
    "bulk": write_values,
    "write": write_cohort,
    "open": open_cohort,
    "tables": read_tables,
    "check": check,
    "backup": back_up,
    "report": report,
    "pages": pages,
}


def staged(stage: str, cohort: Path, url: str | None, count: int = 0) -> Stage:
    """Run a stage in a process of its own."""
    command = [sys.executable, __file__, "--stage", stage, str(cohort), "--count", str(count)]
    environment = os.environ | {"STAGE_DATABASE": url or ""}
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    told = child.stdout.read() if child.stdout else ""
    _, status, usage = os.wait4(child.pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit(f"{stage} ended with {os.waitstatus_to_exitcode(status)}")
    gave, wall = json.loads(told.splitlines()[-1])
    return Stage(gave, wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def one_stage(stage: str, cohort: Path, count: int) -> None:
    """In the child: seconds of the work alone, without the start of Python."""
    clock = time.perf_counter()
    gave = STAGES[stage](cohort, os.environ["STAGE_DATABASE"] or None, count)
    print(json.dumps([gave, time.perf_counter() - clock]))


@contextmanager
def databases() -> Iterator[dict[str, Callable[[], object]]]:
    """Name -> gives a context with the URL of a new database."""
    found: dict[str, Callable[[], object]] = {"SQLite": lambda: no_url()}
    try:
        with private_server("mariadb", durable=True) as server:
            yield found | {"MariaDB": lambda: new_database(server)}
    except NotHere as error:
        print(error, file=sys.stderr)
        yield found


@contextmanager
def no_url() -> Iterator[None]:
    """SQLite in the cohort."""
    yield None


def measured(patients: int, values: int) -> list[str]:
    """Rows of the table."""
    rows = []
    with databases() as engines:
        for name, database in engines.items():
            for count, stages in ((values, ("bulk",)), (patients, tuple(STAGES)[1:])):
                with tempfile.TemporaryDirectory() as folder, database() as url:  # type: ignore[attr-defined]
                    for stage in stages:
                        done = staged(stage, Path(folder) / "cohort", url, count)
                        rows.append(row(name, stage, patients, done))
                        print(rows[-1], flush=True)
    return rows


def row(engine: str, stage: str, patients: int, done: Stage) -> str:
    """One row of the table."""
    many = f"{patients:,} patients x {len(DATES)} dates"
    said = {
        "bulk": f"{done.gave:,} rows inserted in bulk, sealed",
        "write": f"{many}: {done.gave:,} rows written",
        "open": f"{many}: `Cohort.open`",
        "tables": f"{many}: all tables read, {done.gave:,} rows",
        "check": f"{many}: `db check`, {done.gave} faults",
        "backup": f"{many}: `db backup`, {done.gave:,} kB",
        "report": f"{many}: `report`, the cohort's page (patients have no images)",
        "pages": f"{many}: the same and a page for each patient, {done.gave:,} in all, {CORES} processes",
    }
    return f"| {engine} | {said[stage]} | {done.wall_s:.1f} | {done.cpu_s:.1f} | {done.peak_mib:.0f} |"


def main() -> None:
    """Measure, print, and write if asked."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--patients", type=int, default=1000)
    parser.add_argument("--values", type=int, default=2_048_000)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--stage", nargs=2, metavar=("STAGE", "COHORT"), help=argparse.SUPPRESS)
    parser.add_argument("--count", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.stage:
        one_stage(asked.stage[0], Path(asked.stage[1]), asked.count)
        return
    head = "| database | what | s | CPU s of the program | peak MiB |\n|---|---|---|---|---|"
    lead = (
        f"Made-up rows through the store's own writing; {today()}, {processor()}, {os.cpu_count()} cores.\n"
    )
    table = "\n".join([lead, head, *measured(asked.patients, asked.values)])
    if asked.write:
        replace("scale", table, page=RELIABILITY)


if __name__ == "__main__":
    main()
