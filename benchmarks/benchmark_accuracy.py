"""How near the numbers come on shapes of known size: bias, and the 95 % limit of the error.

    python benchmarks/benchmark_accuracy.py [--write]

The shapes and errors are those of tests/measurement/accuracy.py. `--write` puts the table into
docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from oncometry.core.geometry import FloatArray
from page import processor, replace, today

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from measurement.accuracy import (
    contour_errors,
    cylinder_errors,
    ellipse_errors,
    sphere_errors,
)

HEAD = "| shape | number | size | bias, % | 95 % within, % |\n|---|---|---|---|---|"
LINES = ("longest diameter", "perpendicular", "product")
SIZES = ("volume", "longest diameter of the section", "surface", "3-D diameter")


def rows() -> Iterator[str]:
    """Rows of the table."""
    for low, high in ((10, 15), (15, 30), (30, 60)):
        yield from _rows(f"ellipses of {low}-{high} mm, 0.5-1 mm pixels", LINES, ellipse_errors(low, high))
    for low, high in ((3, 5), (5, 10)):
        yield from _rows(f"ellipses of {low}-{high} mm, 0.5-1 mm pixels", LINES, ellipse_errors(low, high))
    for spacing in ((1, 1, 1), (1, 1, 5)):
        grid = "x".join(map(str, spacing))
        for low, high in ((5, 10), (10, 18)):
            balls = f"of radius {low}-{high} mm at {grid} mm"
            yield from _rows(f"spheres {balls}, voxels", SIZES, sphere_errors(spacing, low, high, 100))
            filled = sphere_errors(spacing, low, high, 20, filled=True)
            yield from _rows(f"spheres {balls}, occupancies", SIZES, filled)
            cylinders = cylinder_errors(spacing, low, high, 100)
            yield from _rows(f"upright cylinders {balls}, voxels", ("3-D diameter",), cylinders)
    for slice_mm in (1, 3, 5):
        drawn = contour_errors(slice_mm, 10, 18, 100)
        yield from _rows(f"spheres of radius 10-18 mm, contours every {slice_mm} mm", ("volume",), drawn)


def _rows(shape: str, sizes: tuple[str, ...], errors: FloatArray) -> Iterator[str]:
    """Errors (n, sizes) as parts of the truth."""
    for size, error in zip(sizes, 100 * errors.T, strict=True):
        limit = np.quantile(np.abs(error), 0.95)
        yield f"| {shape} | {len(error)} | {size} | {error.mean():+.2f} | {limit:.1f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    table = "\n".join([HEAD, *rows()])
    print(table)
    if chosen.write:
        replace("accuracy", f"{today()}, {processor()}.\n\n{table}")


if __name__ == "__main__":
    main()
