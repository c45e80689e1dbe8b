"""Cohorts of the tests on a database server, where they would be on SQLite: ONCOMETRY_TEST_COHORTS_ON=server.

Each new cohort that names no database gets an empty one of its own; how it is opened again stands in its folder.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, text

from oncometry.pipeline import CohortFolder

from .servers import new_database

__all__ = ["IS_ON_SERVER", "NewUrl", "cohorts_on", "copied"]

IS_ON_SERVER = os.environ.get("ONCOMETRY_TEST_COHORTS_ON") == "server"
NewUrl = Callable[[], str]


@contextmanager
def cohorts_on(server: URL) -> Iterator[NewUrl]:
    """Let `CohortFolder.create` put new cohorts onto a server; gives what makes an empty database there."""
    create = CohortFolder.create.__func__  # type: ignore[attr-defined]
    given: dict[Path, str] = {}
    with ExitStack() as databases, pytest.MonkeyPatch.context() as patch:
        login = databases.enter_context(_login(server))

        def new_url() -> str:
            return databases.enter_context(new_database(login))

        def on_server(cls: type[CohortFolder], path: Path, database: str | None) -> CohortFolder:
            blank = create(cls, path, database)
            if blank.begun or database is not None:
                return blank
            place = path.absolute()
            if place not in given or not path.exists():
                given[place] = new_url()
            return create(cls, path, given[place])

        patch.setattr(CohortFolder, "create", classmethod(on_server))
        yield new_url


def copied(cohort: Path, place: Path, new_url: NewUrl | None) -> Path:
    """A copy of a cohort that may be changed: its folder, and its database where that lies on a server."""
    shutil.copytree(cohort, place)
    if new_url is not None:
        backup = CohortFolder.open(place).back_up(print)
        marker = place / ".oncometry" / "cohort.json"
        marker.write_text(json.dumps(json.loads(marker.read_text()) | {"database": new_url()}))
        CohortFolder.open(place).restore(backup, print)
        backup.unlink()
    return place


@contextmanager
def _login(server: URL) -> Iterator[URL]:
    """A user of these tests alone, without a password, since a cohort's folder keeps none; gone afterwards."""
    user = f"oncometry_{secrets.token_hex(8)}"
    engine = create_engine(server.set(database=None))
    with engine.begin() as connection:
        connection.execute(text(f"CREATE USER {user}@'%' IDENTIFIED BY ''"))
        connection.execute(text(f"GRANT ALL ON `oncometry\\_test\\_%`.* TO {user}@'%'"))
    try:
        yield server.set(username=user, password="", database=None)
    finally:
        with engine.begin() as connection:
            connection.execute(text(f"DROP USER {user}@'%'"))
        engine.dispose()
