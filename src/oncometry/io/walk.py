"""Find every file below the inputs; nothing is passed over in silence."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from oncometry.core import Code, NothingFoundError

__all__ = ["Found", "walk"]


@dataclass(frozen=True)
class Found:
    """A file system entry that is not a folder.

    Attributes:
        path: absolute.
        shown: relative to its input, or 'scans.zip!a/b.dcm'.
        parts: name of the input, then the folders below it, then the file name.
        from_masks: whether it came from the folder given as masks.
        problem: why it cannot be read, '' if it can.
    """

    path: Path
    shown: str
    parts: tuple[str, ...]
    from_masks: bool = False
    problem: str = ""


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
        for path, problem in sorted(_entries(root, (os.path.realpath(root),))):
            if str(path) in seen:
                continue
            seen.add(str(path))
            found.append(_describe(root, path, problem, from_masks))
    return found


def _entries(path: Path, ancestors: tuple[str, ...]) -> Iterator[tuple[Path, str]]:
    """(path, problem) of what lies at or below `path`; `ancestors` are the real folders above."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        yield path.absolute(), f"it cannot be looked at ({error.strerror})"
        return
    if stat.S_ISREG(mode):
        yield path.absolute(), "" if os.access(path, os.R_OK) else "reading it is not permitted"
    elif stat.S_ISDIR(mode):
        yield from _folder(path, ancestors)
    else:
        yield path.absolute(), "it is a FIFO, socket or device, not a file"


def _folder(path: Path, ancestors: tuple[str, ...]) -> Iterator[tuple[Path, str]]:
    try:
        with os.scandir(path) as entries:
            children = sorted(Path(entry.path) for entry in entries)
    except OSError as error:
        yield path.absolute(), f"the folder cannot be opened ({error.strerror})"
        return
    for child in children:
        if not child.is_dir():
            yield from _entries(child, ancestors)
            continue
        real = os.path.realpath(child)
        if real in ancestors:
            yield child.absolute(), "it is a link to a folder above itself"
        else:
            yield from _entries(child, (*ancestors, real))


def _describe(root: Path, path: Path, problem: str, from_masks: bool) -> Found:
    base = root.absolute()
    inside = PurePosixPath(path.name) if path == base else PurePosixPath(path.relative_to(base).as_posix())
    top = base.resolve().name if path != base else base.resolve().parent.name
    return Found(path, str(inside), (top, *inside.parts), from_masks, problem)
