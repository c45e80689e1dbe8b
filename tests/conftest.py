"""Fixtures for all rooms: a database server of the session's own, and a database on each engine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import URL, make_url

from oncometry.pipeline import CohortFolder

from .on_server import IS_ON_SERVER, NewUrl, cohorts_on
from .servers import GIVEN_SERVER, NotHere, new_database, private_server, without
from .small_cohort import write_small_cohort

settings.register_profile(
    "shared machine", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("shared machine")
pd.set_option("compute.use_numexpr", False)  # a peer brings it; it does not know the types of the tables


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[URL]:
    """A server of our own: the one named by ONCOMETRY_TEST_DATABASE, else a private MariaDB."""
    given = os.environ.get(GIVEN_SERVER)
    if given:
        yield make_url(given)
        return
    try:
        with private_server("mariadb") as url:
            yield url
    except NotHere as error:
        without(error)


@pytest.fixture(scope="session")
def mysql_server() -> Iterator[URL]:
    """A private MySQL, where `make test-mysql` has put one."""
    try:
        with private_server("mysql") as url:
            yield url
    except NotHere as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session", autouse=True)
def new_cohort_url(request: pytest.FixtureRequest) -> Iterator[NewUrl | None]:
    """Where it is asked for, cohorts lie on the server: gives what makes an empty database there, else None."""
    if not IS_ON_SERVER:
        yield None
        return
    with cohorts_on(request.getfixturevalue("mariadb_server")) as new_url:
        yield new_url


@pytest.fixture(autouse=True)
def _no_cohort_where_none_is_made(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is marked `storeless` is left out where cohorts lie on a server: hold it to that."""
    if request.node.get_closest_marker("storeless") is not None:
        monkeypatch.setattr(CohortFolder, "create", _refuse)


def _refuse(*_asked: object) -> None:
    raise AssertionError("marked `storeless`, and makes a cohort: take the mark away")


@pytest.fixture
def mariadb_url(mariadb_server: URL) -> Iterator[str]:
    """URL of an empty database of the test's own."""
    with new_database(mariadb_server) as url:
        yield url


@pytest.fixture(scope="session")
def kept_mariadb_url(mariadb_server: URL) -> Iterator[str]:
    """URL of a database that the tests of one worker share; who uses it empties it first."""
    with new_database(mariadb_server) as url:
        yield url


@pytest.fixture(
    params=[
        pytest.param("sqlite", marks=pytest.mark.sqlite),
        pytest.param("mariadb", marks=pytest.mark.mariadb),
    ]
)
def database_url(request: pytest.FixtureRequest) -> str | None:
    """None for SQLite in the cohort, else the URL of an empty database."""
    return request.getfixturevalue("mariadb_url") if request.param == "mariadb" else None


@pytest.fixture(scope="session")
def small_inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`scans/` and `clinical.csv` of the small cohort; tests only read them."""
    return write_small_cohort(tmp_path_factory.mktemp("small"))
