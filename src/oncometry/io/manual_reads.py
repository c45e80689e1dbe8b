"""A file of manual reads, told by its content: a table, CDISC, a structured report, 3D Slicer markups."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from oncometry.core import Code, NothingFoundError, Notice, UnsupportedError
from oncometry.io.files import sha256_of
from oncometry.io.lesion_drawing import LesionDrawing, ReadDrawings
from oncometry.io.lesions import LesionTable, ReadingRow, read_cdisc, read_lesion_table
from oncometry.io.markups import MarkupsContext, read_markups
from oncometry.io.read_sr import read_sr
from oncometry.io.sheet import read_sheet
from oncometry.io.sniff import is_dicom

__all__ = ["ManualReads", "ReadForm", "read_cdisc_reads", "read_manual_reads"]

HEAD = 4096
CDISC_COLUMNS = frozenset({"TULNKID", "TRLNKID", "TRTESTCD", "RSTESTCD"})
NOBODY = MarkupsContext(patient_id="", timepoint="")
"""Markups say neither whose they are nor of which visit."""


class ReadForm(StrEnum):
    """How a file holds reads."""

    TABLE = "table"
    CDISC = "cdisc"
    SR = "sr"
    MARKUPS = "markups"


@dataclass(frozen=True, eq=False)
class ManualReads:
    """What a file says, in its own words.

    Attributes:
        name: of the file, of CDISC of both.
        hashes: SHA-256 of each file.
        drawings: one a reading, with lines where the form has them.
        dates: of each drawing, of the scan it was read on; None where the file states none.
        rows: of a table, what became of each.
        notices: what was guessed, or not understood.
    """

    name: str
    hashes: tuple[str, ...]
    form: ReadForm
    drawings: tuple[LesionDrawing, ...]
    dates: tuple[date | None, ...]
    rows: tuple[ReadingRow, ...] = ()
    notices: tuple[Notice, ...] = ()

    @property
    def sha256(self) -> str:
        """Of the file; of several the hash of their hashes."""
        (first, *more) = self.hashes
        return hashlib.sha256("".join(self.hashes).encode()).hexdigest() if more else first


def read_manual_reads(path: Path) -> ManualReads:
    """Read a plain table (CSV, XLSX), a structured report of TID 1500 or markups.

    Raises:
        NothingFoundError: there is no such file, or no reading in it.
        UnsupportedError: `UNSUPPORTED_TYPE`: it is none of these, or a table of CDISC without the other.
        CorruptInputError: as the readers of each form.
    """
    if not path.is_file():
        what = "it is a folder, not a file of reads." if path.is_dir() else "there is no such file of reads."
        raise NothingFoundError(Code.NOTHING_FOUND, what, path=path)
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    if is_dicom(head):
        return _drawn(ReadForm.SR, path, read_sr)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return _drawn(ReadForm.MARKUPS, path, lambda file: read_markups(file, NOBODY))
    _refuse_cdisc(path)
    return _tabled(ReadForm.TABLE, read_lesion_table(path), (path,))


def read_cdisc_reads(tu: Path, tr: Path) -> ManualReads:
    """Read CDISC's TU and TR.

    Raises:
        As `oncometry.io.lesions.read_cdisc`; NothingFoundError: no row is a reading.
    """
    return _tabled(ReadForm.CDISC, read_cdisc(tu, tr), (tu, tr))


def _drawn(form: ReadForm, path: Path, read: Callable[[Path], ReadDrawings]) -> ManualReads:
    found = read(path)
    _check_any(len(found.drawings), path, "; ".join(notice.what for notice in found.notices))
    dates = (found.acquired,) * len(found.drawings)
    return ManualReads(path.name, (sha256_of(path),), form, found.drawings, dates, (), found.notices)


def _tabled(form: ReadForm, table: LesionTable, paths: tuple[Path, ...]) -> ManualReads:
    first = next((row for row in table.rows if row.code is not None), None)
    why = "" if first is None else f"row {first.row}: {first.detail}"
    _check_any(len(table.readings), paths[-1], why)
    said = sorted(f"{patient} at {visit}" for (patient, visit), new in table.new_lesions.items() if new)
    notices = table.notices
    if said:
        what = f"new lesions that have no row of their own are not kept: {', '.join(said)}."
        notices = (*notices, Notice(Code.CONTENT_UNREAD, what, str(paths[0])))
    return ManualReads(
        name=" + ".join(path.name for path in paths),
        hashes=tuple(sha256_of(path) for path in paths),
        form=form,
        drawings=tuple(LesionDrawing(reading) for reading in table.readings),
        dates=table.dates,
        rows=table.rows,
        notices=notices,
    )


def _check_any(readings: int, path: Path, why: str) -> None:
    if not readings:
        told = f" ({why})" if why else ""
        raise NothingFoundError(Code.NOTHING_FOUND, f"it holds no reading of a lesion{told}.", path=path)


def _refuse_cdisc(path: Path) -> None:
    """A table of CDISC says too little alone; as a plain table it would be read without its sizes."""
    for table in read_sheet(path).tables:
        names = {cell.upper() for cell in table.rows[0].cells} if table.rows else set()
        if names & CDISC_COLUMNS:
            raise UnsupportedError(
                Code.UNSUPPORTED_TYPE,
                f"it is a table of CDISC ({', '.join(sorted(names & CDISC_COLUMNS))}), which takes two files.",
                path=path,
                advice="Give --tu TU --tr TR.",
            )
