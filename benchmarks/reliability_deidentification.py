"""De-identify every file of ONCOMETRY_DATA: all accounted for, pixels identical, seconds a file.

Run: python benchmarks/reliability_deidentification.py [--write]
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
import warnings
from pathlib import Path

import pydicom
from pydicom.errors import InvalidDicomError

import page
from oncometry.io.deidentify import Deidentified, DeidentifySettings, Key, ProfileOption, deidentify

KEY = Key(bytes(32))


def pixels_of(folder: Path, names: dict[str, bytes]) -> tuple[int, int]:
    """How many outputs have the pixel data of their original, of how many."""
    same = total = 0
    for path in sorted(folder.rglob("*.dcm")):
        dataset = pydicom.dcmread(path)
        total += 1
        before, after = names.get(dataset.SOPInstanceUID), dataset.get("PixelData", b"")
        same += (
            before is not None and before + b"\0" * (len(before) % 2) == after
        )  # PS3.5 7.1.1: of even length
    return same, total


def originals(folder: Path) -> dict[str, bytes]:
    """New SOP instance UID -> original pixel data."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            try:
                dataset = pydicom.dcmread(path)
            except InvalidDicomError:
                continue
            found[KEY.uid(str(dataset.get("SOPInstanceUID", "")))] = dataset.get("PixelData", b"")
    return found


def row(folder: Path) -> str:
    """One folder of data as a row of the table."""
    with tempfile.TemporaryDirectory() as aside:
        began = time.perf_counter()
        done: Deidentified = deidentify(
            [folder], Path(aside) / "out", KEY, DeidentifySettings(options=frozenset(ProfileOption))
        )
        seconds = time.perf_counter() - began
        same, total = pixels_of(Path(aside) / "out", originals(folder))
    codes = ", ".join(f"{code} {count}" for code, count in sorted(done.quarantined.items()))
    accounted = done.written + done.duplicates + done.quarantined.total()
    return (
        f"| {folder.name} | {done.files} | {done.written} | {done.duplicates} | {codes} | "
        f"{done.files - accounted} | {same} of {total} | {seconds / max(done.files, 1):.3f} |"
    )


def main() -> None:
    """Print the table; with --write put it into docs/reliability.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--only", nargs="*", help="names of folders")
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    root = Path(os.environ["ONCOMETRY_DATA"]) / "imaging"
    folders = [f for f in sorted(root.iterdir()) if f.is_dir() and (not asked.only or f.name in asked.only)]
    head = (
        "| data | files | written | duplicates | quarantined | unaccounted | pixels identical | s a file |\n"
        "|---|---|---|---|---|---|---|---|\n"
    )
    table = head + "\n".join(map(row, folders))
    sys.stdout.write(table + "\n")
    if asked.write:
        command = "`python benchmarks/reliability_deidentification.py --write`"
        page.replace(
            "deidentification",
            f"{table}\n\n{page.today()}, {page.processor()}. {command}",
            page=page.RELIABILITY,
        )


if __name__ == "__main__":
    main()
