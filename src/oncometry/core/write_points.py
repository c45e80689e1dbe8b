"""Every moment at which bytes become durable has a name; a test may let the program die or fail at any of them.

`ONCOMETRY_FAULT=POINT:N:ACT` lets the N-th time (from 0) that a process reaches a point be its last, or fail:
POINT is a name below or `any`, ACT is `kill` or the name of an error (`ENOSPC`, `EIO` ...). `ONCOMETRY_FAULT_LOG=FILE`
writes down each point that is reached. Both are for tests; without them a point costs a comparison.
"""

from __future__ import annotations

import errno
import os
import signal
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

__all__ = ["FAULT", "FAULT_LOG", "WritePoint", "reached"]

FAULT, FAULT_LOG = "ONCOMETRY_FAULT", "ONCOMETRY_FAULT_LOG"


class WritePoint(StrEnum):
    """The moments."""

    FILE_BEGUN = "file.begun"
    """A file has been made under another name, and is empty."""
    FILE_WRITTEN = "file.written"
    """Its bytes are given to the system."""
    FILE_SYNCED = "file.synced"
    """They are on the disk, the name is not."""
    FILE_NAMED = "file.named"
    """It has its name, of which the disk may not know."""
    MEMBER_BEGUN = "archive.member begun"
    MEMBER_WRITTEN = "archive.member written"
    INDEX_OPENED = "index.opened"
    INDEX_ROWS = "index.rows written"
    INDEX_KEPT = "index.committed"
    TABLES_MADE = "database.tables made"
    """The tables of a new database are there, the transaction that makes them is open."""
    RESTORE_MARKED = "restore.marked"
    """A server's database is marked as being restored, and is still what it was."""
    RESTORE_TABLES = "restore.tables made"
    """Its tables are those of the backup, without rows."""
    TURN_TAKEN = "database.turn taken"
    """Other writers are locked out, no transaction is open."""
    TRANSACTION_BEGUN = "database.begun"
    ROWS_WRITTEN = "database.rows written"
    """All rows of a transaction are given to the database."""
    COMMITTED = "database.committed"


@dataclass
class _Armed:
    """What is to happen, and how often the point may still be reached before."""

    point: str
    left: int
    act: str

    def reach(self, point: WritePoint) -> None:
        if self.point not in ("any", point.value):
            return
        self.left -= 1
        if self.left >= 0:
            return
        if self.act == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if self.left == -1:
            number = getattr(errno, self.act)
            raise OSError(number, os.strerror(number))


def _arm(told: str | None) -> _Armed | None:
    if not told:
        return None
    point, left, act = told.rsplit(":", 2)
    return _Armed(point, int(left), act)


_armed = _arm(os.environ.get(FAULT))
_log = os.environ.get(FAULT_LOG)


def reached(point: WritePoint, path: Path | None = None) -> None:
    """Say that a moment has come.

    Raises:
        OSError: where a test wants it so.
    """
    if _log is not None:
        with Path(_log).open("a", encoding="utf-8") as log:
            log.write(f"{point.value}\t{path or ''}\n")
    if _armed is not None:
        _armed.reach(point)
