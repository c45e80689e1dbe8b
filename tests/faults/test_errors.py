"""No room, no permission, a failing disk: a coded error, nothing half done, and on once there is room."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from oncometry.core.write_points import WritePoint

from .conftest import REACHED, Left, Outcome, assert_equal, do_job

ERRORS = ("ENOSPC", "EIO", "EACCES", "EMFILE")
"""What each says is tested in tests/io/test_files.py."""


def _fails_then_goes_on(tiny, folder, expected, fault, **how):
    ran = do_job(tiny, folder / "cohort", fault=fault, **how)
    assert ran.code in (0, 1, 8), ran
    assert "Traceback" not in ran.err
    assert not list((folder / "cohort").rglob(".*.part"))
    assert do_job(tiny, folder / "cohort") == Outcome(0, "")
    assert_equal(Left.of(folder / "cohort"), expected)
    return ran


def test_a_file_that_cannot_be_written(tiny, tmp_path, undisturbed_job):
    expected, points = undisturbed_job
    at = points.count(WritePoint.FILE_WRITTEN) // 2
    ran = _fails_then_goes_on(tiny, tmp_path, expected, f"file.written:{at}:ENOSPC")
    assert ran.code in (1, 8)
    assert "WRITE_FAILED" in ran.err


def test_no_lesion_is_followed_without_a_mask_that_could_not_be_kept(tiny, tmp_path, undisturbed_job):
    log = tmp_path / "log"
    do_job(tiny, tmp_path / "undisturbed" / "cohort", log=log)
    lines = [line.split("\t") for line in log.read_text().splitlines()]
    at = next(at for at, (_, path) in enumerate(lines) if _is_of_step(Path(path), "measure"))
    ran = _fails_then_goes_on(tiny, tmp_path, undisturbed_job[0], f"any:{at}:EIO")
    assert ran.code == 8
    assert "patient P 1/α failed: it could not be written" in ran.err


def _is_of_step(path: Path, name: str) -> bool:
    return "steps" in path.parts and json.loads(path.read_text())["record"]["name"] == name


@pytest.mark.parametrize(
    "point", [p for p in REACHED if not p.value.startswith("file.")], ids=lambda p: p.value
)
def test_a_database_or_archive_that_cannot_be_written(tiny, tmp_path, undisturbed_job, point):
    ran = _fails_then_goes_on(tiny, tmp_path, undisturbed_job[0], f"{point.value}:0:ENOSPC")
    if point.value.startswith("index."):  # it only saves time: the run does without it
        assert ran.code == 0
    else:
        assert ran.code == 1
        assert "WRITE_FAILED" in ran.err


@pytest.mark.parametrize(
    "error", [ERRORS[1], *(pytest.param(error, marks=pytest.mark.slow) for error in ERRORS[2:])]
)
def test_a_write_in_the_middle(tiny, tmp_path, undisturbed_job, error):
    expected, points = undisturbed_job
    _fails_then_goes_on(tiny, tmp_path, expected, f"any:{len(points) // 2}:{error}")


@pytest.mark.slow
@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("share", range(0, 100, 5))
def test_at_any_write(tiny, tmp_path, undisturbed_job, share, error):
    expected, points = undisturbed_job
    _fails_then_goes_on(tiny, tmp_path, expected, f"any:{len(points) * share // 100}:{error}")


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small file system takes root")
def test_a_full_disk(tiny, tmp_path, undisturbed_job):
    """A real one: 3 MiB of memory as a file system, then more of it."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", disk], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("this machine lets nobody mount a file system")
    try:
        ran = do_job(tiny, disk / "cohort")
        assert ran.code in (1, 8), ran
        assert "Traceback" not in ran.err
        assert "Free some space" in ran.err
        subprocess.run(["mount", "-o", "remount,size=200m", disk], check=True)
        assert do_job(tiny, disk / "cohort") == Outcome(0, "")
        assert_equal(Left.of(disk / "cohort"), undisturbed_job[0])
    finally:
        subprocess.run(["umount", disk], check=True)


def test_a_file_larger_than_allowed(tiny, tmp_path, undisturbed_job):
    ran = do_job(tiny, tmp_path / "cohort", largest_file=60_000)
    assert ran.code in (1, 8), ran
    assert "Traceback" not in ran.err
    assert do_job(tiny, tmp_path / "cohort") == Outcome(0, "")
    assert_equal(Left.of(tmp_path / "cohort"), undisturbed_job[0])


@pytest.mark.parametrize("out", ["closed", "full"])
def test_nobody_reads_or_nothing_fits(out):
    """`oncometry ... | head`, and a standard output on a full disk."""
    command = [sys.executable, "-m", "oncometry.cli", "config", "show", "--schema"]
    if out == "full":
        with Path("/dev/full").open("wb") as sink:
            ran = subprocess.run(command, stdout=sink, stderr=subprocess.PIPE, text=True, check=False)
        assert ran.returncode == 1
        assert "No space left" in ran.stderr
    else:
        read, write = os.pipe()
        os.close(read)
        ran = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, text=True, check=False)
        os.close(write)
        assert ran.stderr == ""
    assert "Traceback" not in ran.stderr
    assert "Exception ignored" not in ran.stderr


def test_a_planted_half_file_is_noticed_and_made_again(tiny, tmp_path, undisturbed_job):
    cohort = tmp_path / "cohort"
    assert do_job(tiny, cohort) == Outcome(0, "")
    whole = Left.of(cohort)
    images = [p for p in sorted(cohort.rglob("sub-*")) if p.is_file() and "report" not in p.parts]
    kinds = {path.suffix: path for path in images if path.suffix in (".gz", ".json", ".tsv")}
    assert len(kinds) == 3
    for path in kinds.values():
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert do_job(tiny, cohort) == Outcome(0, "")
    assert Left.of(cohort).hashes == whole.hashes
    shutil.rmtree(tmp_path / "tables")
