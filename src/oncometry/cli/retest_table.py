"""A table of features of repeated scans, read from a CSV file."""

from __future__ import annotations

import csv
import hashlib
import io
from pathlib import Path

from oncometry.core import Code, NothingFoundError, SettingsError, UnsupportedError

__all__ = ["read_retest_table"]

DELIMITERS = ",;\t"


def read_retest_table(path: Path) -> tuple[list[dict[str, str]], str]:
    """Rows by the names of the columns, and the SHA-256 of the file.

    Columns are set apart by the character of comma, semicolon and tab that the first line has most of.

    Raises:
        NothingFoundError: `NOTHING_FOUND`, there is no such file.
        UnsupportedError: `UNSUPPORTED_TYPE`, it is no text.
        SettingsError: `SETTINGS`, a column is there twice, or a row has other columns than the first.
    """
    if not path.is_file():
        raise NothingFoundError(
            Code.NOTHING_FOUND, "there is no such table.", path=path, advice="Check the path."
        )
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnsupportedError(
            Code.UNSUPPORTED_TYPE,
            "it is no table: it is not UTF-8 text.",
            path=path,
            advice="Save it as CSV (UTF-8).",
        ) from error
    first = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise SettingsError(Code.SETTINGS, f"the table cannot be parsed: {error}.", path=path) from error
    rows = [line for line in lines[1:] if line]
    names = lines[0] if lines else []
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise SettingsError(Code.SETTINGS, f"the table has column {twice[0]!r} twice.", path=path)
    for number, row in enumerate(rows, start=2):
        if len(row) != len(names):
            raise SettingsError(
                Code.SETTINGS, f"row {number} has {len(row)} cells, the first line {len(names)}.", path=path
            )
    return [dict(zip(names, row, strict=True)) for row in rows], hashlib.sha256(content).hexdigest()
