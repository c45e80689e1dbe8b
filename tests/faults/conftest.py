"""A very small cohort, the job on it in a process that may die, and what is compared afterwards."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import resource
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from oncometry.core import write_points

from ..pipeline.conftest import assert_same, tables_of
from ..small_cohort import write_small_cohort
from . import job

FORKING = multiprocessing.get_context("forkserver")
FORKING.set_forkserver_preload([job.__name__])
REACHED = [point for point in write_points.WritePoint if not point.value.startswith("restore.")]
"""Points that the job reaches; a restore is no part of it (tests/store/test_backup.py)."""
JOB = Path(__file__).with_name("job.py")
OURS = ("cohort/.oncometry/files.db", "cohort/.oncometry/turn", "cohort/oncometry.db-")
"""Files of the cohort's own, that tell of a run and not of the patients."""
TIMED = (
    "cohort/.oncometry/cohort.json",
    "cohort/.oncometry/steps",
    "cohort/.oncometry/records",
    "cohort/report/",
    "cohort/oncometry.db",
    "tables/",
)
"""Files with times, row numbers or the cohort's place or id in them; what they say is compared as tables."""


@dataclass(frozen=True)
class Outcome:
    """How a job ended; a negative code is a signal's."""

    code: int
    err: str


def do_job(
    inputs: Path,
    cohort: Path,
    *,
    fault: str = "",
    log: Path | None = None,
    database: str | None = None,
    largest_file: int | None = None,
) -> Outcome:
    """The whole job in a process of its own, forked from one in which all is imported already."""
    with tempfile.NamedTemporaryFile("r", encoding="utf-8") as err:
        told = (inputs, cohort, database, fault, log, largest_file, err.name)
        process = FORKING.Process(target=_job, args=told)
        process.start()
        process.join()
        code = process.exitcode
        process.close()
        return Outcome(code, err.read())


def _job(
    inputs: Path,
    cohort: Path,
    database: str | None,
    fault: str,
    log: Path | None,
    largest_file: int | None,
    err: str,
) -> None:
    """In the new process: what it would have been started with, then the job."""
    os.environ |= {write_points.FAULT: fault, **({write_points.FAULT_LOG: str(log)} if log else {})}
    write_points._armed, write_points._log = write_points._arm(fault), str(log) if log else None
    os.dup2(os.open(err, os.O_WRONLY), 2)
    if largest_file is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, resource.RLIM_INFINITY))
    sys.exit(job.main(inputs, cohort, database))


@dataclass(frozen=True)
class Left:
    """What a job leaves: the tables, the names of all files, the hashes of those that tell of no time."""

    tables: dict[str, pd.DataFrame]
    names: frozenset[str]
    hashes: dict[str, str]

    @classmethod
    def of(cls, cohort: Path, database: str | None = None) -> Left:
        files = {
            str(path.relative_to(cohort.parent)): path
            for folder in (cohort, cohort.parent / "tables")
            for path in folder.rglob("*")
            if path.is_file()
        }
        files = {name: path for name, path in files.items() if not name.startswith(OURS)}
        timeless = {name: path for name, path in files.items() if not name.startswith(TIMED)}
        hashes = {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in timeless.items()}
        return cls(tables_of(cohort, database), frozenset(files), hashes)


def assert_equal(one: Left, other: Left) -> None:
    assert one.names == other.names
    assert one.hashes == other.hashes
    assert_same(one.tables, other.tables)


def write_tiny(folder: Path) -> Path:
    """Two patients at one date, the images of one in a zip; gives the folder."""
    write_small_cohort(folder, visits=(0,))
    some = min(path.parent for path in (folder / "scans").rglob("*.dcm"))
    shutil.make_archive(str(some), "zip", some)
    shutil.rmtree(some)
    return folder


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The input of the job."""
    return write_tiny(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="session")
def undisturbed_job(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Left, list[str]]:
    """What one undisturbed job leaves, and the write points that it reached, in order."""
    folder = tmp_path_factory.mktemp("undisturbed")
    ran = do_job(tiny, folder / "cohort", log=folder / "log")
    assert ran == Outcome(0, "")
    points = [line.split("\t")[0] for line in (folder / "log").read_text().splitlines()]
    return Left.of(folder / "cohort"), points
