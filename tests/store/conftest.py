"""A store on each engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import ColumnElement, Table, delete, text

from oncometry.store import Store
from oncometry.store.schema import head
from oncometry.store.tables import Model


@pytest.fixture(params=["sqlite", pytest.param("mariadb", marks=pytest.mark.mariadb)])
def store_url(request: pytest.FixtureRequest) -> str | None:
    """None for SQLite in the cohort, else the URL of the worker's database."""
    return request.getfixturevalue("kept_mariadb_url") if request.param == "mariadb" else None


@pytest.fixture
def store(tmp_path: Path, store_url: str | None) -> Iterator[Store]:
    """Empty, on SQLite and on MariaDB in turn."""
    with Store.open(tmp_path / "cohort", store_url, create=True) as opened:
        yield opened
        if store_url is not None:
            _empty(opened)


def _emptied(table: Table) -> list[ColumnElement[bool]]:
    """The database remains the cohort that it is."""
    return [table.c.table_name != "cohort"] if table.name == "row_count" else []


def _empty(store: Store) -> None:
    """Faster than making the tables again."""
    with store._engine.connect() as connection:
        connection.execute(text("SET foreign_key_checks = 0"))
        for table in reversed(Model.metadata.sorted_tables):
            if table.name == "cohort":
                continue
            if connection.execute(delete(table).where(*_emptied(table))).rowcount:
                connection.execute(text(f"ALTER TABLE {table.name} AUTO_INCREMENT = 1"))
        connection.execute(text("UPDATE alembic_version SET version_num = :head"), {"head": head()})
        connection.execute(text("SET foreign_key_checks = 1"))
        connection.commit()
