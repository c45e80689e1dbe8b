"""Ctrl-C: held back where processes are waited for, never lost, not heard by the processes we start."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PROGRAM = {
    "held back": """
import os, signal
from oncometry.core import interrupt
interrupt.listen()
try:
    with interrupt.held():
        os.kill(os.getpid(), signal.SIGINT)
        print("went on", flush=True)
except interrupt.StoppedError:
    print("stopped")
""",
    "lost in a finalizer": """
import os, signal
from oncometry.core import interrupt
interrupt.listen()
class Dying:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)
        for _ in range(1000): pass
Dying()
print("went on", flush=True)
try:
    interrupt.check()
except interrupt.StoppedError:
    print("stopped")
""",
}


@pytest.mark.parametrize("how", PROGRAM)
def test_it_is_heard_after_all(how: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM[how]], check=False, capture_output=True, text=True, timeout=60
    )
    assert (done.stdout.split("\n"), done.stderr) == (["went on", "stopped", ""], "")


def test_the_first_process_alone_is_told_as_by_a_container(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "oncometry.cli", "demo", "-o", tmp_path / "demo", "--patients", "40"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as demo:
        while not any(tmp_path.glob("demo/**/*.dcm")):
            assert demo.poll() is None
            time.sleep(0.1)
        demo.send_signal(signal.SIGINT)
        _, told = demo.communicate(timeout=60)
    assert demo.returncode == 1
    assert "Traceback" not in told
    assert told.endswith("stopped; run the same command again to go on from here\n")
