"""One writer at a time in a cohort's folder; what a killed one left aside is swept up by the next."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum, auto
from pathlib import Path
from typing import BinaryIO

from oncometry.io.files import coded_writing, sweep

__all__ = ["one_writer"]

AGAIN_S = 0.2
BUSY = b"busy\n"


@contextmanager
def one_writer(cohort: Path, warn: Callable[[str], None]) -> Iterator[None]:
    """Wait for our turn to write into a cohort, and keep others waiting until we are done.

    The system gives the turn back when a process ends, however it ends. Where the file system knows no locks nobody
    waits; nothing is swept up there, since it may be what another is writing.

    Args:
        cohort: its folder; `.oncometry/turn` is made in it.
        warn: hears once that another process is writing, or that none could be noticed.

    Raises:
        StoreError: `WRITE_FAILED`.
    """
    place = cohort / ".oncometry" / "turn"
    with coded_writing(place):
        place.parent.mkdir(parents=True, exist_ok=True)
        handle = place.open("a+b")
    with handle:
        turn = _take(handle)
        if turn is _Turn.UNKNOWN:
            warn(f"no locks where {cohort} is: see to it that no other process writes to it")
        elif turn is _Turn.THEIRS:
            warn(f"another process is writing to {cohort}; waiting for it to end")
            while (turn := _take(handle)) is _Turn.THEIRS:
                time.sleep(AGAIN_S)
        handle.seek(0)
        if handle.read() and turn is _Turn.OURS:  # whoever wrote this did not come to its end
            sweep(cohort)
        _mark(handle, BUSY)
        yield
        _mark(handle, b"")


class _Turn(Enum):
    OURS = auto()
    THEIRS = auto()
    UNKNOWN = auto()
    """The file system does not tell."""


def _mark(handle: BinaryIO, content: bytes) -> None:
    """Leave a word for the next writer; on a full disk there is none, and a sweep is all that is missed."""
    with contextlib.suppress(OSError):
        handle.truncate(0)
        os.write(handle.fileno(), content)


if sys.platform == "win32":
    import msvcrt

    def _take(handle: BinaryIO) -> _Turn:
        handle.seek(1 << 30)  # past the content, which others may read
        try:
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return _Turn.THEIRS
        return _Turn.OURS

else:
    import fcntl

    def _take(handle: BinaryIO) -> _Turn:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return _Turn.THEIRS
        except OSError:
            return _Turn.UNKNOWN
        return _Turn.OURS
