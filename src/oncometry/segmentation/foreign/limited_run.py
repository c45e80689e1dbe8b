"""A program run within a time limit, with all that it starts: nothing of it outlives the call."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

__all__ = ["Ended", "run_limited"]


@dataclass(frozen=True)
class Ended:
    """How a program ended.

    Attributes:
        code: its exit code; negative, the signal that ended it.
        said: the end of what it wrote to standard error, or, where that is empty, to standard output.
    """

    code: int
    said: str


def run_limited(arguments: Sequence[str], folder: Path, timeout_s: float, *, told: int) -> Ended:
    """Run a program in a folder and a session of its own, without a shell.

    When it ends, takes too long or is interrupted, its whole process group is killed (on Windows: it is asked to stop as a
    group, and itself killed). What it says goes to files, not pipes: a child that keeps one open holds nobody up.

    Args:
        told: characters of what it said that are kept.

    Raises:
        subprocess.TimeoutExpired: after `timeout_s`.
        OSError: it cannot be run.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(  # noqa: S603 -- the program is what the user asked for
            list(arguments), stdin=subprocess.DEVNULL, stdout=out, stderr=err, cwd=folder, **_apart()
        )
        try:
            code = process.wait(timeout_s)
        finally:
            _kill_all(process)
        return Ended(code, _end_of(err, told) or _end_of(out, told))


def _apart() -> dict[str, Any]:
    """What puts a program and its children into a group of their own."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}


def _kill_all(process: subprocess.Popen[bytes]) -> None:
    """End what still runs of a program that was started apart."""
    if sys.platform == "win32":
        if process.poll() is None:
            with suppress(OSError):
                process.send_signal(signal.CTRL_BREAK_EVENT)
            process.kill()
    else:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _end_of(file: IO[bytes], told: int) -> str:
    """The last characters of a file that is text, nearly."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - 4 * told))
    return file.read().decode("utf-8", "replace").strip()[-told:]
