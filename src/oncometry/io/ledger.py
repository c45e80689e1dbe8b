"""The book of input files: each has one line, and one way out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from oncometry.core import Code
from oncometry.io.dicom_header import DicomHeader
from oncometry.io.manifest import FileKind, FileRecord, FileStatus
from oncometry.io.volume_content import VolumeContent
from oncometry.io.walk import Found

__all__ = ["Entry", "Ledger"]

UNCLAIMED = "nothing took it up."


@dataclass
class Entry:
    """A file on its way through curation; quarantined until something takes it up."""

    found: Found
    size: int = 0
    sha256: str = ""
    kind: FileKind = FileKind.OTHER
    status: FileStatus = FileStatus.QUARANTINED
    code: Code | None = None
    detail: str = ""
    duplicate_of: str | None = None
    member_of: str | None = None
    header: DicomHeader | None = None
    content: VolumeContent | None = None

    @property
    def pending(self) -> bool:
        """Whether nothing has been decided about it."""
        return self.status is FileStatus.QUARANTINED and self.code is None


class Ledger:
    """All entries, by path."""

    def __init__(self) -> None:
        self._entries: dict[Path, Entry] = {}

    def add(self, found: Found) -> Entry:
        """Open a line for a file; a path met twice keeps its first line."""
        return self._entries.setdefault(found.path, Entry(found))

    def __getitem__(self, path: Path) -> Entry:
        return self._entries[path]

    def __contains__(self, path: Path) -> bool:
        return path in self._entries

    @property
    def entries(self) -> list[Entry]:
        return list(self._entries.values())

    def pending(self, *kinds: FileKind) -> list[Entry]:
        """Undecided entries of these kinds."""
        return [e for e in self.entries if e.pending and e.kind in kinds]

    def use(self, path: Path, member_of: str) -> None:
        """It became part of a series, mask or dose."""
        entry = self._entries[path]
        entry.status, entry.code, entry.detail, entry.member_of = FileStatus.USED, None, "", member_of
        entry.duplicate_of = None

    def refuse(self, path: Path, code: Code, detail: str) -> None:
        """It is left out, and why."""
        entry = self._entries[path]
        entry.status, entry.code, entry.detail = FileStatus.QUARANTINED, code, detail

    def repeat(self, path: Path, shown: str) -> None:
        """It has the same bytes as another."""
        entry = self._entries[path]
        entry.status, entry.code, entry.duplicate_of = FileStatus.DUPLICATE, None, shown

    def records(self) -> tuple[FileRecord, ...]:
        """One record a file, in order of what is shown; an undecided one counts as not an image."""
        ordered = sorted(self.entries, key=lambda e: (e.found.shown, e.found.place))
        return tuple(_record(entry) for entry in ordered)


def _record(entry: Entry) -> FileRecord:
    undecided = entry.pending
    return FileRecord(
        path=entry.found.path,
        shown=entry.found.shown,
        size=entry.size,
        sha256=entry.sha256,
        kind=entry.kind,
        status=entry.status,
        code=Code.NOT_AN_IMAGE if undecided else entry.code,
        detail=UNCLAIMED if undecided else entry.detail,
        duplicate_of=entry.duplicate_of,
        member_of=entry.member_of,
    )
