"""Which software made the numbers, and which drew the page."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

from oncometry.report.formatting import date_text, number_text
from oncometry.report.grid import Grid, make_grid
from oncometry.report.tables import Row

__all__ = ["version_grid"]

PACKAGES = (
    "oncometry",
    "numpy",
    "scipy",
    "SimpleITK",
    "pydicom",
    "highdicom",
    "nibabel",
    "pandas",
    "SQLAlchemy",
)


def version_grid(steps: Sequence[Row]) -> Grid:
    """Versions recorded by the steps, and those installed where the report was drawn."""
    rows = []
    counts = Counter(str(s["version"]) for s in steps)
    for found, count in sorted(counts.items()):
        last = max(date_text(s["started"]) for s in steps if str(s["version"]) == found)
        rows.append(["oncometry", found, f"ran {number_text(count, 0)} steps, the last on {last}"])
    rows.append(["Python", platform.python_version(), "where the report was drawn"])
    for name in PACKAGES:
        try:
            rows.append([name, version(name), "where the report was drawn"])
        except PackageNotFoundError:
            continue
    return make_grid("Versions", ["Software", "Version", "Use"], rows)
