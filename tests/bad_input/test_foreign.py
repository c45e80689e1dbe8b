"""The test files that pydicom and nibabel bring in their wheels, bad ones among them: each accounted for."""

from __future__ import annotations

import importlib.util
from collections import Counter
from pathlib import Path

import pytest

from .examined import examine


def _folder(package: str, *parts: str) -> Path:
    found = importlib.util.find_spec(package)
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent.joinpath(*parts)


FOLDERS = [
    ("pydicom", "data", "test_files"),
    ("pydicom", "data", "charset_files"),
    ("nibabel", "tests", "data"),
]


@pytest.mark.parametrize("where", FOLDERS, ids="-".join)
def test_every_file_has_a_way_out(where: tuple[str, ...]) -> None:
    folder = _folder(*where)
    files = [p for p in folder.rglob("*") if p.is_file()]
    if not files:
        pytest.skip(f"this {where[0]} brings no test files")
    found = examine(folder)
    assert not found.faults, found.faults[0]
    assert found.files >= len(files)
    assert Counter(found.refused)["INTERNAL"] == 0
