"""Run the main job on every folder of real scans and write what came of it to docs/real-data.md.

    python tools/real_data.py DATA/imaging [--work DIR] [--only NAME] [--write]

Each folder is given to `oncometry run` as a new user would, in a process of its own; its wall time and
peak memory are the process's own. Only numbers are written, no pictures and no identifiers beyond the
folder's public names.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

import oncometry

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "real-data.md"
BEGIN, END = "<!-- BEGIN real data -->", "<!-- END real data -->"
SIZES = ("volume_ml", "longest_diameter_mm", "perpendicular_mm", "diameter_3d_mm", "volume_change_percent")


@dataclass(frozen=True)
class Outcome:
    """What one folder gave."""

    name: str
    exit_code: int
    seconds: float
    peak_mib: float
    summary: dict[str, Any]
    errors: str
    cohort: Path


def run_folder(folder: Path, work: Path) -> Outcome:
    """`oncometry run FOLDER -o COHORT --json`, timed."""
    cohort = work / folder.name
    command = [
        sys.executable,
        "-m",
        "oncometry.cli",
        "run",
        str(folder),
        "-o",
        str(cohort),
        "--json",
        "--quiet",
    ]
    clock = time.perf_counter()
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        child = subprocess.Popen(command, stdout=out, stderr=err, env={**os.environ, "NO_COLOR": "1"})
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - clock
        out.seek(0)
        err.seek(0)
        printed, errors = out.read(), err.read()
    summary = json.loads(printed) if printed.strip() else {}
    code, peak = os.waitstatus_to_exitcode(status), usage.ru_maxrss / 1024
    return Outcome(folder.name, code, seconds, peak, summary, errors.strip(), cohort)


def describe(outcome: Outcome, root: Path) -> str:
    """One section in Markdown."""
    s = outcome.summary
    lines = [f"## {outcome.name}", ""]
    lines.append(
        f"Exit {outcome.exit_code}, {outcome.seconds:.0f} s, peak {outcome.peak_mib:.0f} MiB in the largest process."
    )
    if s:
        codes = ", ".join(f"{code} {n}" for code, n in s["by_code"].items()) or "none"
        notices = ", ".join(f"{code} {n}" for code, n in s["notices"].items()) or "none"
        lines += [
            "",
            f"- files {s['files']} = {s['used']} used + {s['duplicate']} duplicate + {s['quarantined']} quarantined; "
            f"left out by code: {codes}",
            f"- layout {s['layout']}; {s['patients']} patients, {s['timepoints']} time points, {s['series']} series, "
            f"{s['masks']} masks, {s['doses']} doses; {s['lesions']} lesions, {s['observations']} observations, "
            f"{s['small_parts']} parts too small to track",
            f"- accepted with a notice: {notices}",
        ]
        lines += [f"- failed: {_clean(failure, root)}" for failure in s["failures"]]
    elif outcome.errors:
        lines += ["", f"- {_clean(outcome.errors.splitlines()[-1], root)}"]
    if (outcome.cohort / ".oncometry").is_dir():
        with oncometry.Cohort.open(outcome.cohort) as cohort:
            lines += ["", *_left_out(cohort), "", *_sizes(cohort), "", *_responses(cohort)]
    return "\n".join(lines).rstrip() + "\n"


def _clean(text: str, root: Path) -> str:
    return text.replace(f"{root}/", "").replace("|", "\\|")


def _left_out(cohort: oncometry.Cohort) -> list[str]:
    files = cohort.table("files")
    refused = files[files["status"] == "quarantined"]
    groups = refused.groupby(["code", "detail"], dropna=False).agg(
        files=("shown", "size"), first=("shown", "first")
    )
    rows = [
        f"| {code} | {n.files} | {n['first']} | {_clean(str(detail), Path('/'))[:160]} |"
        for (code, detail), n in groups.head(12).iterrows()
    ]
    return ["| left out | files | first | why |", "|---|---|---|---|", *rows] if rows else []


def _sizes(cohort: oncometry.Cohort) -> list[str]:
    table = cohort.table("measurements")
    if table.empty:
        return []
    whole = table[table["compartment"].isin(["whole", "other"])].sort_values(
        ["patient_id", "lesion", "timepoint", "modality"]
    )
    head = ["patient", "lesion", "date", "image", *SIZES, "reason", "value"]
    rows = [
        [
            r.patient_id,
            r.lesion,
            r.timepoint,
            _shown(r.contrast),
            *(_number(getattr(r, c)) for c in SIZES),
            _shown(r.reason),
            r.value_id,
        ]
        for r in whole.head(12).itertuples()
    ]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return lines if len(whole) <= 12 else [*lines, "", f"... and {len(whole) - 12} more rows."]


def _responses(cohort: oncometry.Cohort) -> list[str]:
    """The overall category of each visit, how sure it is, and what would change it; a dozen rows."""
    table = cohort.table("responses")
    overall = table[table["scope"] == "overall"]
    shares = cohort.table("response_probabilities").set_index(["response", "category"])["probability"]
    rows = [
        f"| {r.patient_id} | {r.label} | {r.criteria} | {r.category} | {shares.get((r.value_id, r.category), 1.0):.2f} | "
        f"{_number(r.change_from_baseline_percent)} | {_number(r.change_from_nadir_percent)} | {_shown(r.clause)} | "
        f"{r.value_id} |"
        for r in overall.head(12).itertuples()
    ]
    head = [
        "| patient | visit | criteria | category | probability | since baseline % | since nadir % | rule | value |"
    ]
    more = [] if len(overall) <= len(rows) else ["", f"... and {len(overall) - len(rows)} more rows."]
    return [*head, "|---|---|---|---|---|---|---|---|---|", *rows, *more] if rows else []


def _shown(value: object) -> str:
    return "" if pd.isna(value) else str(value)


def _number(value: float | None) -> str:
    return "" if pd.isna(value) else f"{value:.2f}"


def main() -> None:
    """Run the folders and print or write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, help="keep the cohorts here")
    parser.add_argument("--only", action="append", help="only this folder (may be repeated)")
    parser.add_argument("--write", action="store_true", help="write docs/real-data.md")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        work = options.work or Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        folders = [
            f
            for f in sorted(options.data.iterdir())
            if f.is_dir() and (not options.only or f.name in options.only)
        ]
        sections = []
        for folder in folders:
            sections.append(describe(run_folder(folder, work), options.data.resolve()))
            sys.stderr.write(f"{folder.name} done\n")
    text = f"Run on {date.today().isoformat()} with Oncometry {oncometry.__version__}.\n\n" + "\n".join(
        sections
    )
    if options.write:
        page = PAGE.read_text(encoding="utf-8")
        before, rest = page.split(BEGIN)
        PAGE.write_text(f"{before}{BEGIN}\n{text}\n{END}{rest.split(END)[1]}", encoding="utf-8")
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main()
