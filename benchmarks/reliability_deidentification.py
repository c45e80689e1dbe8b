"""De-identification, measured: a planted answer key action by action, then every file of ONCOMETRY_DATA.

    python benchmarks/reliability_deidentification.py [--write] [--only FOLDER ...]

Of real files: all accounted for, pixels and voxels identical, seconds a file. They need ONCOMETRY_DATA.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import pydicom

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from tests.io.deidentify.answer_key import retained, score  # noqa: E402
from tests.io.deidentify.expected_actions import ROWS, wrong_actions  # noqa: E402

import page  # noqa: E402
from oncometry.core import OncometryError  # noqa: E402
from oncometry.io.deidentify import DeidentifySettings, Key, ProfileOption, deidentify  # noqa: E402
from oncometry.io.look import LookSettings, look  # noqa: E402
from oncometry.io.manifest import FileKind  # noqa: E402
from oncometry.io.read import parse_volume_file  # noqa: E402
from oncometry.io.volume_file import voxel_bytes  # noqa: E402

KEY = Key(bytes(range(32)))
FOLLOWED = frozenset((ProfileOption.RETAIN_LONGITUDINAL_MODIFIED_DATES, ProfileOption.CLEAN_DESCRIPTORS))
CHOSEN = {
    "basic profile": frozenset(),
    "with modified dates, clean descriptors": FOLLOWED,
    "with every option": frozenset(ProfileOption),
}


def scores() -> str:
    """The answer key under three choices of options, and the rows read by hand, as a table."""
    rows = [
        "| profile | required actions | done | % | identifiers left | of them retained by an option |",
        "|---|---|---|---|---|---|",
    ]
    for name, options in CHOSEN.items():
        with tempfile.TemporaryDirectory() as aside:
            counted = score(Path(aside), KEY, DeidentifySettings(options=options))
        required, done = counted.required.total(), counted.done.total()
        left, kept = len(counted.left), sum(map(retained, counted.left)) if options else 0
        rows.append(f"| {name} | {required} | {done} | {100 * done / required:.2f} | {left} | {kept} |")
    for name in ("basic profile", "with every option"):
        with tempfile.TemporaryDirectory() as aside:
            wrong = wrong_actions(Path(aside), KEY, DeidentifySettings(options=CHOSEN[name]))
        required = 2 * len(ROWS)
        done = required - len(wrong)
        rows.append(f"| {name}, read by hand | {required} | {done} | {100 * done / required:.2f} | | |")
    return "\n".join(rows)


def pixels_of(dataset: pydicom.Dataset) -> bytes:
    """Decoded where they are compressed or leave bits unused, as readers see them; else of even length (PS3.5 7.1.1)."""
    coded = "PixelData" in dataset and dataset.file_meta.TransferSyntaxUID.is_compressed
    if coded or dataset.get("BitsStored") != dataset.get("BitsAllocated"):
        return bytes(dataset.pixel_array.tobytes()) if "PixelData" in dataset else b""
    pixels = bytes(dataset.get("PixelData", b""))
    return pixels + b"\0" * (len(pixels) % 2)


def contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    """(what identifies a file in the output, digest of its pixels or voxels) of each file that has such."""
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        try:
            seen = look(path, LookSettings())
        except OncometryError:
            continue
        if seen.kind is FileKind.DICOM and seen.code is None:
            dataset = pydicom.dcmread(path, force=True)
            yield str(dataset.get("SOPInstanceUID", "")), hashlib.sha256(pixels_of(dataset)).digest()
        elif seen.content is not None:
            digest = hashlib.sha256()
            for piece in voxel_bytes(parse_volume_file(path, seen.kind)):
                digest.update(piece)
            yield digest.hexdigest(), digest.digest()


def row(folder: Path) -> str:
    """One folder of data as a row of the table."""
    with tempfile.TemporaryDirectory() as aside:
        output = Path(aside) / "out"
        began = time.perf_counter()
        done = deidentify([folder], output, KEY, DeidentifySettings(options=frozenset(ProfileOption)))
        seconds = time.perf_counter() - began
        originals = {KEY.uid(name) if "." in name else name: digest for name, digest in contents(folder)}
        copies = list(contents(output / "scans"))
    same = sum(originals.get(name) == digest for name, digest in copies)
    codes = ", ".join(f"{code} {count}" for code, count in sorted(done.quarantined.items())) or "none"
    left = done.files - done.written - done.duplicates - done.opened - done.quarantined.total()
    return (
        f"| {folder.name} | {done.files} | {done.written} | {done.duplicates} | {codes} | {left} | "
        f"{same} of {len(copies)} | {seconds / max(done.files, 1):.3f} |"
    )


def real_files(only: list[str] | None) -> str:
    """Each folder of the real data, as a table."""
    root = Path(os.environ["ONCOMETRY_DATA"]) / "imaging"
    folders = [f for f in sorted(root.iterdir()) if f.is_dir() and (not only or f.name in only)]
    head = (
        "| data | files | written | duplicates | quarantined | unaccounted | pixels identical | s a file |\n"
        "|---|---|---|---|---|---|---|---|\n"
    )
    return head + "\n".join(map(row, folders))


def main() -> None:
    """Print the tables; with --write put them into docs/reliability.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--only", nargs="*", help="names of folders")
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    tables = f"{scores()}\n\n{real_files(asked.only)}"
    sys.stdout.write(tables + "\n")
    if asked.write:
        command = "`python benchmarks/reliability_deidentification.py --write`"
        signed = f"{tables}\n\n{page.today()}, {page.processor()}. {command}"
        page.replace("deidentification", signed, page=page.RELIABILITY)


if __name__ == "__main__":
    main()
