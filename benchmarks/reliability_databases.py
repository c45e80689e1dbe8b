"""The tests of store, pipeline and commands on each database: version, tests passed, seconds.

    python benchmarks/reliability_databases.py [--write]

MariaDB is the installed one, MySQL that of tools/ensure_mysql.sh, each a private server (tests/servers.py); one that is
not on this machine is left out of what is shown, and then nothing is written. The tests of a server are those marked
`mariadb`: the same test on another database. `--write` puts the table into docs/reliability.md.
"""

from __future__ import annotations

import argparse
import os
import re
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from page import RELIABILITY, processor, replace, today

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from sqlalchemy import URL, create_engine, text  # noqa: E402
from tests.servers import GIVEN_SERVER, NotHere, private_server  # noqa: E402

WHERE = ("tests/store", "tests/pipeline", "tests/cli")
ON_SERVER = "mariadb and not slow"
ON_SQLITE = "not mariadb and not mysql and not slow"
OUTCOME = re.compile(r"(\d+) (passed|failed|error|errors|skipped)")


def tested(marks: str, server: URL | None) -> str:
    """The cells of a run of the tests: passed, failed, skipped, seconds."""
    named = {} if server is None else {GIVEN_SERVER: server.render_as_string(hide_password=False)}
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadfile", "-m", marks, *WHERE]
    clock = time.perf_counter()
    ran = subprocess.run(
        command, cwd=ROOT, check=False, capture_output=True, text=True, env=os.environ | named
    )
    seconds = time.perf_counter() - clock
    counts = {kind.rstrip("s"): number for number, kind in OUTCOME.findall(ran.stdout.splitlines()[-1])}
    failed = int(counts.get("failed", 0)) + int(counts.get("error", 0))
    if failed:
        print(ran.stdout[-4000:], file=sys.stderr)
    return f"{counts.get('passed', 0)} | {failed} | {counts.get('skipped', 0)} | {seconds:.0f}"


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
        "Tests of store, pipeline and commands; those of a server are the tests that run on each database, two writers at once, "
        f"backup, restore and a failed migration among them; {today()}, {processor()}, {os.cpu_count()} cores.\n"
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
