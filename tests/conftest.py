"""Fixtures for all rooms: a private MariaDB, and a store on each engine."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import URL, create_engine, make_url, text

from .small_cohort import write_small_cohort

settings.register_profile(
    "shared machine", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("shared machine")

HOW_TO_GET = "no mariadbd on this machine: apt-get install --no-install-recommends mariadb-server"
PLACES = "/usr/sbin:/usr/local/sbin:/usr/local/bin:/usr/bin:/opt/homebrew/bin"
GIVEN_SERVER = "ONCOMETRY_TEST_DATABASE"
REQUIRED = "ONCOMETRY_REQUIRE_MARIADB"


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[URL]:
    """A server of our own: the one named by ONCOMETRY_TEST_DATABASE, else a private MariaDB."""
    given = os.environ.get(GIVEN_SERVER)
    if given:
        yield make_url(given)
        return
    daemon, installer = _program("mariadbd"), _program("mariadb-install-db")
    if daemon is None or installer is None:
        if os.environ.get(REQUIRED) == "1":
            pytest.fail(HOW_TO_GET)
        pytest.skip(HOW_TO_GET)
    folder = Path(tempfile.mkdtemp(prefix="oncometry-mariadb-", dir="/tmp"))
    folder.chmod(0o755)
    try:
        yield from _serve(daemon, installer, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _program(name: str) -> str | None:
    return shutil.which(name) or shutil.which(name, path=PLACES)


def _serve(daemon: str, installer: str, folder: Path) -> Iterator[URL]:
    as_root = ["--user=mysql"] if os.getuid() == 0 else []
    data = folder / "data"
    scratch = folder / "tmp"  # a server that starts empties its tmpdir: never one that another shares
    scratch.mkdir()
    if as_root:
        shutil.chown(folder, "mysql")
        shutil.chown(scratch, "mysql")
    log = (folder / "log").open("wb")
    common = [
        "--no-defaults",
        f"--datadir={data}",
        f"--tmpdir={scratch}",
        "--innodb-log-file-size=8M",
        *as_root,
    ]
    made = subprocess.run(
        [installer, *common, "--auth-root-authentication-method=normal", "--skip-test-db"],
        check=False,
        stdout=log,
        stderr=log,
        stdin=subprocess.DEVNULL,
    )
    if made.returncode != 0:
        pytest.fail(f"{installer} ended with {made.returncode}: {_tail(folder)}")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        daemon,
        *common,
        f"--socket={folder / 's.sock'}",
        f"--pid-file={folder / 'pid'}",
        f"--port={port}",
        "--bind-address=127.0.0.1",
        "--skip-name-resolve",
        "--innodb-flush-log-at-trx-commit=0",
        "--innodb-file-per-table=0",
        "--innodb-doublewrite=0",
        "--sync-frm=0",
    ]
    server = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    try:
        url = URL.create("mysql+pymysql", username="root", host="127.0.0.1", port=port)
        _wait(url, server, folder)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=60)
        log.close()


def _wait(url: URL, server: subprocess.Popen[bytes], folder: Path) -> None:
    end = time.monotonic() + 60
    while server.poll() is None and time.monotonic() < end:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex((str(url.host), int(url.port or 0))) == 0:
                return
        time.sleep(0.1)
    pytest.fail(f"the private MariaDB did not start: {_tail(folder)}")


def _tail(folder: Path) -> str:
    return (folder / "log").read_text(errors="replace")[-2000:]


@contextmanager
def new_database(server: URL) -> Iterator[str]:
    """URL of a new, empty database of a server; dropped afterwards. Safe with any number of workers."""
    name = f"oncometry_test_{os.getpid()}_{secrets.token_hex(4)}"
    engine = create_engine(server.set(database=None))
    with engine.begin() as connection:
        connection.execute(text(f"CREATE DATABASE {name} CHARACTER SET utf8mb4"))
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.begin() as connection:
            connection.execute(text(f"DROP DATABASE {name}"))
        engine.dispose()


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


@pytest.fixture(params=["sqlite", pytest.param("mariadb", marks=pytest.mark.mariadb)])
def database_url(request: pytest.FixtureRequest) -> str | None:
    """None for SQLite in the cohort, else the URL of an empty database."""
    return request.getfixturevalue("mariadb_url") if request.param == "mariadb" else None


@pytest.fixture(scope="session")
def small_inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`scans/` and `clinical.csv` of the small cohort; tests only read them."""
    return write_small_cohort(tmp_path_factory.mktemp("small"))
