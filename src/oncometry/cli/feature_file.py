"""Feature rows in a file, CSV or Parquet, with what they were made from beside it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import pyarrow as pa
from pyarrow import parquet

from oncometry import __version__
from oncometry.cli.output import csv_bytes
from oncometry.core import Code, SettingsError
from oncometry.features import COLUMNS, FeatureRow, FeatureSpec, FeatureVector
from oncometry.io.files import write_bytes

__all__ = ["check_feature_file", "write_feature_file"]


def check_feature_file(path: Path) -> None:
    """Refuse a name that says no known format.

    Raises:
        SettingsError: `SETTINGS`.
    """
    if path.suffix.lower() not in _WRITERS:
        raise SettingsError(
            Code.SETTINGS,
            f"-o {path}: the name must end with {' or '.join(_WRITERS)}, got {path.suffix or 'no ending'!r}.",
        )


def write_feature_file(
    path: Path, rows: Sequence[FeatureRow], spec: FeatureSpec, sources: Mapping[str, Sequence[FeatureVector]]
) -> Path:
    """Write rows, and `NAME.spec.json`: the spec, its hash, and the hashes of images and masks.

    Args:
        path: ends with '.csv' or '.parquet'.
        sources: vectors of each image, by the name that the rows have.

    Returns:
        The file beside.

    Raises:
        StoreError: `WRITE_FAILED`.
    """
    made_from = {
        "software": f"oncometry {__version__}",
        "spec_hash": spec.hash,
        "spec": json.loads(spec.canonical_json),
        "sources": [
            {"image": name, "image_sha256": v.image_hash, "label": v.label, "mask_sha256": v.mask_hash}
            for name, vectors in sources.items()
            for v in vectors
        ],
    }
    beside = path.with_name(f"{path.name}.spec.json")
    write_bytes(beside, (json.dumps(made_from, indent=1, allow_nan=False) + "\n").encode())
    write_bytes(path, _WRITERS[path.suffix.lower()](rows))
    return beside


def _csv(rows: Sequence[FeatureRow]) -> bytes:
    return csv_bytes(COLUMNS, rows)


def _parquet(rows: Sequence[FeatureRow]) -> bytes:
    kinds = {"label": pa.int32(), "value": pa.float64()}
    schema = pa.schema([(name, kinds.get(name, pa.string())) for name in COLUMNS])
    buffer = io.BytesIO()
    parquet.write_table(pa.Table.from_pylist(rows, schema=schema), buffer)
    return buffer.getvalue()


_WRITERS: Mapping[str, Callable[[Sequence[FeatureRow]], bytes]] = MappingProxyType(
    {".csv": _csv, ".parquet": _parquet}
)
