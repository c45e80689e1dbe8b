"""Find every file below the inputs; nothing is passed over in silence."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from oncometry.core import Code, NothingFoundError

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


@dataclass(frozen=True, slots=True)
class Found:
    """A file system entry that is not a folder.

    Attributes:
        path: absolute.
        shown: relative to its input, or 'scans.zip!a/b.dcm'.
        parts: name of the input, then the folders below it, then the file name.
        from_masks: whether it came from the folder given as masks.
        problem: why it cannot be read, '' if it can.
        stamp: what the file system says of it.
    """

    path: Path
    shown: str
    parts: tuple[str, ...]
    from_masks: bool = False
    problem: str = ""
    stamp: Stamp | None = None


def walk(inputs: Sequence[Path], *, from_masks: bool = False) -> list[Found]:
    """Every entry below the inputs, in sorted order, each real path once; links are followed, loops are not.

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
        base = root.absolute()
        top = base.resolve()
        for entry in sorted(_entries(str(base), (str(top),))):
            if entry.path not in seen:
                seen.add(entry.path)
                found.append(_describe(base, top, entry, from_masks))
    return found


class _Entry(NamedTuple):
    path: str
    problem: str
    stamp: Stamp | None = None


def _entries(path: str, ancestors: tuple[str, ...]) -> Iterator[_Entry]:
    """What lies at or below `path`; `ancestors` are the real folders above."""
    try:
        status = os.stat(path)  # noqa: PTH116 -- of a hundred thousand files, each a Path costs more than this
    except OSError as error:
        yield _Entry(path, f"it cannot be looked at ({error.strerror})")
        return
    if stat.S_ISDIR(status.st_mode):
        yield from _folder(path, ancestors)
    elif not stat.S_ISREG(status.st_mode):
        yield _Entry(path, "it is a FIFO, socket or device, not a file")
    else:
        yield _Entry(path, "", Stamp.of(status))


def _folder(path: str, ancestors: tuple[str, ...]) -> Iterator[_Entry]:
    try:
        with os.scandir(path) as entries:
            children = sorted((entry.name, entry.is_dir()) for entry in entries)
    except OSError as error:
        yield _Entry(path, f"the folder cannot be opened ({error.strerror})")
        return
    for name, is_folder in children:
        child = f"{path.rstrip(os.sep)}{os.sep}{name}"
        if not is_folder:
            yield from _entries(child, ancestors)
            continue
        real = os.path.realpath(child)
        if real in ancestors:
            yield _Entry(child, "it is a link to a folder above itself")
        else:
            yield from _entries(child, (*ancestors, real))


def _describe(base: Path, top: Path, entry: _Entry, from_masks: bool) -> Found:
    """An entry seen from its input; `top` is the input's real place, whose name is the first part."""
    path = Path(entry.path)
    if path == base:
        shown, name = path.name, top.parent.name
    else:
        shown, name = entry.path[len(str(base)) :].replace(os.sep, "/").lstrip("/"), top.name
    return Found(path, shown, (name, *shown.split("/")), from_masks, entry.problem, entry.stamp)
