"""Processes of this machine to work in: they leave Ctrl-C to their parent, and outlive nobody."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from multiprocessing import active_children, connection, get_context, parent_process, resource_tracker
from types import TracebackType
from typing import Any, TypeVar

from oncometry.core import interrupt

__all__ = ["Processes", "first_done"]

Given = TypeVar("Given")
Made = TypeVar("Made")


class Processes(ProcessPoolExecutor):
    """An executor that gives its work up where the caller does (Ctrl-C, say), instead of waiting for it."""

    def __init__(self, count: int) -> None:
        super().__init__(count, mp_context=get_context("spawn"), initializer=_settle_in)
        self._others = set(active_children())
        resource_tracker.ensure_running()  # as it starts it lets the interrupt through that is to be held

    def submit(self, function: Callable[..., Made], /, *arguments: Any, **named: Any) -> Future[Made]:
        with interrupt.held():
            return super().submit(function, *arguments, **named)

    def each(self, function: Callable[[Given], Made], every: Iterable[Given]) -> Iterator[Made]:
        """What the function makes of each, in their order; the first error is raised."""
        waiting = deque(self.submit(function, one) for one in every)
        while waiting:
            first_done([waiting[0]])
            yield waiting.popleft().result()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        if kind is not None:
            for process in set(active_children()) - self._others:
                process.terminate()
        return super().__exit__(kind, error, trace)


def first_done(running: Iterable[Future[Made]]) -> set[Future[Made]]:
    """Those that are done, once one is; an interrupt is heard meanwhile."""
    every = list(running)
    while True:
        with interrupt.held():
            done, _ = wait(every, timeout=interrupt.TURN_S, return_when=FIRST_COMPLETED)
        if done:
            return done


def _settle_in() -> None:
    """Ctrl-C is the parent's to answer; and a worker whose parent was killed ends, not waits for ever."""
    interrupt.deaf()
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_watch, args=(parent.sentinel,), daemon=True).start()


def _watch(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)
