"""The database server dies in the middle of a transaction: a coded error, and the same job again ends as ever."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import pytest
from sqlalchemy import URL, create_engine, text
from sqlalchemy.exc import OperationalError

from ..pipeline.conftest import assert_same
from ..servers import NotHere, private_server, without
from .conftest import JOB, Left, Outcome, do_job

pytestmark = pytest.mark.mariadb

SLEEPY = """
import sys, time
import runpy
from oncometry.core import write_points
from oncometry.store import engine
seen = []
def slowly(point, path=None):
    seen.append(point)
    if point is write_points.WritePoint.ROWS_WRITTEN and seen.count(point) == 3:
        print("rows written", flush=True)
        time.sleep(5)
engine.reached = slowly
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def test_a_server_that_dies_in_mid_transaction(tiny, tmp_path, undisturbed_job):
    cohort = tmp_path / "cohort"
    try:
        with private_server("mariadb", durable=True) as server:
            url = _database(server)
            job = subprocess.Popen(
                [sys.executable, "-c", SLEEPY, str(JOB), str(tiny), str(cohort), url],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            assert job.stdout.readline() == "rows written\n"
            again = _killed(server)
            _, err = job.communicate(timeout=120)
            assert job.returncode in (1, 8), err
            assert "STORE" in err
            assert "Traceback" not in err
            with _running(again, server):
                assert do_job(tiny, cohort, database=url) == Outcome(0, "")
                left = Left.of(cohort, url)
    except NotHere as error:
        without(error)
    expected, _ = undisturbed_job
    assert left.names == expected.names - {"cohort/oncometry.db"}
    assert_same(left.tables, expected.tables)


def _database(server: URL) -> str:
    """URL of a new one, gone with its server."""
    engine = create_engine(server)
    with engine.begin() as connection:
        connection.execute(text("CREATE DATABASE mortal CHARACTER SET utf8mb4"))
    engine.dispose()
    return server.set(database="mortal").render_as_string(hide_password=False)


def _killed(server: URL) -> list[str]:
    """Kill the server with all its threads; gives the command that it ran as."""
    (process,) = (
        p for p in psutil.process_iter(["cmdline"]) if f"--port={server.port}" in (p.info["cmdline"] or [])
    )
    command = process.cmdline()
    process.kill()
    process.wait(30)
    return command


@contextmanager
def _running(command: list[str], server: URL) -> Iterator[None]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        engine = create_engine(server)
        for _ in range(300):
            try:
                engine.connect().close()
                break
            except OperationalError:
                time.sleep(0.1)
        engine.dispose()
        yield
    finally:
        process.terminate()
        process.wait(60)
