"""Progress on stderr: a bar with the time left on a terminal, a line every few seconds elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from oncometry.core.printable import printable

__all__ = ["LineProgress", "Reporter", "SilentProgress", "TerminalProgress", "counter", "progress_for"]


class Reporter(Protocol):
    """What a stage tells while it works."""

    def stage(self, name: str, total: int) -> None:
        """A stage of `total` units begins."""

    def advance(self, what: str, done: int | None = None) -> None:
        """One unit is done, or `done` units are in all; `what` is being worked on."""

    def say(self, line: str) -> None:
        """A line worth reading."""

    def warn(self, line: str) -> None:
        """A line that is said even where all else is quiet."""


def counter(reporter: Reporter) -> Callable[[str, int, int], None]:
    """The reporter as a function of stage, units done and units in all."""
    stages: list[str] = []

    def count(stage: str, done: int, total: int) -> None:
        if stages[-1:] != [stage]:
            stages.append(stage)
            reporter.stage(stage, total)
        reporter.advance(stage, done)

    return count


class SilentProgress:
    """Says nothing, but warns."""

    def stage(self, name: str, total: int) -> None:
        """Nothing is said."""

    def advance(self, what: str, done: int | None = None) -> None:
        """Nothing is said."""

    def say(self, line: str) -> None:
        """Nothing is said."""

    def warn(self, line: str) -> None:
        sys.stderr.write(printable(line) + "\n")
        sys.stderr.flush()


@dataclass
class LineProgress:
    """A line at most every `interval_s` seconds, for logs and pipes."""

    stream: TextIO = field(default_factory=lambda: sys.stderr)
    interval_s: float = 5.0
    _name: str = ""
    _total: int = 0
    _done: int = 0
    _started: float = 0.0
    _said: float = 0.0

    def stage(self, name: str, total: int) -> None:
        self._name, self._total, self._done = name, total, 0
        self._started = self._said = time.monotonic()
        if total:
            self.say(f"{name}: {total} to do")

    def advance(self, what: str, done: int | None = None) -> None:
        self._done = self._done + 1 if done is None else done
        now = time.monotonic()
        if now - self._said >= self.interval_s or self._done == self._total:
            self._said = now
            elapsed = now - self._started
            left = elapsed / max(self._done, 1) * (self._total - self._done)
            self.say(
                f"{self._name}: {self._done}/{self._total}, {elapsed:.0f} s, about {left:.0f} s left ({what})"
            )

    def say(self, line: str) -> None:
        self.stream.write(printable(line) + "\n")
        self.stream.flush()

    def warn(self, line: str) -> None:
        self.say(line)


@dataclass
class TerminalProgress:
    """A bar with the time left."""

    bars: Progress
    _task: int | None = None

    def stage(self, name: str, total: int) -> None:
        if self._task is not None:
            self.bars.update(self._task, completed=self.bars.tasks[self._task].total, visible=False)  # type: ignore[arg-type]
        self._task = self.bars.add_task(name, total=max(total, 1), what="")

    def advance(self, what: str, done: int | None = None) -> None:
        if self._task is None:
            return
        step = {"advance": 1.0} if done is None else {"completed": float(done)}
        self.bars.update(self._task, what=printable(what)[-40:], **step)  # type: ignore[arg-type]

    def say(self, line: str) -> None:
        self.bars.console.print(printable(line), markup=False, highlight=False)

    def warn(self, line: str) -> None:
        self.say(line)


@contextmanager
def progress_for(*, quiet: bool) -> Iterator[Reporter]:
    """The reporter that suits stderr. NO_COLOR is respected."""
    if quiet:
        yield SilentProgress()
    elif not sys.stderr.isatty():
        yield LineProgress()
    else:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[what]}", markup=False),
        )
        with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
            yield TerminalProgress(bars)
