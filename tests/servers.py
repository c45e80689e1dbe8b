"""Private database servers, on a port and in a folder of their own: MariaDB as installed, MySQL as fetched.

    python -m tests.servers mysql pytest tests/store     a command with ONCOMETRY_TEST_DATABASE naming such a server

MySQL comes from `tools/ensure_mysql.sh`, which unpacks it into a folder and changes nothing of the system.
"""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest
from sqlalchemy import URL, create_engine, text
from sqlalchemy.pool import NullPool

__all__ = ["GIVEN_SERVER", "HOW_TO_GET", "NotHere", "new_database", "private_server", "without"]

HOW_TO_GET = {
    "mariadb": "no mariadbd on this machine: apt-get install --no-install-recommends mariadb-server",
    "mysql": "no MySQL on this machine: tools/ensure_mysql.sh",
}
PLACES = "/usr/sbin:/usr/local/sbin:/usr/local/bin:/usr/bin:/opt/homebrew/bin"
GIVEN_SERVER = "ONCOMETRY_TEST_DATABASE"
PATIENCE_S = 60
MYSQL_PASSWORD = "oncometry"
"""With one, the login is that of MySQL 8: caching_sha2_password."""

SERVING = (
    "--bind-address=127.0.0.1",
    "--skip-name-resolve",
    "--max-allowed-packet=64M",
)
WITHOUT_WAITING = ("--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=0")
"""For the disk: a test's server need not outlive a power failure."""
SERVING_MARIADB = ("--innodb-file-per-table=0", "--sync-frm=0")
SERVING_MYSQL = (
    "--innodb-flush-method=nosync",
    "--mysqlx=0",
    "--skip-log-bin",
    "--performance-schema=0",
    "--secure-file-priv=",
)


REQUIRED = "ONCOMETRY_REQUIRE_MARIADB"


class NotHere(Exception):
    """There is no such server on this machine; says how to get one."""


def without(error: NotHere) -> NoReturn:
    """End a test that has no server: it fails where MariaDB is required, as `make test` does, else it is skipped."""
    if os.environ.get(REQUIRED) == "1":
        pytest.fail(str(error))
    pytest.skip(str(error))


@contextmanager
def private_server(kind: str, *, durable: bool = False) -> Iterator[URL]:
    """URL of a running server of one's own, gone afterwards.

    Args:
        kind: 'mariadb' or 'mysql'.
        durable: whether it waits for the disk as servers do that hold data.

    Raises:
        NotHere: it is not on this machine.
        RuntimeError: it did not start; with the end of its log.
    """
    folder = Path(tempfile.mkdtemp(prefix=f"oncometry-{kind}-", dir="/tmp"))
    folder.chmod(0o755)
    try:
        daemon = _mariadb(folder) if kind == "mariadb" else _mysql(folder)
        yield from _serve(
            [*daemon, *(() if durable else WITHOUT_WAITING)],
            folder,
            None if kind == "mariadb" else MYSQL_PASSWORD,
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _mariadb(folder: Path) -> list[str]:
    """Make the data folder; gives the command that serves it."""
    daemon, installer = _program("mariadbd"), _program("mariadb-install-db")
    if daemon is None or installer is None:
        raise NotHere(HOW_TO_GET["mariadb"])
    common = ["--no-defaults", *_places(folder, "mysql"), "--innodb-log-file-size=32M"]
    _make([installer, *common, "--auth-root-authentication-method=normal", "--skip-test-db"], folder)
    return [daemon, *common, *SERVING, *SERVING_MARIADB]


def _mysql(folder: Path) -> list[str]:
    """Make the data folder; gives the command that serves it."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "oncometry" / "mysql"
    root = Path(os.environ.get("ONCOMETRY_MYSQL_ROOT") or cache)
    if not (root / ".complete").is_file():
        raise NotHere(HOW_TO_GET["mysql"])
    common = [str(root / "mysqld"), *_places(folder, "root"), "--innodb-redo-log-capacity=64M"]
    user = folder / "user.sql"
    user.write_text(
        f"CREATE USER root@'127.0.0.1' IDENTIFIED BY '{MYSQL_PASSWORD}';\n"
        "GRANT ALL ON *.* TO root@'127.0.0.1' WITH GRANT OPTION;\n"
    )
    _make([*common, "--initialize-insecure", f"--init-file={user}"], folder)
    return [*common, *SERVING, *SERVING_MYSQL]


def _program(name: str) -> str | None:
    return shutil.which(name) or shutil.which(name, path=PLACES)


def _places(folder: Path, user: str) -> list[str]:
    """Data and scratch; a server that starts empties its tmpdir, so it is never one that another shares."""
    scratch = folder / "tmp"
    scratch.mkdir()
    places = [f"--datadir={folder / 'data'}", f"--tmpdir={scratch}"]
    if os.getuid() != 0:
        return places
    shutil.chown(folder, user)
    shutil.chown(scratch, user)
    return [*places, f"--user={user}"]


def _make(command: list[str], folder: Path) -> None:
    with (folder / "log").open("ab") as log:
        made = subprocess.run(command, check=False, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    if made.returncode != 0:
        raise RuntimeError(f"{command[0]} ended with {made.returncode}: {_tail(folder)}")


def _serve(daemon: list[str], folder: Path, password: str | None) -> Iterator[URL]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    where = [f"--socket={folder / 's.sock'}", f"--pid-file={folder / 'pid'}", f"--port={port}"]
    with (folder / "log").open("ab") as log:
        server = subprocess.Popen([*daemon, *where], stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    try:
        _wait(port, server, folder)
        yield URL.create("mysql+pymysql", "root", password, "127.0.0.1", port)
    finally:
        server.terminate()
        server.wait(timeout=PATIENCE_S)


def _wait(port: int, server: subprocess.Popen[bytes], folder: Path) -> None:
    end = time.monotonic() + PATIENCE_S
    while server.poll() is None and time.monotonic() < end:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError(f"the private server did not start: {_tail(folder)}")


def _tail(folder: Path) -> str:
    return (folder / "log").read_text(errors="replace")[-2000:]


@contextmanager
def new_database(server: URL) -> Iterator[str]:
    """URL of a new, empty database of a server; dropped afterwards. Safe with any number of workers."""
    name = f"oncometry_test_{os.getpid()}_{secrets.token_hex(4)}"
    # a pool would hold a connection until then, and a session makes more databases than a server takes connections
    engine = create_engine(server.set(database=None), poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE DATABASE {name} CHARACTER SET utf8mb4"))
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.begin() as connection:
            connection.execute(text(f"DROP DATABASE {name}"))


def main() -> int:
    """Run a command against a private server; its exit status is that of the command."""
    kind, *command = sys.argv[1:]
    if os.environ.get(GIVEN_SERVER):
        return subprocess.call(command)
    with private_server(kind) as url:
        named = {GIVEN_SERVER: url.render_as_string(hide_password=False)}
        return subprocess.call(command, env=os.environ | named)


if __name__ == "__main__":
    raise SystemExit(main())
