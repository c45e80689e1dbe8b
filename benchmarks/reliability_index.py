"""A hundred thousand small DICOM files: an empty index filled, unchanged, and the whole of curation.

    python benchmarks/reliability_index.py [--files 100000] [--write]

The files are made here (CT slices of 72 x 72 pixels, about 14 kB, 100 a series, 4 series a patient; synthetic).
Each measurement is a process of its own; memory is the sum of the largest resident sets of it and its children.
The peer is pydicom, whose `dcmread(stop_before_pixels=True)` reads the same files in two processes, without a hash.
`--write` puts the table into docs/reliability.md.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pydicom
from pydicom.data import get_testdata_file

from page import RELIABILITY, processor, replace, today

FIRST_UID = "1.2.826.0.1.3680043.10.9999.100000000001"
SLICES, SERIES = 100, 4
FILL = """
import sys
from pathlib import Path
from oncometry.core.processors import cores
from oncometry.io.index import FileIndex
from oncometry.io.look import LookSettings
from oncometry.io.walk import walk
index = FileIndex(Path(sys.argv[2]) / "files.db", LookSettings(), workers=cores())
looks = [answer for _, answer in index.looks(walk([Path(sys.argv[1])]))]
assert all(answer.header is not None and answer.code is None for answer in looks), "a file was refused"
print(len(looks))
"""
CURATE = """
import sys
from pathlib import Path
from oncometry.io import CurateSettings, curate
manifest = curate([Path(sys.argv[1])], CurateSettings(), workspace=Path(sys.argv[2]))
print(len(manifest.files), len(manifest.series))
"""
PEER = """
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
import pydicom
def read(path):
    return str(pydicom.dcmread(path, stop_before_pixels=True).SOPInstanceUID)
if __name__ == "__main__":
    with ProcessPoolExecutor(2) as pool:
        print(len(set(pool.map(read, sorted(Path(sys.argv[1]).rglob("*.dcm")), chunksize=64))))
"""
HEAD = "| what | seconds | memory, MiB | promise |\n|---|---|---|---|"


SIDE = 72


def template() -> bytes:
    """A slice as a scanner writes it, private attributes and all: pydicom's own example, cut to 72 x 72 pixels."""
    slice_ = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
    slice_.PixelData = slice_.pixel_array[:SIDE, :SIDE].tobytes()
    slice_.Rows = slice_.Columns = SIDE
    slice_.SOPInstanceUID = slice_.file_meta.MediaStorageSOPInstanceUID = FIRST_UID + ".1"
    slice_.SeriesInstanceUID, slice_.StudyInstanceUID = FIRST_UID + ".2", FIRST_UID + ".3"
    slice_.PatientID = "PATIENT-000000"
    slice_.ImagePositionPatient = ["-100", "-100", "+00000.0"]
    slice_.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    stream = io.BytesIO()
    slice_.save_as(stream)
    return stream.getvalue()


def write(folder: Path, count: int) -> int:
    """The files; gives the size of one."""
    plain = template()
    for number in range(count):
        series, place = divmod(number, SLICES)
        uid = FIRST_UID[:-12].encode()
        content = (
            plain.replace(FIRST_UID.encode() + b".1", uid + b"1%011d.1" % number)
            .replace(FIRST_UID.encode() + b".2", uid + b"1%011d.2" % series)
            .replace(FIRST_UID.encode() + b".3", uid + b"1%011d.3" % series)
            .replace(b"PATIENT-000000", b"PATIENT-%06d" % (series // SERIES))
            .replace(b"+00000.0", b"+%07.1f" % (place * 2.0))
        )
        into = folder / f"{series // SERIES:04d}" / f"{series:05d}"
        if place == 0:
            into.mkdir(parents=True)
        (into / f"{place:04d}.dcm").write_bytes(content)
    return len(plain)


def measured(script: str, *arguments: Path) -> tuple[float, float, str]:
    """Seconds, MiB of the process and its children at their fullest, and what it printed."""
    clock = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)], stdout=subprocess.PIPE, text=True
    )
    peaks: dict[int, int] = {}
    while child.poll() is None:
        with contextlib.suppress(psutil.NoSuchProcess):
            own = psutil.Process(child.pid)
            for process in (own, *own.children(recursive=True)):
                peaks[process.pid] = max(peaks.get(process.pid, 0), process.memory_info().rss)
        time.sleep(0.05)
    seconds = time.perf_counter() - clock
    printed = child.stdout.read().strip() if child.stdout else ""
    if child.returncode != 0:
        raise SystemExit(f"a measurement ended with {child.returncode}: {printed}")
    return seconds, sum(peaks.values()) / 2**20, printed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        scans, kept, cohort = Path(folder) / "scans", Path(folder) / "kept", Path(folder) / "cohort"
        size = write(scans, chosen.files)
        time.sleep(3)  # a file younger than two seconds is not believed to be unchanged
        rows = [
            ("an empty index filled, with SHA-256", *measured(FILL, scans, kept), "60 s, 1024 MiB"),
            ("the index, nothing changed", *measured(FILL, scans, kept), "3 s"),
            ("curation, empty index", *measured(CURATE, scans, cohort), ""),
            ("curation, nothing changed", *measured(CURATE, scans, cohort), ""),
            ("pydicom in two processes, no hash", *measured(PEER, scans), ""),
        ]
    table = [f"| {what} | {s:.2f} | {mib:.0f} | {promise} |" for what, s, mib, _, promise in rows]
    made = f"{today()}, {processor()}, {os.cpu_count()} cores; {chosen.files} files of {size} bytes."
    ratio = f"The peer takes {rows[4][1] / rows[0][1]:.1f} times as long as filling the index."
    content = "\n".join([made, "", HEAD, *table, "", ratio])
    print(content)
    if chosen.write:
        replace("index", content, RELIABILITY)


if __name__ == "__main__":
    main()
