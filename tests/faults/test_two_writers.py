"""Two processes on one cohort at once: one result, and nobody is shown a lock."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from oncometry.pipeline import one_writer, progress_for

from ..pipeline.conftest import assert_same
from .conftest import Left, assert_equal, do_job


def test_two_jobs_at_once(tiny, tmp_path, undisturbed_job, database_url):
    cohort = tmp_path / "cohort"
    with ThreadPoolExecutor(2) as pool:
        ended = list(pool.map(lambda _: do_job(tiny, cohort, database=database_url), range(2)))
    assert [one.code for one in ended] == [0, 0]
    for said in {one.err for one in ended} - {
        ""
    }:  # a silent reporter warns; after the run, the report takes its turn
        assert set(said.splitlines()) == {f"another process is writing to {cohort}; waiting for it to end"}
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


def test_without_locks_it_is_said_and_nothing_of_another_is_swept(tmp_path, monkeypatch):
    """A file system may refuse them (ENOLCK): the first writer's file is then not ours to remove."""

    def refuse(*_):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr("fcntl.flock", refuse)
    half, said = tmp_path / ".half.part", []
    with one_writer(tmp_path, said.append):
        half.write_bytes(b"half")
        with one_writer(tmp_path, said.append):
            assert half.exists()
    assert len(said) == 2
    assert all("no locks" in line for line in said)


def test_a_quiet_run_says_what_it_waits_for(tmp_path, capsys):
    with progress_for(quiet=True) as reporter:
        reporter.say("not worth it")
        reporter.warn("waiting")
    assert capsys.readouterr().err == "waiting\n"
