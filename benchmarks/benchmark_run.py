"""The main job on one patient with CT, PET and MR: wall and CPU seconds, and the largest process's memory.

    python benchmarks/benchmark_run.py [DATA] [--write]

DATA is the folder that holds `imaging/ibsi-sts-dicom-STS_006`; without it ONCOMETRY_DATA is taken. The run is
`oncometry run` in a process of its own, then once more, when all is done already. The peer is what any reader
must do at least: SimpleITK reads the same three series and writes them as NIfTI. `--write` adds a row to
docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from page import add_row, processor, today

PATIENT = Path("imaging") / "ibsi-sts-dicom-STS_006"
HEAD = (
    "| date | processor | cores | patient | run, s | run, CPU s | again, s | SimpleITK reads and writes, CPU s | ratio "
    "| peak MiB |\n|---|---|---|---|---|---|---|---|---|---|"
)
PEER = """
import sys
from pathlib import Path
import SimpleITK as sitk
reader, out = sitk.ImageSeriesReader(), Path(sys.argv[2])
for folder in sorted({p.parent for p in Path(sys.argv[1]).rglob("*.dcm")}):
    for key in reader.GetGDCMSeriesIDs(str(folder)):
        files = reader.GetGDCMSeriesFileNames(str(folder), key)
        if len(files) > 1:
            reader.SetFileNames(files)
            sitk.WriteImage(reader.Execute(), str(out / f"{key}.nii.gz"))
"""


@dataclass(frozen=True)
class Timed:
    """A process: seconds on the wall, of processors, and the largest resident set of it and its children."""

    wall_s: float
    cpu_s: float
    peak_mib: float


def timed(command: list[str]) -> Timed:
    """Run it to its end."""
    clock = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit(f"{command} ended with {os.waitstatus_to_exitcode(status)}")
    return Timed(time.perf_counter() - clock, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, nargs="?", default=os.environ.get("ONCOMETRY_DATA"))
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    if chosen.data is None:
        raise SystemExit("Name the data folder, or set ONCOMETRY_DATA.")
    patient = Path(chosen.data) / PATIENT
    with tempfile.TemporaryDirectory() as folder:
        run = [
            sys.executable,
            "-m",
            "oncometry.cli",
            "run",
            str(patient),
            "-o",
            f"{folder}/cohort",
            "--quiet",
        ]
        first, again = timed(run), timed(run)
        peer = timed([sys.executable, "-c", PEER, str(patient), folder])
    row = (
        f"| {today()} | {processor()} | {os.cpu_count()} | {patient.name} | {first.wall_s:.0f} | {first.cpu_s:.0f} "
        f"| {again.wall_s:.0f} | {peer.cpu_s:.1f} | {first.cpu_s / peer.cpu_s:.1f} | {first.peak_mib:.0f} |"
    )
    print(f"{HEAD}\n{row}")
    if chosen.write:
        add_row("run", HEAD, row)


if __name__ == "__main__":
    main()
