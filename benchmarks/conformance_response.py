"""Response criteria: each clause with its source and the tests that hold it; the responses published with CDISC's tables.

    python benchmarks/conformance_response.py [--write] [DATA]

A clause is held by a test of tests/response whose id is the criterion's name and the clause's key: a course on each side
of it. One without a test is an error. DATA, or ONCOMETRY_DATA, is the folder that holds tables/cdisc_recist; without it the
responses are left as they are. `--write` puts both into docs/conformance-criteria.md.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from oncometry.io.lesions import ReportedResponse, read_cdisc
from oncometry.response import (
    Criterion,
    Evidence,
    ResponseRow,
    Scope,
    assess,
    criteria,
    criterion_named,
    timelines,
)
from page import DOCS, replace, today

ROOT = Path(__file__).parents[1]
PAGE = DOCS / "conformance-criteria.md"
BORROWED = {"irecist": "recist-1.1"}
"""Criteria whose parts are judged by another's clauses; a test holds the two equal."""
IDS = re.compile(r"^(tests/\S+?\.py)::test_both_sides_of_a_clause\[(.+)-\d+\]$", re.MULTILINE)
DOMAINS = ("tu", "tr", "rs")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", nargs="?", type=Path, default=os.environ.get("ONCOMETRY_DATA"))
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    tests = collected()
    lines, lacking = clause_tables(tests)
    print("\n".join(lines))
    if asked.data is not None:
        compared = responses(Path(asked.data) / "tables" / "cdisc_recist")
        print("\n".join(compared))
        if asked.write:
            replace("responses", "\n".join(compared), PAGE)
    if lacking:
        raise SystemExit(f"clauses without a test: {', '.join(lacking)}")
    if asked.write:
        replace("clauses", "\n".join(lines), PAGE)


def collected() -> Counter[tuple[str, str]]:
    """Criterion and clause, as in the ids of tests, and the file -> how many courses there are."""
    words = [
        sys.executable,
        "-m",
        "pytest",
        "--collect-only",
        "-q",
        "-p",
        "no:cacheprovider",
        "tests/response",
    ]
    listed = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return Counter((name, path) for path, name in IDS.findall(listed))


def clause_tables(tests: Counter[tuple[str, str]]) -> tuple[list[str], list[str]]:
    """A table a criterion, and the clauses that no test holds."""
    lines: list[str] = []
    lacking: list[str] = []
    for name, criterion in criteria().items():
        lines += ["", f"### {criterion.ruleset.title}", "", *head(criterion), ""]
        lines += ["| clause | rule | source | courses on each side |", "|---|---|---|---|"]
        for clause in criterion.ruleset.clauses:
            held = {path: n for (test, path), n in tests.items() if test == f"{name}-{clause.key}"}
            if not held and name in BORROWED:
                held = {
                    path: n for (test, path), n in tests.items() if test == f"{BORROWED[name]}-{clause.key}"
                }
            if not held:
                lacking.append(f"{name}: {clause.key}")
            doubt = "" if clause.evidence is Evidence.PUBLISHED else f"; **{clause.evidence}**"
            source = f"{clause.section}, [doi:{clause.doi}](https://doi.org/{clause.doi}){doubt}"
            shown = ", ".join(
                f"{n} in `{Path(path).relative_to('tests/response')}`" for path, n in held.items()
            )
            lines.append(f"| `{clause.key}` | {clause.text} | {source} | {shown or '**none**'} |")
    return lines[1:], lacking


def head(criterion: Criterion) -> list[str]:
    """Name, version, and whether all of it was read in a published text."""
    ruleset = criterion.ruleset
    verified = "every rule was read in a published text" if ruleset.verified else "**unverified**"
    return [f"`{ruleset.name}`, version {ruleset.version}, sums {criterion.quantity.value}: {verified}."]


def responses(folder: Path) -> list[str]:
    """Overall responses of the RS file beside ours, with the clause and the numbers."""
    table = read_cdisc(*(folder / f"{domain}_onco_recist.csv" for domain in DOMAINS))
    criterion = criterion_named("recist-1.1")
    rows = [
        row for each in timelines(table.readings, criterion.limits) for row in assess(each, criterion).rows
    ]
    ours = {(row.patient_id, row.reader, row.timepoint): row for row in rows if row.scope is Scope.OVERALL}
    parts = {
        (row.patient_id, row.reader, row.timepoint): row.explanation.clause.key
        for row in rows
        if row.scope is Scope.TARGET and row.explanation.clause.key != "target-none"
    }
    pairs = [(r, ours[r.patient_id, r.reader, r.timepoint]) for r in table.responses if r.test == "OVRLRESP"]
    equal = sum(theirs.category == row.category for theirs, row in pairs)
    lines = [
        f"{today()}: {equal} of {len(pairs)} overall responses are the same.",
        "",
        "| patient | reader | visit | RS | here | clauses | sum, mm | baseline | nadir | flips at |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    return [*lines, *(compared(theirs, row, parts) for theirs, row in pairs)]


def compared(theirs: ReportedResponse, row: ResponseRow, parts: Mapping[tuple[str, str, str], str]) -> str:
    flip = "" if row.flip is None else f"{row.flip.lesion} {row.flip.amount:+.2f} mm: {row.flip.category}"
    changes = (row.change_from_baseline, row.change_from_nadir)
    shown = ["" if change is None else f"{100 * change:+.1f} %" for change in changes]
    total = "" if row.total is None else f"{row.total:.2f}"
    cells = [theirs.patient_id, theirs.reader, theirs.timepoint, theirs.category, row.category]
    part = parts.get((row.patient_id, row.reader, row.timepoint))
    clauses = row.explanation.clause.key + (f", {part}" if part else "")
    return f"| {' | '.join([*cells, clauses, total, *shown, flip])} |"


if __name__ == "__main__":
    main()
