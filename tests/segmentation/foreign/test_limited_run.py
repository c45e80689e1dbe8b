"""A program ends within its time, and nothing that it started outlives it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from oncometry.segmentation.foreign.limited_run import run_limited

CHILD = """
import pathlib, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-I", "-c", "import time; time.sleep(60)"])
pathlib.Path("child").write_text(str(child.pid))
time.sleep(float(sys.argv[1]))
"""

needs_posix = pytest.mark.skipif(os.name != "posix", reason="groups of processes are of POSIX")


def run(folder: Path, program: str, *arguments: str, timeout_s: float = 30) -> tuple[int, str]:
    """Exit code of a program and the end of what it said."""
    ended = run_limited(
        [sys.executable, "-I", "-X", "utf8", "-c", program, *arguments], folder, timeout_s, told=20
    )
    return ended.code, ended.said


def is_gone(pid: int) -> bool:
    """No such process runs any more; one that ended and was not yet asked for counts as gone."""
    for _ in range(100):
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.05)
    return False


@needs_posix
@pytest.mark.parametrize("sleeps", ["60", "0"], ids=["too slow", "ends before its child"])
def test_children_end_with_their_program(tmp_path: Path, sleeps: str) -> None:
    if sleeps == "0":
        assert run(tmp_path, CHILD, sleeps) == (0, "")
    else:
        with pytest.raises(subprocess.TimeoutExpired):
            run(tmp_path, CHILD, sleeps, timeout_s=3)
    assert is_gone(int((tmp_path / "child").read_text()))


def test_the_end_of_what_it_said_is_kept(tmp_path: Path) -> None:
    assert run(tmp_path, "import sys; print('out'); sys.exit('é' * 50 + 'last words')") == (
        1,
        "é" * 10 + "last words",
    )
    assert run(tmp_path, "print('out'); raise SystemExit(3)") == (3, "out")
