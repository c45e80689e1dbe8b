"""Files that nobody vouches for are read in processes of their own, with limits of memory and time.

A parser that crashes, hangs or swells takes its process with it and nothing else: the file it was at is
refused with a code, and the rest goes on in a new process. See docs/decisions/014.
"""

from __future__ import annotations

import atexit
import os
import pickle
import queue
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from multiprocessing.spawn import get_executable
from pathlib import Path
from typing import Any

import oncometry
from oncometry.core import Code, CorruptInputError, OncometryError, interrupt

__all__ = ["Limits", "isolated", "isolated_each"]

Arguments = tuple[Any, ...]
BATCH = 32
WATCH_S = 0.5
FROM_OUTSIDE = ("SIGKILL", "SIGTERM")
"""What no parser does to itself."""


@dataclass(frozen=True)
class Limits:
    """What one file may cost: memory beyond that of the empty process, and seconds of processor or waiting."""

    memory_gib: float = 2.0
    cpu_s: int = 30
    wall_s: float = 300.0


@dataclass(eq=False)
class _Child:
    """A process, and the time by which it has to answer."""

    limits: Limits
    process: subprocess.Popen[bytes] = field(init=False)
    deadline: float = float("inf")
    overran: bool = False

    def __post_init__(self) -> None:
        command = [os.fsdecode(get_executable()), "-P", "-m", "oncometry.io.isolated_child"]
        places = (str(Path(oncometry.__file__).parents[1]), os.environ.get("PYTHONPATH"))
        with interrupt.held():
            self.process = subprocess.Popen(  # noqa: S603 -- our own interpreter and module
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(place for place in places if place)},
            )
        self.send((self.limits.memory_gib, self.limits.cpu_s))

    def send(self, message: object) -> None:
        """Give it something; a process that is gone is noticed when it is asked."""
        if self.process.stdin is None:
            raise RuntimeError("the process has no input")
        try:
            pickle.dump(message, self.process.stdin, protocol=5)
            self.process.stdin.flush()
        except BrokenPipeError:
            pass

    def answer(self) -> Any:
        """Its next answer.

        Raises:
            EOFError: it is gone.
        """
        if self.process.stdout is None:
            raise RuntimeError("the process has no output")
        self.deadline = time.monotonic() + self.limits.wall_s
        try:
            return pickle.load(self.process.stdout)  # noqa: S301 -- from our own process
        except (EOFError, pickle.UnpicklingError) as error:
            raise EOFError from error
        finally:
            self.deadline = float("inf")

    def end(self) -> int:
        """Kill it and give its exit status."""
        self.process.kill()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except (BrokenPipeError, ValueError):  # it is gone, or a thread was reading
                    continue
        return self.process.wait()

    def why(self) -> CorruptInputError:
        """Why it is gone, said of the file it was at."""
        status = self.process.poll()
        status = self.process.wait() if status is None and not self.overran else status
        if self.overran or status == -getattr(signal, "SIGXCPU", 0):
            seconds = self.limits.wall_s if self.overran else self.limits.cpu_s
            what = f"reading it takes more than {seconds:g} s, which no scan of its size does."
            return CorruptInputError(Code.BOMB, what, advice="Ask who made the file.")
        name = signal.Signals(-status).name if status is not None and status < 0 else f"status {status}"
        if name in FROM_OUTSIDE:
            return CorruptInputError(
                Code.UNREADABLE,
                f"the process that read it was killed ({name}), by somebody or for want of memory.",
                advice="Run the same command again, with more memory if it stays so.",
            )
        return CorruptInputError(
            Code.CORRUPT,
            f"the reader died of it ({name}); it ran in a process of its own, and nothing else is lost.",
            advice="Copy the file again from its source; if it stays so, please report it.",
        )


class _Pool:
    """Processes that are kept for the next file; all limits alike share them."""

    def __init__(self) -> None:
        self.idle: dict[Limits, deque[_Child]] = {}
        self.busy: set[_Child] = set()
        self.lock = threading.Lock()
        self.owner = os.getpid()
        threading.Thread(target=self._watch, name="oncometry-isolation", daemon=True).start()
        atexit.register(self.close)

    def take(self, limits: Limits) -> _Child:
        with self.lock:
            waiting = self.idle.setdefault(limits, deque())
            child = waiting.popleft() if waiting else None
        child = child or _Child(limits)
        with self.lock:
            self.busy.add(child)
        return child

    def give_back(self, child: _Child, *, alive: bool) -> None:
        with self.lock:
            self.busy.discard(child)
            if alive:
                self.idle[child.limits].append(child)

    def close(self) -> None:
        if os.getpid() != self.owner:
            return
        with self.lock:
            every = [*self.busy, *(child for waiting in self.idle.values() for child in waiting)]
            self.busy.clear()
            self.idle.clear()
        for child in every:
            child.end()

    def _watch(self) -> None:
        while True:
            time.sleep(WATCH_S)
            now = time.monotonic()
            with self.lock:
                late = [child for child in self.busy if child.deadline < now]
            for child in late:
                child.overran = True
                child.process.kill()


