"""A store on each engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from oncometry.store import Store


@pytest.fixture
def store(tmp_path: Path, database_url: str | None) -> Iterator[Store]:
    """Empty, on SQLite and on MariaDB in turn."""
    with Store.open(tmp_path / "cohort", database_url, create=True) as opened:
        yield opened
