"""What came in, what was left out and why: tables of the files, notices and failures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from oncometry.report.formatting import EXPLAINED, code_list, number_text
from oncometry.report.grid import Cell, Cells, Grid, make_grid
from oncometry.report.tables import Row

__all__ = ["failure_grids", "file_counts", "left_out_grid", "notices_grid", "quarantine_grid"]

STATUSES = ("used", "duplicate", "quarantined")


def file_counts(files: Sequence[Row]) -> dict[str, int]:
    """Files by status; any status beyond the three known ones is shown too, so that the sum holds."""
    counts = Counter(str(f["status"]) for f in files)
    return {status: counts.pop(status, 0) for status in STATUSES} | dict(sorted(counts.items()))


def quarantine_grid(files: Sequence[Row]) -> Grid:
    """Quarantined files by code, with an example each."""
    found: dict[str, list[Row]] = {}
    for row in files:
        if row["status"] == "quarantined":
            found.setdefault(row["code"] or "no code", []).append(row)
    rows: list[Cells] = []
    for code, members in sorted(found.items(), key=lambda item: (-len(item[1]), item[0])):
        first = members[0]
        example = f"{first['shown']}: {first['detail'] or ''}".rstrip(": ")
        rows.append([Cell(code, EXPLAINED.get(code, "")), number_text(len(members), 0), example])
    return make_grid("Files left out, by reason", ["Code", "#Files", "For example"], rows)


def left_out_grid(files: Sequence[Row], limit: int) -> Grid:
    """Every file of these that was not used, with the reason."""
    rows = []
    for row in files:
        if row["status"] == "used":
            continue
        detail = row["detail"] or (f"repeats {row['duplicate_of']}" if row["duplicate_of"] else "")
        rows.append([row["shown"], row["kind"] or "", row["status"], row["code"] or "", detail])
    headings = ["File", "Kind", "Status", "Code", "Why"]
    return make_grid(
        "Every file that was not used", headings, rows, "csv/files.csv", limit, "Every input file"
    )


def notices_grid(sources: Iterable[tuple[str, Sequence[Row]]], limit: int) -> Grid:
    """What was accepted with a warning; the same words about several things are one row."""
    found: dict[str, list[str]] = {}
    for what, rows in sources:
        for row in rows:
            for text in code_list(row["notices"]):
                patient = row.get("patient_id") or ""
                found.setdefault(text, []).append(f"{what}, patient {patient}" if patient else what)
    rows_shown: list[Cells] = []
    for text, where in sorted(found.items(), key=lambda item: (-len(item[1]), item[0])):
        code, _, words = text.partition(": ")
        seen = list(dict.fromkeys(where))
        shown = "; ".join(seen[:3]) + (f" and {len(seen) - 3} more" if len(seen) > 3 else "")
        rows_shown.append([Cell(code, EXPLAINED.get(code, "")), words, shown, number_text(len(where), 0)])
    headings = ["Code", "What", "Where", "#Times"]
    return make_grid("Accepted with a warning", headings, rows_shown, limit=limit)


def failure_grids(steps: Sequence[Row], failures: Sequence[Row], limit: int) -> list[Grid]:
    """What could not be done: by patient in the latest run, and steps that failed. Empty ones are left out."""
    by_patient = [
        [
            str(f["patient_id"]),
            Cell(f["code"] or "", EXPLAINED.get(f["code"] or "", "")),
            f["what"] or "",
            f["path"] or "",
        ]
        for f in failures
    ]
    by_step = [[str(s["scope"]), s["name"], s["error"] or ""] for s in steps if s["status"] == "failed"]
    grids = [
        make_grid("Failures", ["Patient", "Code", "What", "File"], by_patient, "csv/failures.csv", limit),
        make_grid("Steps that failed", ["Of", "Step", "Message"], by_step, "csv/steps.csv", limit),
    ]
    return [grid for grid in grids if grid.rows]
