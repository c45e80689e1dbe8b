"""A spreadsheet file as tables of text: nothing is turned into a number before someone asks.

CSV in UTF-8 (with or without mark), UTF-16 (with mark), else Windows-1252 or Latin-1, which is announced;
the delimiter is found by trying. XLSX with all its sheets, hidden ones too.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from oncometry.core import Code, CorruptInputError, NothingFoundError, Notice, UnsupportedError
from oncometry.io.workbook import read_workbook

__all__ = ["SheetFile", "SheetRow", "SheetTable", "read_sheet"]

DELIMITERS = ",;\t|"
MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
LOCKS = ("~$", ".~lock.")
"""How names of lock files begin: of Excel, and of LibreOffice."""
MAX_BYTES = 256 * 2**20


@dataclass(frozen=True)
class SheetRow:
    """One line of a table: its number as a spreadsheet program shows it (1 the first), cells as text."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class SheetTable:
    """One sheet: its rows that are not wholly blank."""

    name: str
    rows: tuple[SheetRow, ...]


@dataclass(frozen=True)
class SheetFile:
    """A spreadsheet file: name, SHA-256 of its bytes, its tables, and what had to be guessed."""

    name: str
    sha256: str
    tables: tuple[SheetTable, ...]
    delimiter: str | None = None
    notices: tuple[Notice, ...] = ()


def read_sheet(path: Path) -> SheetFile:
    """Read a CSV or XLSX file, told apart by content.

    Raises:
        NothingFoundError: the file is not there, or has no rows.
        UnsupportedError: it is an old binary `.xls`, the lock file of an open sheet, or no spreadsheet at all.
        CorruptInputError: `TOO_LARGE`, or a workbook that cannot be opened.
    """
    if not path.is_file():
        raise NothingFoundError(Code.NOTHING_FOUND, "there is no such sheet.", path=path)
    if path.stat().st_size > MAX_BYTES:
        raise CorruptInputError(
            Code.TOO_LARGE, f"the sheet has {path.stat().st_size} bytes, more than {MAX_BYTES}.", path=path
        )
    data = path.read_bytes()
    if path.name.startswith(LOCKS) and not data.startswith(b"PK"):
        raise UnsupportedError(
            Code.UNSUPPORTED_TYPE,
            "this is the lock file of Excel or LibreOffice, there while the sheet is open, and holds none of its rows.",
            path=path,
            advice="Give the sheet itself.",
        )
    digest = hashlib.sha256(data).hexdigest()
    if data.startswith(b"PK"):
        tables, notices = read_workbook(data, path)
        delimiter = None
    else:
        text, notices = _decode(data, path)
        delimiter = sniff_delimiter(text, path)
        tables = [(path.stem, [tuple(row) for row in _parse(text, delimiter, path)])]
    kept = tuple(SheetTable(name, _filled(rows)) for name, rows in tables)
    if not any(table.rows for table in kept):
        raise NothingFoundError(Code.NOTHING_FOUND, "the sheet has no rows.", path=path)
    return SheetFile(path.name, digest, kept, delimiter, tuple(notices))


def sniff_delimiter(text: str, path: Path | None = None) -> str:
    """The delimiter that cuts most lines into the same number of cells, more cells before fewer."""
    sample = "\n".join(line for line in text.splitlines()[:200] if line.strip())

    def score(delimiter: str) -> tuple[float, int]:
        widths = Counter(len(row) for row in _parse(sample, delimiter, path) if row)
        usual, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
        return (count / max(widths.total(), 1) if usual > 1 else 0.0, usual)

    return max(DELIMITERS, key=lambda d: (round(score(d)[0], 1), score(d)[1]))


def _parse(text: str, delimiter: str, path: Path | None) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise CorruptInputError(Code.CORRUPT, f"the text is no table ({error}).", path=path) from error


def _decode(data: bytes, path: Path) -> tuple[str, list[Notice]]:
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnsupportedError(
            Code.UNSUPPORTED_TYPE,
            "this is an old binary Excel file (.xls).",
            path=path,
            advice="Save it as .xlsx or .csv.",
        )
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return _strictly(data, encoding, path), []
    if b"\0" in data:
        raise UnsupportedError(
            Code.UNSUPPORTED_TYPE,
            "this is neither text nor an XLSX workbook (it holds bytes of 0, as no text does).",
            path=path,
            advice="Save it as .xlsx or .csv.",
        )
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError as error:
        what = f"byte {error.start} is not UTF-8 (0x{data[error.start]:02x}); read as "
    try:
        text, used = data.decode("cp1252"), "Windows-1252"
    except UnicodeDecodeError:
        text, used = data.decode("latin-1"), "Latin-1"
    return text, [Notice(Code.ENCODING_GUESSED, f"{what}{used}.", str(path))]


def _strictly(data: bytes, encoding: str, path: Path) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise CorruptInputError(
            Code.CORRUPT, f"byte {error.start} is not {encoding}, though the file begins so.", path=path
        ) from error


def _filled(rows: list[tuple[str, ...]]) -> tuple[SheetRow, ...]:
    stripped = ((n, tuple(cell.strip() for cell in row)) for n, row in enumerate(rows, start=1))
    return tuple(SheetRow(n, cells) for n, cells in stripped if any(cells))
