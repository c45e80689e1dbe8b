"""Where the rows of `oncometry features` go: a file that grows as they come, or the terminal at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from oncometry.cli.feature_file import FeatureFile
from oncometry.cli.output import tell, write_json, write_table
from oncometry.features import COLUMNS, FeatureRow, FeatureSpec

__all__ = ["RowsInFile", "RowsShown"]


class RowsInFile:
    """Rows in a file; it is there after `close`, if there is a row.

    Raises:
        StoreError: `WRITE_FAILED`, as each of its methods.
    """

    def __init__(self, path: Path, spec: FeatureSpec) -> None:
        self._path, self._spec = path, spec
        self._file = FeatureFile(path)
        self._sources: list[Mapping[str, object]] = []

    def append(self, rows: Sequence[FeatureRow], sources: Sequence[Mapping[str, object]]) -> None:
        """Write rows, and keep what they were made from."""
        self._file.append(rows)
        self._sources += sources

    def close(self) -> None:
        """Give the file its name."""
        try:
            if self._sources:
                tell(f"written: {self._path}, {self._file.finish(self._spec, self._sources)}")
        finally:
            self._file.drop()


class RowsShown:
    """Rows on stdout, as JSON or as a table."""

    def __init__(self, *, json: bool) -> None:
        self._json = json
        self._rows: list[FeatureRow] = []

    def append(self, rows: Sequence[FeatureRow], sources: Sequence[Mapping[str, object]]) -> None:
        """Keep rows, for the width of a column is that of its widest cell."""
        del sources
        self._rows += rows

    def close(self) -> None:
        """Show them, if there is one."""
        if self._rows and self._json:
            write_json(self._rows)
        elif self._rows:
            write_table(COLUMNS, [tuple(row.values()) for row in self._rows])
