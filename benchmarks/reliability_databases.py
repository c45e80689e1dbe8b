"""The tests of store, pipeline and commands on each database: version, tests passed, seconds.

    python benchmarks/reliability_databases.py [--write]

MariaDB is the installed one, MySQL that of tools/ensure_mysql.sh, each a private server (tests/servers.py); one that is
not on this machine is left out of what is shown, and then nothing is written. Of the store the tests of a server are those
marked `mariadb`; those of pipeline and commands run whole, each cohort on the server (tests/on_server.py). `--write` puts the
table into docs/reliability.md.
"""

from __future__ import annotations

import argparse
import os
import re
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from page import RELIABILITY, processor, replace, today

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from sqlalchemy import URL, create_engine, text  # noqa: E402
from tests.servers import GIVEN_SERVER, NotHere, private_server  # noqa: E402

COHORTS = {"ONCOMETRY_TEST_COHORTS_ON": "server"}
WHERE = ("tests/store", "tests/pipeline", "tests/cli")
ON_SERVER = (("mariadb and not slow", WHERE[:1]), ("not sqlite and not slow", WHERE[1:]))
ON_SQLITE = (("not mariadb and not mysql and not slow", WHERE),)
OUTCOME = re.compile(r"(\d+) (passed|failed|error|errors|skipped)")


def tested(parts: Iterable[tuple[str, Sequence[str]]], server: URL | None) -> str:
    """The cells of runs of the tests, marks and folders: passed, failed, skipped, seconds."""
    named = {} if server is None else {GIVEN_SERVER: server.render_as_string(hide_password=False), **COHORTS}
    counts, clock = Counter[str](), time.perf_counter()
    for marks, where in parts:
        command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadfile", "-m", marks, *where]
        ran = subprocess.run(
            command, cwd=ROOT, check=False, capture_output=True, text=True, env=os.environ | named
        )
        for number, kind in OUTCOME.findall(ran.stdout.splitlines()[-1]):
            counts[kind.rstrip("s")] += int(number)
        if ran.returncode:
            print(ran.stdout[-4000:], file=sys.stderr)
    failed = counts["failed"] + counts["error"]
    return f"{counts['passed']} | {failed} | {counts['skipped']} | {time.perf_counter() - clock:.0f}"


def version_of(server: URL) -> str:
    """What the server calls itself."""
    engine = create_engine(server)
    with engine.connect() as connection:
        found = connection.scalar(text("SELECT VERSION()"))
    engine.dispose()
    return str(found)


def rows() -> tuple[list[str], list[str]]:
    """One row a database, and why one has none."""
    absent = []
    found = [f"| SQLite {sqlite3.sqlite_version} | {tested(ON_SQLITE, None)} |"]
    print(found[-1], flush=True)
    for kind, name in (("mariadb", "MariaDB"), ("mysql", "MySQL")):
        try:
            with private_server(kind) as server:
                found.append(f"| {name} {version_of(server)} | {tested(ON_SERVER, server)} |")
                print(found[-1], flush=True)
        except NotHere as error:
            absent.append(str(error))
    return found, absent


def main() -> None:
    """Measure, print, and write if asked."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    lead = (
        "Tests of store, pipeline and commands. On a server: those of the store that run on each database (two writers at once, "
        "backup, restore and a failed migration among them), and all of pipeline and commands that are not about SQLite's own "
        f"file, with every cohort on the server. {today()}, {processor()}, {os.cpu_count()} cores.\n"
    )
    head = "| database | tests passed | failed | skipped | s |\n|---|---|---|---|---|"
    found, absent = rows()
    for reason in absent:
        print(reason, file=sys.stderr)
    table = "\n".join([lead, head, *found])
    if asked.write:
        if absent:
            sys.exit("nothing is written: the page promises each of these databases")
        replace("databases", table, page=RELIABILITY)


if __name__ == "__main__":
    main()
