"""Input files, every one accounted for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import true

from oncometry.io.manifest import FileRecord
from oncometry.store.tables import InputFile
from oncometry.store.writing.transaction import Row, Writing, sealed

__all__ = ["keep_files"]


def keep_files(writing: Writing, files: Sequence[FileRecord], members: Collection[str], step_id: int) -> None:
    """Make these the current input files.

    A known file stays current unless this manifest says otherwise: another file of the same name, the
    same bytes under another name, or a file of a series or mask (`members`) of a patient met here.
    """
    rows = _rows(files, step_id)
    names = {row["shown"] for row in rows}
    contents = {row["sha256"] for row in rows}

    def replaces(known: Mapping[str, Any]) -> bool:
        same = known["shown"] in names or known["sha256"] in contents
        return same or known["member_of"] in members

    writing.keep(InputFile, true(), rows, replaces)


def _rows(files: Sequence[FileRecord], step_id: int) -> list[Row]:
    seen: Counter[str] = Counter()
    rows = []
    for record in files:
        row: Row = {
            "run_step_id": step_id,
            "shown": record.shown,
            "occurrence": seen[record.shown],
            "kind": record.kind.value,
            "size": record.size,
            "sha256": record.sha256,
            "status": record.status.value,
            "code": None if record.code is None else record.code.value,
            "detail": record.detail,
            "duplicate_of": record.duplicate_of,
            "member_of": record.member_of,
        }
        seen[record.shown] += 1
        rows.append(sealed(InputFile, row))
    return rows
