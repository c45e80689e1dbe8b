"""Which software made the numbers, and which drew the page."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from oncometry.report.grid import Grid, make_grid
from oncometry.report.tables import Row

__all__ = ["SYSTEM", "run_versions", "version_grid"]

OURS = "Oncometry"
SYSTEM = "Operating system"
PROPER = {"oncometry": OURS, "python": "Python", "system": SYSTEM}
PACKAGES = (OURS, "numpy", "scipy", "SimpleITK", "pydicom", "highdicom", "nibabel", "pandas")
"""What draws a page, or reads what it is drawn from."""


def run_versions(
    steps: Sequence[Row], volumes: Sequence[Row], software: Sequence[Row]
) -> dict[str, tuple[str, ...]]:
    """Program -> its versions at the run: of the steps, of the transforms applied, of the table `software`."""
    found: dict[str, set[str]] = {}
    for step in steps:
        found.setdefault(OURS, set()).add(str(step["version"]))
    for volume in volumes:
        for applied in volume["steps"] or ():
            name, _, number = str(applied.get("software") or "").rpartition(" ")
            if name:
                found.setdefault(name, set()).add(number)
    for row in software:
        name = PROPER.get(str(row["name"]), str(row["name"]))
        found.setdefault(name, set()).add(str(row["version"]))
    return {name: tuple(sorted(found[name])) for name in sorted(found, key=_first_ours)}


def version_grid(steps: Sequence[Row], volumes: Sequence[Row], software: Sequence[Row]) -> Grid:
    """Each program once: its version at the run, and where the page was drawn."""
    ran, drawn = run_versions(steps, volumes, software), _installed()
    names = sorted({*ran, *drawn}, key=_first_ours)
    rows = [[name, " and ".join(ran.get(name, ())) or "not recorded", drawn.get(name, "")] for name in names]
    return make_grid("Versions", ["Software", "At the run", "Drawn with"], rows)


def _first_ours(name: str) -> tuple[bool, str]:
    return name != OURS, name.lower()


@cache
def _installed() -> dict[str, str]:
    found = {"Python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
