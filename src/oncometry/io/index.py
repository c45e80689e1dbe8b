"""What was found at the first look at each file, kept so that an unchanged file is not read again.

A file is unchanged where the file system says the same of it: size, times of content and of status, place on the
disk. One that changed while the clock stood still at the last look would be missed: a file whose times are
younger than its look by less than `CLOCK_NS` is looked at again (git calls such an entry racy).
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, astuple, fields
from pathlib import Path
from typing import Any

from oncometry.core import Code, OncometryError
from oncometry.core.software import code_version
from oncometry.core.uncollected import uncollected
from oncometry.core.write_points import WritePoint, reached
from oncometry.io.dicom_header import DicomHeader
from oncometry.io.isolation import isolated_each
from oncometry.io.look import Look, LookSettings, look
from oncometry.io.manifest import FileKind
from oncometry.io.volume_content import VolumeContent
from oncometry.io.walk import Found, Stamp

__all__ = ["FileIndex"]

logger = logging.getLogger(__name__)

CLOCK_NS = 2_000_000_000
PATIENCE_S = 60.0
TABLES = """
CREATE TABLE IF NOT EXISTS look (
    path BLOB PRIMARY KEY, stamp TEXT NOT NULL, made_with TEXT NOT NULL, size INTEGER NOT NULL, sha256 TEXT NOT NULL,
    kind TEXT NOT NULL, code TEXT, detail TEXT NOT NULL, content TEXT, sop_class TEXT, sop_instance TEXT, series TEXT,
    implicit INTEGER, little INTEGER, elements BLOB
)
"""
SELECT = """
SELECT path, stamp, size, sha256, kind, code, detail, content, sop_class, sop_instance, series, implicit, little, elements
FROM look WHERE made_with = ?
"""
INSERT = "INSERT OR REPLACE INTO look VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
NO_HEADER = (None,) * len(fields(DicomHeader))
KINDS = {kind.value: kind for kind in FileKind}
Answer = Look | OncometryError


class FileIndex:
    """The looks at the files of an input.

    Args:
        place: its file.
        settings: those that change what a look finds.
        workers: processes that look at files at once.
        fresh: whether every file is looked at again.
    """

    def __init__(self, place: Path, settings: LookSettings, *, workers: int = 1, fresh: bool = False) -> None:
        self.place, self.settings, self.workers, self.fresh = place, settings, workers, fresh
        told = json.dumps([code_version(), asdict(settings)], sort_keys=True)
        self._made_with = hashlib.sha256(told.encode()).hexdigest()

    def looks(self, files: Sequence[Found]) -> Iterator[tuple[Found, Answer]]:
        """What each file is: kept from before, or looked at now."""
        known = {} if self.fresh else self._load()
        unknown: dict[Path, Found] = {}
        for found in files:
            kept = known.pop(found.place, None)
            if kept is not None and kept[0] == _shown(found.stamp):
                yield found, kept[1]
            else:
                unknown[found.path] = found
        known.clear()
        yield from self._look(unknown)

    def _look(self, files: Mapping[Path, Found]) -> Iterator[tuple[Found, Answer]]:
        began, rows = time.time_ns(), []
        answers = isolated_each(look, [(path, self.settings) for path in files], workers=self.workers)
        for (path, _), answer in answers:
            found = files[path]
            if isinstance(answer, Look) and _keeps(found, answer, began):
                rows.append(self._row(found, answer))
            yield found, answer
        self._save(rows)

    def _row(self, found: Found, seen: Look) -> tuple[Any, ...]:
        header, content = seen.header, seen.content
        return (
            os.fsencode(found.place),
            _shown(found.stamp),
            self._made_with,
            seen.size,
            seen.sha256,
            seen.kind.value,
            seen.code,
            seen.detail,
            json.dumps(astuple(content)) if content is not None else None,
            *(astuple(header) if header is not None else NO_HEADER),
        )

    def _load(self) -> dict[str, tuple[str, Look]]:
        """What is kept; nothing where there is no index, or none that can be read."""
        if not self.place.is_file() or self.place.stat().st_size == 0:
            return {}
        try:
            with closing(sqlite3.connect(self.place, timeout=PATIENCE_S)) as database, uncollected():
                rows = database.execute(SELECT, (self._made_with,))
                return {os.fsdecode(row[0]): (row[1], _look_of(*row[2:])) for row in rows}
        except (sqlite3.Error, ValueError, KeyError, TypeError) as error:
            logger.warning("the index of files is damaged (%s): every file is read again", error)
            self.place.unlink(missing_ok=True)
            return {}

    def _save(self, rows: Sequence[tuple[Any, ...]]) -> None:
        if not rows:
            return
        try:
            self.place.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self.place, timeout=PATIENCE_S)) as database, database:
                reached(WritePoint.INDEX_OPENED, self.place)
                database.execute(TABLES)
                database.executemany(INSERT, rows)
                reached(WritePoint.INDEX_ROWS, self.place)
            reached(WritePoint.INDEX_KEPT, self.place)
        except (sqlite3.Error, OSError) as error:
            logger.warning("the index of files could not be kept (%s): it is made again next time", error)


def _keeps(found: Found, seen: Look, began_ns: int) -> bool:
    """Whether a change since would show in the file's times, and its own bytes are all that was looked at."""
    stamp = found.stamp
    if stamp is None or seen.kind is FileKind.NETWORK or seen.code is Code.FILE_CHANGED:
        return False
    return max(stamp.modified_ns, stamp.changed_ns) < began_ns - CLOCK_NS


def _shown(stamp: Stamp | None) -> str:
    if stamp is None:
        return ""
    return f"{stamp.size} {stamp.modified_ns} {stamp.changed_ns} {stamp.inode}"


def _look_of(
    size: int, sha256: str, kind: str, code: str | None, detail: str, content: str | None, *header: Any
) -> Look:
    return Look(
        size,
        sha256,
        KINDS[kind],
        None if code is None else Code(code),
        detail,
        None if header[0] is None else _header_of(*header),
        None if content is None else VolumeContent(*json.loads(content)),
    )


def _header_of(
    sop_class: str, instance: str, series: str, implicit: int, little: int, elements: bytes
) -> DicomHeader:
    return DicomHeader(sop_class, instance, series, bool(implicit), bool(little), elements)
