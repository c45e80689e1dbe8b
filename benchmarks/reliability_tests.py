"""Promises that no figure shows, and the tests that hold them: run now, counted by promise.

    python benchmarks/reliability_tests.py [--write]

Each promise names its tests by file and, where not all of a file are its own, by words of their names. A promise
without a test that ran ends this with an error. `--write` puts the table into docs/reliability.md.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from page import RELIABILITY, processor, replace, today

ROOT = Path(__file__).parents[1]
FAULTS, DEIDENTIFY, COMMANDS = "tests.faults.", "tests.io.deidentify.", "tests.cli."


@dataclass(frozen=True)
class Promise:
    """What is promised; the module of its tests, and words of which one is in their names (none: all of them)."""

    what: str
    module: str
    words: tuple[str, ...] = ()

    def holds(self, module: str, name: str) -> bool:
        """Whether that test is one of its own."""
        return module == self.module and (not self.words or any(word in name for word in self.words))


PROMISES = (
    Promise("two processes on one cohort, on each database", FAULTS + "test_two_writers"),
    Promise(
        "a full disk (tmpfs); a file larger than allowed",
        FAULTS + "test_errors",
        ("full_disk", "larger_than"),
    ),
    Promise("a planted half file is noticed and made again", FAULTS + "test_errors", ("half_file",)),
    Promise("MariaDB killed in the middle of a transaction", FAULTS + "test_server_killed"),
    Promise("another time zone, a clock put back", FAULTS + "test_clocks"),
    Promise("every named write point is reached", FAULTS + "test_kills", ("every_point",)),
    Promise("a shift of dates keeps every interval", DEIDENTIFY + "test_deidentify", ("interval",)),
    Promise("keyed UIDs: valid, of the key, one for one", DEIDENTIFY + "test_deidentify", ("keyed_uid",)),
    Promise("de-identified again: the same bytes", DEIDENTIFY + "test_deidentify", ("again",)),
    Promise(
        "burned-in text, overlays, icons, what may hide a name: quarantined",
        DEIDENTIFY + "test_deidentify",
        ("quarantined",),
    ),
    Promise("no identifier in cohort, report or export", COMMANDS + "test_deidentified_run", ("nothing_in",)),
    Promise(
        "no identifier on the terminal or in logs", COMMANDS + "test_deidentified_run", ("nothing_that",)
    ),
    Promise("the same numbers as from the originals", COMMANDS + "test_deidentified_run", ("numbers_are",)),
)
HEAD = "| promise | tests | passed | skipped |\n|---|---|---|---|"


def run_tests() -> list[tuple[str, str, str]]:
    """Module, name and outcome ('passed', 'skipped', 'failed') of every test of the promises' modules."""
    files = sorted({promise.module.replace(".", "/") + ".py" for promise in PROMISES})
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-n",
            "2",
            "-p",
            "no:cacheprovider",
            f"--junit-xml={report}",
        ]
        subprocess.run([*command, *files], check=False, cwd=ROOT, stdout=subprocess.DEVNULL)
        cases = ElementTree.parse(report).iter("testcase")
        return [(case.get("classname", ""), case.get("name", ""), _outcome(case)) for case in cases]


def _outcome(case: ElementTree.Element) -> str:
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    return "passed" if case.find("skipped") is None else "skipped"


def row(promise: Promise, cases: list[tuple[str, str, str]]) -> str:
    """The promise's row."""
    found = Counter(outcome for module, name, outcome in cases if promise.holds(module, name))
    if not found["passed"]:
        raise SystemExit(f"no test shows: {promise.what}")
    return f"| {promise.what} | {found.total()} | {found['passed']} | {found['skipped']} |"


def main() -> None:
    """Run, print, and write if asked."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", action="store_true")
    write = parser.parse_args().write
    cases = run_tests()
    content = "\n".join(
        [f"{today()}, {processor()}.", "", HEAD, *(row(promise, cases) for promise in PROMISES)]
    )
    print(content)
    if write:
        replace("tests", content, RELIABILITY)


if __name__ == "__main__":
    main()
