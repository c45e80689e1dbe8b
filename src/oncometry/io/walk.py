"""Find every file below the inputs; nothing is passed over in silence."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from oncometry.core import Code, NothingFoundError
from oncometry.core.printable import as_utf8
from oncometry.core.uncollected import uncollected

__all__ = ["Found", "Stamp", "walk"]


class Stamp(NamedTuple):
    """What changes when a file does: its size in bytes, its times in ns, its place on the disk."""

    size: int
    modified_ns: int
    changed_ns: int
    inode: int

    @classmethod
    def of(cls, status: os.stat_result) -> Stamp:
        """From what the file system tells."""
        return cls(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


class Found(NamedTuple):
    """A file system entry that is not a folder.

    Attributes:
        place: its absolute path, as text: of a hundred thousand files, few are opened.
        shown: relative to its input, or 'scans.zip!a/b.dcm'.
        parts: name of the input, then the folders below it, then the file name.
        from_masks: whether it came from the folder given as masks.
        problem: why it cannot be read, '' if it can.
        stamp: what the file system says of it.
        repeats: of a link to a folder that is entered elsewhere: where.
    """

    place: str
    shown: str
    parts: tuple[str, ...]
    from_masks: bool = False
    problem: str = ""
    stamp: Stamp | None = None
    repeats: str = ""

    @property
    def path(self) -> Path:
        """Its absolute path."""
        return Path(self.place)

    @property
    def readable(self) -> bool:
        """Whether it is a file that can be read."""
        return not self.problem and not self.repeats


def walk(inputs: Sequence[Path], *, from_masks: bool = False) -> list[Found]:
    """Every entry below the inputs, in sorted order, each path once.

    Links are followed; a folder that several lead to is entered once, by the path that comes first.

    Raises:
        NothingFoundError: `NOTHING_FOUND` for an input that does not exist.
    """
    found: list[Found] = []
    seen: set[str] = set()
    for given in inputs:
        root = Path(given)
        if not root.exists() and not root.is_symlink():
            raise NothingFoundError(
                Code.NOTHING_FOUND, "there is no such file or folder.", path=root, advice="Check the path."
            )
        base = str(root.absolute())
        top = Path(base).resolve()
        name, above = as_utf8(top.name), as_utf8(top.parent.name)
        with uncollected():
            for entry in sorted(_entries(base)):
                if entry.path not in seen:
                    seen.add(entry.path)
                    found.append(_describe(base, name, above, entry, from_masks))
    return found


class _Entry(NamedTuple):
    path: str
    problem: str
    stamp: Stamp | None = None
    repeats: str = ""


def _entries(top: str) -> Iterator[_Entry]:
    """What lies at or below a path. A stack, since folders may lie deeper in each other than calls may."""
    entered: dict[tuple[int, int], str] = {}
    waiting = [top]
    while waiting:
        path = waiting.pop()
        try:
            status = os.stat(path)  # noqa: PTH116 -- of a hundred thousand files, each a Path costs more than this
            if not stat.S_ISDIR(status.st_mode):
                yield _file(path, status)
                continue
            first = entered.setdefault((status.st_dev, status.st_ino), path)
            if path.startswith(first.rstrip(os.sep) + os.sep):
                yield _Entry(path, "it is a link to a folder above itself")
                continue
            if first != path:
                yield _Entry(path, "", repeats=first)
                continue
            waiting += sorted(_below(path), reverse=True)
        except OSError as error:
            yield _Entry(path, f"it cannot be looked at ({error.strerror})")


def _file(path: str, status: os.stat_result) -> _Entry:
    if not stat.S_ISREG(status.st_mode):
        return _Entry(path, "it is a FIFO, socket or device, not a file")
    return _Entry(path, "", Stamp.of(status))


def _below(folder: str) -> list[str]:
    with os.scandir(folder) as entries:
        return [f"{folder.rstrip(os.sep)}{os.sep}{entry.name}" for entry in entries]


def _describe(base: str, name: str, above: str, entry: _Entry, from_masks: bool) -> Found:
    """An entry seen from its input, whose real place is called `name` and lies in `above`."""
    is_given = entry.path == base
    shown, first = (base[base.rindex(os.sep) :], above) if is_given else (entry.path[len(base) :], name)
    shown = as_utf8(shown.replace(os.sep, "/").lstrip("/"))
    parts, repeats = (first, *shown.split("/")), as_utf8(entry.repeats)
    return Found(entry.path, shown, parts, from_masks, entry.problem, entry.stamp, repeats)
