"""Processes to work in: deaf to Ctrl-C, given up with their caller, ended with their parent."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from oncometry.core.processes import Processes


def test_workers_end_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    script = (
        "import os, time\nfrom oncometry.core.processes import Processes\n"
        "if __name__ == '__main__':\n"
        "    print(Processes(1).submit(os.getpid).result(), flush=True)\n"
        "    time.sleep(60)\n"
    )
    path = tmp_path / "parent.py"
    path.write_text(script)
    with subprocess.Popen([sys.executable, path], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        parent.kill()
    end = time.monotonic() + 20
    while psutil.pid_exists(worker) and time.monotonic() < end:
        time.sleep(0.05)
    assert not psutil.pid_exists(worker)


def give_up_in_the_middle() -> None:
    with Processes(1) as processes:
        for _ in processes.each(time.sleep, [0, 300, 300]):
            raise ValueError("enough")


def test_what_is_worked_on_is_given_up_with_the_caller() -> None:
    begun = time.monotonic()
    with pytest.raises(ValueError, match="enough"):
        give_up_in_the_middle()
    assert time.monotonic() - begun < 60


def test_the_order_is_theirs() -> None:
    with Processes(2) as processes:
        assert list(processes.each(abs, [-3, 2, -1])) == [3, 2, 1]
