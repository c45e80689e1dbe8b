"""Bad input, measured: rows of the table, cuts, flips, fuzzed headers, foreign test files, memory and time.

    python benchmarks/reliability_bad_input.py [--write]

Cuts and flips need public patients' files (ONCOMETRY_DATA); the rest needs nothing.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from tests.bad_input.costs import NASTY  # noqa: E402
from tests.bad_input.examined import examine  # noqa: E402
from tests.bad_input.rows import EVERY_ROW  # noqa: E402
from tests.bad_input.sweep import CutCounts, FlipCounts, cut_files, flip_files, is_used, units_of  # noqa: E402
from tests.bad_input.test_foreign import FOLDERS  # noqa: E402
from tests.bad_input.test_fuzz import SHARES, fuzz  # noqa: E402

from page import RELIABILITY, processor, replace, today  # noqa: E402

CUT_POINTS, FLIPS, FUZZ_TIMES = 20, 1000, 10
KINDS = ("NIfTI", "NIfTI in gzip", "NRRD", "DICOM")
WORKERS = os.cpu_count() or 1
PARTS = 16


def _pool() -> ProcessPoolExecutor:
    """Started afresh: a fork would share the pipes of this process to its readers."""
    return ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn"))


def cut(files: list[Path]) -> CutCounts:
    """All files, cut at 20 points."""
    total = CutCounts()
    with _pool() as pool:
        for one in pool.map(cut_files, [files[n::PARTS] for n in range(PARTS)]):
            total.files += one.files
            total.tried += one.tried
            total.refused += one.refused
            total.harmless += one.harmless
            total.accepted += one.accepted
            total.faults += one.faults
            total.codes += one.codes
    return total


def _used(folder: Path, kind: str, part: int) -> list[int]:
    """Numbers of the inputs of a part that are used as they are: what is refused anyway tells nothing."""
    return [n for n, unit in enumerate(units_of(folder, kind)) if n % PARTS == part and is_used(unit)]


def _flip_part(folder: Path, kind: str, numbers: list[int], count: int, seed: int) -> FlipCounts:
    units = units_of(folder, kind)
    return flip_files([units[n] for n in numbers], count, seed)


def flip(folder: Path, kind: str) -> tuple[FlipCounts, int]:
    """A thousand flips over the inputs of a kind, and how many inputs there are."""
    total = FlipCounts()
    with _pool() as pool:
        used = sorted(
            n for part in pool.map(_used, [folder] * PARTS, [kind] * PARTS, range(PARTS)) for n in part
        )
        parts = min(PARTS, len(used))
        counts = [FLIPS * (n + 1) // parts - FLIPS * n // parts for n in range(parts)]
        shares = [used[n::parts] for n in range(parts)]
        for one in pool.map(_flip_part, [folder] * parts, [kind] * parts, shares, counts, range(parts)):
            total.tried += one.tried
            total.refused += one.refused
            total.unchanged += one.unchanged
            total.values += one.values
            total.noticed += one.noticed
            total.silent += one.silent
            total.faults += one.faults
    return total, len(used)


def _rows() -> Iterator[str]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/bad_input", "-k"]
    chosen = "test_alone or test_beside or test_mask or test_sheet or accepted"
    done = subprocess.run([*command, chosen], cwd=ROOT, capture_output=True, text=True, check=False)
    variants = sum(len(row.variants) for row in EVERY_ROW)
    outcome = done.stdout.strip().splitlines()[-1]
    yield f"| Rows of the table of inputs, and their variants | {len(EVERY_ROW)}, {variants} |"
    yield f"| Their tests | {outcome.split(' in ')[0]} |"


def _cuts(files: list[Path]) -> Iterator[str]:
    counts = cut(files)
    codes = ", ".join(f"{code} {n}" for code, n in counts.codes.most_common())
    yield f"| Files cut at {CUT_POINTS} points each | {counts.files} files, {counts.tried} cuts |"
    yield f"| – refused | {counts.refused} ({codes}) |"
    yield f"| – used with all their voxels, since only what follows the last was cut | {counts.harmless} |"
    yield f"| – accepted as whole | {len(counts.accepted)} {_shown(counts.accepted)} |"
    yield f"| – raised without a code | {len(counts.faults)} |"


def _shown(found: list[str]) -> str:
    return f"({'; '.join(found[:6])})" if found else ""


def _flips(folder: Path, kind: str) -> Iterator[str]:
    counts, inputs = flip(folder, kind)
    seen = f"{counts.refused} refused, {counts.noticed} said"
    same = f"{counts.unchanged} changed nothing, {counts.values} changed values only"
    yield f"| {kind}: {counts.tried} flips of a byte in {inputs} inputs, half of them in fields of geometry | {seen}, {same} |"
    yield f"| – raised without a code | {len(counts.faults)} |"
    reasons = Counter(_reason(what, where) for what, _, where in counts.silent)
    told = "; ".join(f"{n} {reason}" for reason, n in reasons.most_common())
    small = sum(far <= 0.1 for _, far, _ in counts.silent)
    extra = f": {told}; {small} of them by at most 0.1 mm" if counts.silent else ""
    yield f"| – grid changed and nothing said | {len(counts.silent)}{extra} |"


def _reason(what: str, where: str) -> str:
    """Which field holds the number that the format says only once."""
    if ".nii" in what:
        at = int(what.split(" byte ")[1].split(" ")[0])
        return "of a NIfTI with one form" if 40 <= at < 344 else "elsewhere in a NIfTI header"
    if ".nrrd" in what:
        return "in a direction or origin of a NRRD"
    return f"in the {where} of a DICOM object"


def _fuzzed() -> Iterator[str]:
    found: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for name, share in SHARES.items():
            found += fuzz(name, share * FUZZ_TIMES, Path(folder), seed=7)
    refused = found.total() - found["accepted"]
    yield f"| Headers mutated (NIfTI, NRRD, DICOM slice, SEG, RTSTRUCT) | {found.total()} |"
    yield f"| – refused with a code, accepted (one without a code ends this measurement) | {refused}, {found['accepted']} |"


def _foreign() -> Iterator[str]:
    files = faults = 0
    for package, *parts in FOLDERS:
        spec = importlib.util.find_spec(package)
        assert spec is not None
        assert spec.origin is not None
        found = examine(Path(spec.origin).parent.joinpath(*parts))
        files += found.files
        faults += len(found.faults)
    yield f"| Test files of pydicom and nibabel, raised without a code | {files}, {faults} |"


def _costs() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "tests.bad_input.costs", folder]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    slowest = max(found, key=lambda name: found[name]["seconds"])
    most = max(cost["kib"] for cost in found.values()) / 2**20
    yield f"| {len(NASTY)} nasty files: the slowest ({slowest}) | {found[slowest]['seconds']:.1f} s (limit 30 s) |"
    yield f"| – the largest process of any | {most:.2f} GiB (limit 2 GiB) |"


def main() -> None:
    """Measure, print, and with --write put the table into docs/reliability.md."""
    parts: list[Callable[[], Iterator[str]]] = [_rows, _fuzzed, _foreign, _costs]
    data = os.environ.get("ONCOMETRY_DATA")
    lines = [f"Measured {today()} on {processor()}, {WORKERS} cores.", "", "| | |", "|---|---|"]
    for part in parts:
        lines += part()
    if data:
        folder = Path(data) / "imaging"
        lines += _cuts(sorted(p for p in folder.rglob("*") if p.is_file()))
        for kind in KINDS:
            lines += _flips(folder, kind)
    else:
        lines += ["| Cuts and flips of public files | not measured: ONCOMETRY_DATA is not set |"]
    sys.stdout.write("\n".join(lines) + "\n")
    if "--write" in sys.argv:
        replace("bad-input", "\n".join(lines), RELIABILITY)


if __name__ == "__main__":
    main()
