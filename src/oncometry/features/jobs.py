"""Independent calls on a few threads, of which the caller is one.

Values do not depend on the number of threads: each call computes alone, and results are taken in order.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Generic, Self, TypeVar

__all__ = ["Job", "Jobs"]

Result = TypeVar("Result")


class Job(Generic[Result]):
    """A call that some thread makes once."""

    def __init__(self, call: Callable[[], Result], pool: ThreadPoolExecutor | None) -> None:
        self._call = call
        self._elsewhere: Future[Result] | None = None if pool is None else pool.submit(call)
        self._here: list[Result] = []

    def make(self) -> None:
        """Make the call here, unless another thread has begun it or it was made."""
        if not self._here and (self._elsewhere is None or self._elsewhere.cancel()):
            self._elsewhere = None
            self._here.append(self._call())

    def result(self) -> Result:
        """What the call returned, or raised, when it is done."""
        self.make()
        return self._here[0] if self._elsewhere is None else self._elsewhere.result()


class Jobs:
    """Where calls are started; a context manager, so that no thread outlives it.

    Args:
        threads: how many calls are made at once, the caller's included.
    """

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self._pool = ThreadPoolExecutor(threads - 1, "oncometry") if threads > 1 else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def start(self, call: Callable[[], Result]) -> Job[Result]:
        """Let any thread make the call, or the caller once it asks for the result."""
        return Job(call, self._pool)

    def shares(self, calls: int) -> list[int]:
        """Threads that each of so many calls may use by itself, if they are started in order.

        Where there are more calls than threads, the last finds the others at their end and may use all.
        """
        if calls > self.threads:
            return [1] * (calls - 1) + [self.threads]
        return [self.threads // max(calls, 1)] * calls

    def finished(self, begun: Iterable[Callable[[], Result]]) -> Iterator[Result]:
        """Results of what is begun one after the other, in order.

        With more threads than one, the next is begun before one is finished, so that no thread waits; no more than
        the next, for each holds memory.

        Args:
            begun: each, when it is drawn, starts its calls and gives what finishes it.
        """
        waiting: deque[Callable[[], Result]] = deque()
        for finish in begun:
            waiting.append(finish)
            if len(waiting) >= min(self.threads, 2):
                yield waiting.popleft()()
        while waiting:
            yield waiting.popleft()()

    def results(self, jobs: Sequence[Job[Result]]) -> list[Result]:
        """Results of all, in order; what no thread has begun the caller does."""
        for job in jobs:
            job.make()
        return [job.result() for job in jobs]
