"""Product of diameters of random rotated ellipsoids, and what the distance of slices takes from it.

    python benchmarks/benchmark_ellipsoids.py [--write]

Shapes and errors are those of tests/measurement/accuracy.py: the truth of the first table is the best section at the
sampled planes, of the second the section through the center. `--write` puts both into docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

from oncometry.core.geometry import FloatArray
from page import processor, replace, today

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from measurement.accuracy import ellipsoid_errors

GRIDS = ((1, 1, 1), (0.5, 0.5, 1), (1, 1, 3), (0.5, 0.5, 3), (0.5, 0.5, 5))
SIZES = ((10, 15, 5), (15, 30, 3), (30, 60, 2))
"""Longest diameter of the section, mm, and the limit of the product's error, %."""

COUNT = 1000
PRODUCT = """| longest, mm | grid, mm | number | bias, % | 95 % within, % | limit, % |
|---|---|---|---|---|---|"""
LOSS = """| longest, mm | slices every, mm | mean, % | one in twenty is below, % | root mean square, % | 0.447 / max(n, 2)², % |
|---|---|---|---|---|---|"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    product, loss = [PRODUCT], [LOSS]
    for low, high, limit in SIZES:
        for spacing in GRIDS:
            errors = ellipsoid_errors(spacing, low, high, COUNT)
            size, grid = f"{low}-{high}", "x".join(map(str, spacing))
            product.append(f"| {size} | {grid} | {COUNT} | {_product(100 * errors[:, 2])} | {limit} |")
            if spacing[0] == 0.5:
                loss.append(f"| {size} | {spacing[2]} | {_loss(errors)} |")
    tables = "\n".join([*product, "", "Slice loss of the product:", "", *loss])
    print(tables)
    if chosen.write:
        replace("ellipsoids", f"{today()}, {processor()}.\n\n{tables}")


def _product(errors: FloatArray) -> str:
    return f"{errors.mean():+.2f} | {np.quantile(np.abs(errors), 0.95):.1f}"


def _loss(errors: FloatArray) -> str:
    loss, slices = 100 * errors[:, 3], errors[:, 4]
    told = 100 * np.sqrt(0.2 * np.mean(np.maximum(slices, 2) ** -4.0))
    return f"{loss.mean():.1f} | {np.quantile(loss, 0.05):.1f} | {np.sqrt(np.mean(loss**2)):.1f} | {told:.1f}"


if __name__ == "__main__":
    main()
