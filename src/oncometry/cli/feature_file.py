"""Feature rows in a file, CSV or Parquet, with what they were made from beside it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from io import BufferedWriter
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

import pyarrow as pa
from pyarrow import parquet

from oncometry import __version__
from oncometry.cli.output import csv_bytes
from oncometry.core import Code, SettingsError
from oncometry.features import COLUMNS, FeatureRow, FeatureSpec
from oncometry.io.files import begin_aside, coded_writing, drop_aside, finish_aside, write_bytes

__all__ = ["FeatureFile", "beside", "check_feature_file"]


def beside(path: Path) -> Path:
    """The file that says what the rows of a file were made from."""
    return path.with_name(f"{path.name}.spec.json")


def check_feature_file(path: Path, inputs: Iterable[Path]) -> None:
    """Refuse a name that says no known format, and one of a file that is read.

    Raises:
        SettingsError: `SETTINGS`.
    """
    if path.suffix.lower() not in _WRITERS:
        raise SettingsError(
            Code.SETTINGS,
            f"-o {path}: the name must end with {' or '.join(_WRITERS)}, got {path.suffix or 'no ending'!r}.",
        )
    written = [p for p in (path, beside(path)) if p.exists()]
    for given in inputs:
        if given.exists() and any(given.samefile(p) for p in written):
            raise SettingsError(Code.SETTINGS, f"-o {path} would be written over {given}, which is read.")


class FeatureFile:
    """A file of rows that grows aside; `finish` gives it its name, and puts `NAME.spec.json` beside it.

    Raises:
        StoreError: `WRITE_FAILED`, as each of its methods.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stream = begin_aside(path)
        self._writer = _WRITERS[path.suffix.lower()](self._stream)

    def append(self, rows: Sequence[FeatureRow]) -> None:
        """Write more rows."""
        with coded_writing(self._path):
            self._writer.append(rows)

    def finish(self, spec: FeatureSpec, sources: Sequence[Mapping[str, object]]) -> Path:
        """Give it its name.

        Args:
            sources: what each label of each image was made from.

        Returns:
            The file beside: software, the spec and its hash, the sources.
        """
        made_from = {
            "software": f"oncometry {__version__}",
            "spec_hash": spec.hash,
            "spec": json.loads(spec.canonical_json),
            "sources": sources,
        }
        with coded_writing(self._path):
            self._writer.close()
        told = beside(self._path)
        write_bytes(told, (json.dumps(made_from, indent=1, allow_nan=False) + "\n").encode())
        finish_aside(self._stream, self._path)
        return told

    def drop(self) -> None:
        """Leave nothing, unless it has its name."""
        drop_aside(self._stream)


class _Writer(Protocol):
    def append(self, rows: Sequence[FeatureRow]) -> None: ...

    def close(self) -> None: ...


class _Csv:
    def __init__(self, stream: BufferedWriter) -> None:
        self._stream = stream
        stream.write(csv_bytes(COLUMNS, ()))

    def append(self, rows: Sequence[FeatureRow]) -> None:
        self._stream.write(csv_bytes(COLUMNS, rows, header=False))

    def close(self) -> None:
        """All is written."""


class _Parquet:
    def __init__(self, stream: BufferedWriter) -> None:
        kinds = {"label": pa.int32(), "value": pa.float64()}
        self._schema = pa.schema([(name, kinds.get(name, pa.string())) for name in COLUMNS])
        self._writer = parquet.ParquetWriter(stream, self._schema)

    def append(self, rows: Sequence[FeatureRow]) -> None:
        self._writer.write_table(pa.Table.from_pylist(rows, schema=self._schema))

    def close(self) -> None:
        self._writer.close()


_WRITERS: Mapping[str, Callable[[BufferedWriter], _Writer]] = MappingProxyType(
    {".csv": _Csv, ".parquet": _Parquet}
)
