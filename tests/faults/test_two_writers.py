"""Two processes on one cohort at once: one result, and nobody is shown a lock."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from oncometry.pipeline import one_writer

from ..pipeline.conftest import assert_same
from .conftest import Left, Outcome, assert_equal, do_job


def test_two_jobs_at_once(tiny, tmp_path, undisturbed_job, database_url):
    cohort = tmp_path / "cohort"
    with ThreadPoolExecutor(2) as pool:
        ended = list(pool.map(lambda _: do_job(tiny, cohort, database=database_url), range(2)))
    assert ended == [Outcome(0, "")] * 2
    expected, _ = undisturbed_job
    left, (expected, _) = Left.of(cohort, database_url), undisturbed_job
    if database_url is None:
        assert_equal(left, expected)
    else:  # the cohort's marker names the server
        assert_same(left.tables, expected.tables)
        assert left.names == expected.names - {"cohort/oncometry.db"}


HOLDS = """
import sys, time
from pathlib import Path
from oncometry.pipeline import one_writer
with one_writer(Path(sys.argv[1]), print):
    (Path(sys.argv[1]) / ".a.xyz.part").write_bytes(b"half")
    print("mine", flush=True)
    time.sleep(60)
"""


def test_the_turn_of_a_killed_writer_is_free_and_swept(tmp_path):
    holder = subprocess.Popen([sys.executable, "-c", HOLDS, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout.readline() == "mine\n"
    said: list[str] = []

    def wait_for_it() -> bool:
        with one_writer(tmp_path, said.append):
            return (tmp_path / ".a.xyz.part").exists()

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(wait_for_it)
        while not said:
            assert not waiting.done()
        holder.kill()
        assert waiting.result(timeout=30) is False
    holder.wait()
    holder.stdout.close()
    assert len(said) == 1
    assert "another process is writing" in said[0]


def test_what_lies_aside_while_nobody_died_is_left(tmp_path):
    other = tmp_path / ".of.somebody.part"
    with one_writer(tmp_path, pytest.fail):
        other.write_bytes(b"x")
    with one_writer(tmp_path, pytest.fail):
        assert other.exists()
