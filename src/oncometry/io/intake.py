"""First pass over the input: find, unpack, hash, sniff, tell duplicates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from oncometry.core import Code, CorruptInputError
from oncometry.io.archive import unpack
from oncometry.io.files import sha256_of
from oncometry.io.ledger import Entry, Ledger
from oncometry.io.manifest import FileKind, FileStatus
from oncometry.io.sniff import sniff
from oncometry.io.walk import Found, walk

__all__ = ["Progress", "reason_of", "take_in"]

Progress = Callable[[str, int, int], None]
IMAGE_SUFFIXES = (".nii", ".nii.gz", ".nrrd", ".dcm", ".ima")
REASONS = {
    FileKind.TABLE: "a table; if it is the clinical sheet, give it with --clinical.",
    FileKind.TEXT: "a text.",
    FileKind.SIDECAR: "a JSON file that belongs to no image.",
    FileKind.OTHER: "no image format that is read.",
}
GIB = 2**30


def take_in(
    inputs: Sequence[Path],
    masks: Path | None,
    workspace: Path,
    max_file_gib: float,
    progress: Progress | None,
) -> Ledger:
    """Every file below the inputs (and in their archives) with size, hash and kind.

    Unreadable entries, unsafe archives and repeated bytes are decided here; the rest stays open.
    """
    ledger = Ledger()
    waiting = _walked(inputs, masks)
    done = 0
    while waiting:
        unpacked: list[Found] = []
        for found in waiting:
            entry = ledger.add(found)
            _look(ledger, entry)
            done += 1
            if progress is not None:
                progress("reading", done, done + len(waiting))
            if entry.kind is FileKind.ARCHIVE and entry.pending:
                unpacked += _unpack(ledger, entry, workspace, max_file_gib)
        waiting = unpacked
    _tell_duplicates(ledger)
    return ledger


def _walked(inputs: Sequence[Path], masks: Path | None) -> list[Found]:
    """The inputs, then the masks; masks that lie among the inputs keep their place there."""
    found = walk(inputs)
    if masks is None:
        return found
    apart = {f.path: f for f in walk([masks], from_masks=True)}
    among = [replace(f, from_masks=apart.pop(f.path, f).from_masks) for f in found]
    return [*among, *apart.values()]


def _look(ledger: Ledger, entry: Entry) -> None:
    path = entry.found.path
    if entry.found.problem:
        ledger.refuse(path, Code.UNREADABLE, entry.found.problem)
        return
    try:
        entry.size = path.stat().st_size
        entry.sha256 = sha256_of(path)
        entry.kind = sniff(path)
    except OSError as error:
        ledger.refuse(path, Code.UNREADABLE, f"it cannot be read ({error.strerror}).")
        return
    if entry.size == 0:
        ledger.refuse(path, Code.EMPTY, "the file has no bytes.")
    elif entry.kind in (FileKind.OTHER, FileKind.TEXT) and path.name.lower().endswith(IMAGE_SUFFIXES):
        ledger.refuse(path, Code.CORRUPT, "named as an image, but its content is not one.")


def _unpack(ledger: Ledger, entry: Entry, workspace: Path, max_file_gib: float) -> list[Found]:
    path = entry.found.path
    if "!" in entry.found.shown:
        ledger.refuse(path, Code.ARCHIVE_UNSAFE, "an archive within an archive.")
        return []
    folder = workspace / entry.sha256[:32]
    try:
        members = unpack(path, folder, int(max_file_gib * GIB))
    except CorruptInputError as error:
        ledger.refuse(path, error.code, error.what)
        return []
    ledger.use(path, f"{len(members)} members")
    return [_member(entry, target, name) for target, name in members]


def _member(entry: Entry, target: Path, name: str) -> Found:
    inside = PurePosixPath(name.replace("\\", "/")).parts
    root = (*entry.found.parts[:-1], *inside) if len(inside) > 1 else (*entry.found.parts[:-1], inside[-1])
    return Found(target.absolute(), f"{entry.found.shown}!{name}", root, entry.found.from_masks)


def _tell_duplicates(ledger: Ledger) -> None:
    """Same bytes: the first in sorted order stays open, the others repeat it."""
    same: dict[str, list[Entry]] = defaultdict(list)
    for entry in sorted(ledger.entries, key=lambda e: (e.found.from_masks, e.found.shown, str(e.found.path))):
        if entry.sha256 and entry.size and entry.status is not FileStatus.USED:
            same[entry.sha256].append(entry)
    for first, *others in same.values():
        for other in others:
            ledger.repeat(other.found.path, first.found.shown)


def reason_of(kind: FileKind) -> str:
    """Why a file of a kind that is no image is left out."""
    return REASONS.get(kind, REASONS[FileKind.OTHER])
