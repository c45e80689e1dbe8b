"""What the nasty inputs cost: seconds of each, and the largest process so far; prints JSON."""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from oncometry.core import OncometryError
from oncometry.io import CurateSettings, curate
from oncometry.io.clinical import read_clinical

from .rows import EVERY_ROW
from .sheet_rows import SHEET_ROWS

__all__ = ["MOST_KIB", "MOST_SECONDS", "NASTY", "costs"]

MOST_SECONDS, MOST_KIB = 30.0, 2 * 1024 * 1024
NASTY = (
    "32767 voxels along each axis", "2^40 voxels along each axis (NIfTI-2)", "more than deflate can pack",
    "NRRD sizes of 10^17", "65000 x 65000 x 1000", "deflated", "nested", "a length of 0xFFFFFFFE", "zip of 1029:1",
    "9000 x 9000 in 1 kB of RLE", "4224 x 4224 zeros in JPEG 2000",
    "a SEG with 50,000 x 50,000 in 4 kB", "tar.gz of 6 GiB of zeros in 6 MB",
    "a workbook of 600 MiB unpacked", "FIFO", "a link to a folder above",
)  # fmt: skip


def costs(folder: Path) -> dict[str, dict[str, float]]:
    """Name -> seconds, and KiB of the largest process up to then, this one or a child."""
    variants = {v.name: v for row in EVERY_ROW for v in row.variants}
    sheets = {v.name for row in SHEET_ROWS for v in row.variants}
    found = {}
    for number, name in enumerate(NASTY):
        place = folder / str(number)
        place.mkdir()
        variants[name].make(place)
        began = time.perf_counter()
        if name in sheets:
            with suppress(OncometryError):
                read_clinical(next(place.iterdir()), (), {})
        else:
            with tempfile.TemporaryDirectory() as workspace:
                curate([place], CurateSettings(), workspace=Path(workspace))
        usage = [
            resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        ]
        found[name] = {"seconds": time.perf_counter() - began, "kib": float(max(usage))}
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(costs(Path(sys.argv[1]))))
