"""Ctrl-C: answered by the command that was started, not by the processes it started, and never lost.

An exception raised wherever Python happens to be can leave a lock of an executor taken, or vanish in a
finalizer. So what waits for other processes does so in short turns within `held`, and asks between them.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["TURN_S", "StoppedError", "check", "deaf", "held", "listen"]

TURN_S = 0.2
"""How long to wait within `held` at a time."""


class StoppedError(BaseException):
    """Ctrl-C; not a KeyboardInterrupt, which typer would answer itself."""


_heard = threading.Event()
_holding = 0
"""How many `held` the main thread is in: it is the one that runs Python's handlers."""


def listen() -> None:
    """From now on Ctrl-C raises `StoppedError`."""
    signal.signal(signal.SIGINT, _stop)
    before = sys.unraisablehook

    def without_ours(lost: sys.UnraisableHookArgs) -> None:
        if not isinstance(lost.exc_value, StoppedError):
            before(lost)

    sys.unraisablehook = without_ours


def _stop(*_: object) -> None:
    _heard.set()
    if not _holding:
        raise StoppedError


def check() -> None:
    """Raise what was held back, or was lost in a finalizer.

    Raises:
        StoppedError: Ctrl-C came before.
    """
    if _heard.is_set():
        raise StoppedError


@contextmanager
def held() -> Iterator[None]:
    """Nothing here is interrupted, and a process begun here begins with the interrupt held back.

    Raises:
        StoppedError: at its end, where Ctrl-C came meanwhile.
    """
    global _holding
    in_main = threading.current_thread() is threading.main_thread()
    _holding += in_main
    can_block = sys.platform != "win32"
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if can_block else set()
    try:
        yield
    finally:
        if can_block:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        _holding -= in_main
    if in_main:
        check()


def deaf() -> None:
    """What a process that was begun in `held` does first: it never hears the interrupt."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