def _pool() -> _Pool:
    return _pool_of(os.getpid())


@cache
def _pool_of(process: int) -> _Pool:  # noqa: ARG001 -- a forked process must not talk into the pipes of its parent
    return _Pool()


def isolated(function: Callable[..., Any], *arguments: Any, limits: Limits | None = None) -> Any:
    """Call a function of this package in a process with limits; arguments and result are pickled.

    Raises:
        OncometryError: what the function raised; `BOMB`, `UNREADABLE` or `CORRUPT` for what it did else.
    """
    (_, answer), *_ = isolated_each(function, [arguments], limits=limits)
    if isinstance(answer, OncometryError):
        raise answer
    return answer


def isolated_each(
    function: Callable[..., Any],
    every: Iterable[Arguments],
    *,
    workers: int = 1,
    batch: int = BATCH,
    limits: Limits | None = None,
) -> Iterator[tuple[Arguments, Any]]:
    """The function's result or `OncometryError` for each of the arguments, in the order they are done.

    Args:
        function: of a module of this package.
        every: tuples of arguments.
        workers: processes at once, at most.
        batch: how many are given to a process at a time.
        limits: of each single call.
    """
    work = _Work(function, deque(every), limits or Limits(), batch)
    count = max(1, min(workers, -(-len(work.waiting) // batch)))
    threads = [threading.Thread(target=work.through, daemon=True) for _ in range(count)]
    expected = len(work.waiting)
    for thread in threads:
        thread.start()
    try:
        for _ in range(expected):
            item = work.next_done()
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        work.waiting.clear()


@dataclass(eq=False)
class _Work:
    """What is to be done by how many threads there are, each with a process."""

    function: Callable[..., Any]
    waiting: deque[Arguments]
    limits: Limits
    batch: int
    done: queue.Queue[tuple[Arguments, Any] | BaseException] = field(default_factory=queue.Queue)
    lock: threading.Lock = field(default_factory=threading.Lock)
    again: set[int] = field(default_factory=set)
    pool: _Pool = field(default_factory=_pool)

    def through(self) -> None:
        """Take batches until there are none."""
        try:
            while batch := self._batch():
                self._put_back(self._answered(batch))
        except BaseException as error:  # noqa: BLE001 -- it is raised where the results are taken
            self.done.put(error)

    def next_done(self) -> tuple[Arguments, Any] | BaseException:
        """What is done next, waited for in turns: between them an interrupt is heard."""
        while True:
            with interrupt.held(), suppress(queue.Empty):
                return self.done.get(timeout=interrupt.TURN_S)

    def _batch(self) -> deque[Arguments]:
        with self.lock:
            return deque(self.waiting.popleft() for _ in range(min(self.batch, len(self.waiting))))

    def _put_back(self, left: deque[Arguments]) -> None:
        with self.lock:
            self.waiting.extendleft(reversed(left))

    def _lost(self, batch: deque[Arguments], error: CorruptInputError) -> None:
        """The process is gone. Killed from outside (out of memory, say), its file is tried once more."""
        first = batch[0]
        if error.code is Code.BOMB or id(first) in self.again:
            self.done.put((batch.popleft(), error))
        else:
            self.again.add(id(first))

    def _answered(self, batch: deque[Arguments]) -> deque[Arguments]:
        """What is left of a batch when its process is gone; nothing, if all went well."""
        child = self.pool.take(self.limits)
        child.send((self.function.__module__, self.function.__qualname__, list(batch)))
        while batch:
            try:
                answer = child.answer()
            except EOFError:
                error = child.why()
                self.pool.give_back(child, alive=False)
                child.end()
                self._lost(batch, error)
                return batch
            self.done.put((batch.popleft(), answer))
        self.pool.give_back(child, alive=True)
        return batch
