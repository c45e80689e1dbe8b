"""First pass over the input: find, unpack, hash, sniff, tell duplicates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath

from oncometry.core import Code, CorruptInputError, OncometryError, StoreError
from oncometry.io.archive import unpack
from oncometry.io.index import FileIndex
from oncometry.io.isolation import Limits, isolated
from oncometry.io.ledger import Entry, Ledger
from oncometry.io.look import Look
from oncometry.io.manifest import FileKind, FileStatus
from oncometry.io.walk import Found, Stamp, walk

__all__ = ["Progress", "members", "reason_of", "take_in", "walked"]

Progress = Callable[[str, int, int], None]
REASONS = {
    FileKind.TABLE: "a table; if it is the clinical sheet, give it with --clinical.",
    FileKind.TEXT: "a text.",
    FileKind.SIDECAR: "a JSON file that belongs to no image.",
    FileKind.OTHER: "no image format that is read.",
}
GIB = 2**30
UNPACKING = Limits(cpu_s=600, wall_s=3600)
"""An archive holds many files: its limits are those of `unpack`, these only end one that hangs."""


def take_in(
    inputs: Sequence[Path],
    masks: Path | None,
    workspace: Path,
    index: FileIndex,
    progress: Progress | None,
) -> Ledger:
    """Every file below the inputs (and in their archives) with size, hash, kind and what its header says.

    Unreadable and broken files, unsafe archives and repeated bytes are decided here; the rest stays open.

    Raises:
        StoreError: `WRITE_FAILED`, an archive cannot be unpacked here.
    """
    ledger = Ledger()
    waiting = walked(inputs, masks)
    done = 0
    while waiting:
        for found in waiting:
            ledger.add(found)
            if found.problem:
                ledger.refuse(found.path, Code.UNREADABLE, found.problem)
            elif found.repeats:
                ledger.repeat(found.path, found.repeats)
        readable = [found for found in waiting if found.readable]
        for number, (found, answer) in enumerate(index.looks(readable), start=done + 1):
            _note(ledger, found, answer)
            if progress is not None:
                progress("reading", number, done + len(readable))
        done += len(readable)
        archives = [ledger[found.path] for found in readable]
        waiting = [
            member
            for entry in archives
            if entry.kind is FileKind.ARCHIVE and entry.pending
            for member in _unpack(ledger, entry, workspace, index.settings.max_file_gib)
        ]
    _tell_duplicates(ledger)
    return ledger


def _note(ledger: Ledger, found: Found, answer: Look | OncometryError) -> None:
    """What a look at a file said, into its line."""
    if isinstance(answer, OncometryError):
        ledger.refuse(found.path, answer.code, answer.told)
        return
    entry = ledger[found.path]
    entry.size, entry.sha256, entry.kind = answer.size, answer.sha256, answer.kind
    entry.header, entry.content = answer.header, answer.content
    if answer.code is not None:
        ledger.refuse(found.path, answer.code, answer.detail)


def walked(inputs: Sequence[Path], masks: Path | None) -> list[Found]:
    """The inputs, then the masks; masks that lie among the inputs keep their place there."""
    found = walk(inputs)
    if masks is None:
        return found
    apart = {f.place: f for f in walk([masks], from_masks=True)}
    among = [f._replace(from_masks=apart.pop(f.place, f).from_masks) for f in found]
    return [*among, *apart.values()]


def _unpack(ledger: Ledger, entry: Entry, workspace: Path, max_file_gib: float) -> list[Found]:
    path = entry.found.path
    try:
        found = members(entry.found, entry.sha256, workspace, max_file_gib)
    except StoreError:  # no room, no permission: not the archive's fault, and what is in it is not left out
        raise
    except OncometryError as error:
        ledger.refuse(path, error.code, error.told)
        return []
    ledger.use(path, f"{len(found)} members")
    return found


def members(archive: Found, sha256: str, workspace: Path, max_file_gib: float) -> list[Found]:
    """Unpack an archive into the workspace, in a process with limits; its members as if they lay in its place.

    Raises:
        CorruptInputError: `ARCHIVE_UNSAFE`, `CORRUPT`, `UNREADABLE`.
        StoreError: `WRITE_FAILED`, it cannot be unpacked here.
    """
    if "!" in archive.shown:
        raise CorruptInputError(Code.ARCHIVE_UNSAFE, "an archive within an archive.")
    folder = workspace / sha256[:32]
    unpacked = isolated(unpack, archive.path, folder, int(max_file_gib * GIB), limits=UNPACKING)
    return [_member(archive, target, name) for target, name in unpacked]


def _member(archive: Found, target: Path, name: str) -> Found:
    inside = PurePosixPath(name.replace("\\", "/")).parts
    root = (*archive.parts[:-1], *inside) if len(inside) > 1 else (*archive.parts[:-1], inside[-1])
    stamp = Stamp.of(target.stat())
    return Found(str(target.absolute()), f"{archive.shown}!{name}", root, archive.from_masks, "", stamp)


def _tell_duplicates(ledger: Ledger) -> None:
    """Same bytes: the first in sorted order stays open, the others repeat it."""
    same: dict[str, list[Entry]] = defaultdict(list)
    for entry in sorted(ledger.entries, key=lambda e: (e.found.from_masks, e.found.shown, e.found.place)):
        if entry.sha256 and entry.size and entry.status is not FileStatus.USED:
            same[entry.sha256].append(entry)
    for first, *others in same.values():
        for other in others:
            ledger.repeat(other.found.path, first.found.shown)


def reason_of(kind: FileKind) -> str:
    """Why a file of a kind that is no image is left out."""
    return REASONS.get(kind, REASONS[FileKind.OTHER])
