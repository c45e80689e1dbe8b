"""What the user alone may know: who is who, and beside it which files were left out."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from oncometry.core import Code, SettingsError
from oncometry.io.deidentify import Deidentified

__all__ = ["Crosswalk", "list_beside", "reserved"]


@dataclass(frozen=True)
class Crosswalk:
    """Two files that are there and empty, which nobody but their owner may read."""

    people: TextIO
    files: TextIO

    def write(self, done: Deidentified) -> None:
        """Who is who, and which files were left out."""
        rows = ((who.original_id, who.pseudonym, who.days) for who in done.subjects.values())
        self.people.write(_table(("original_id", "pseudonym", "day_shift"), rows))
        left_out = ((each.file, each.code, each.why) for each in done.left_out)
        self.files.write(_table(("file", "code", "what"), left_out))


def list_beside(crosswalk: Path) -> Path:
    """Where the files are listed that were left out."""
    return crosswalk.parent / f"{crosswalk.stem}-left-out.csv"


@contextmanager
def reserved(crosswalk: Path | None) -> Iterator[Crosswalk | None]:
    """Both files, made before anything is written; they go where nothing comes of the rest.

    Raises:
        SettingsError: `SETTINGS`, one of them is there already or cannot be made.
    """
    if crosswalk is None:
        yield None
        return
    with (
        _reserved(crosswalk, "crosswalk") as people,
        _reserved(list_beside(crosswalk), "list of files left out") as files,
    ):
        yield Crosswalk(people, files)


@contextmanager
def _reserved(path: Path, what: str) -> Iterator[TextIO]:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise SettingsError(
            Code.SETTINGS,
            f"the {what} cannot be made ({error.strerror}).",
            path=path,
            advice="Give --crosswalk a new file in a folder that is there.",
        ) from error
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            yield stream
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(header)
    table.writerows(rows)
    return text.getvalue()
