"""A 240 x 240 x 155 pair registered, rigid then deformable, and its lesions matched: how right, how fast.

    python benchmarks/benchmark_registration.py [--write]

The pairs are those of tests/preprocessing/deformed.py, made of the MNI152 brain. `--write` puts the table into
docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from oncometry.core import Compartment, Segment, Segmentation
from oncometry.core.geometry import FloatArray
from oncometry.measurement import Visit, VisitMask, follow, measure
from oncometry.preprocessing import PreprocessingSettings, Registration, deform, register
from page import processor, replace, today

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from preprocessing.deformed import Pair, brain_on, template_image, turned_and_deformed

SHAPE = (240, 240, 155)
LESIONS, RADIUS_MM = 10, 5.0
HEAD = (
    "| pushed by up to, mm | rigid alone: mean, 95 %, mm | rigid and deformable: mean, 95 %, mm | least, greatest Jacobian "
    "| there and back, mm | wall s | CPU s | lesions linked |\n|---|---|---|---|---|---|---|---|"
)


def rows() -> Iterator[str]:
    """Rows of the table."""
    template = template_image()
    for seed, push_mm in ((11, 3.0), (12, 5.0), (13, 5.0), (14, 8.0)):
        pair = turned_and_deformed(template, brain_on(template, SHAPE, 1.0), seed, push_mm)
        masks = _lesions(pair)
        wall, cpu = time.perf_counter(), time.process_time()
        rigid = register(pair.fixed, pair.moving, PreprocessingSettings())
        found = deform(pair.fixed, pair.moving, rigid, [_points(mask) for mask in masks[:1]])
        visits = _visits(masks, found)
        linked = sum(set(t.members) == {(1, "1"), (2, "2")} for t in follow(visits).lesions)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        bent = found.deformation
        told = (
            ("-", found.refused)
            if bent is None
            else (f"{bent.jacobian[0]:.2f}, {bent.jacobian[1]:.2f}", f"{bent.inverse_error_mm:.2f}")
        )
        errors = f"{_errors(pair, rigid)} | {_errors(pair, found)}"
        yield f"| {push_mm:g} | {errors} | {told[0]} | {told[1]} | {wall:.1f} | {cpu:.1f} | {linked} of {LESIONS} |"


def _errors(pair: Pair, found: Registration) -> str:
    points = pair.landmarks(997)
    places = points if found.deformation is None else found.deformation.carry(points)
    error = np.linalg.norm(places @ found.matrix[:3, :3].T + found.matrix[:3, 3] - pair.carry(points), axis=1)
    return f"{error.mean():.2f}, {np.quantile(error, 0.95):.2f}"


def _lesions(pair: Pair) -> tuple[Segmentation, Segmentation]:
    """The same balls in both images."""
    rng = np.random.default_rng(1)
    centers: list[FloatArray] = []
    for point in rng.permutation(pair.landmarks(997)):
        if len(centers) < LESIONS and all(np.linalg.norm(point - c) > 4 * RADIUS_MM for c in centers):
            centers.append(point)
    there = np.array(centers)
    one, other = (_balls(pair, places) for places in (there, pair.carry(there)))
    return one, other


def _balls(pair: Pair, centers: FloatArray) -> Segmentation:
    grid = pair.fixed.geometry
    places = grid.to_world(np.moveaxis(np.indices(grid.shape), 0, -1))
    inside = np.zeros(grid.shape, dtype=bool, order="F")
    for center in centers:
        inside |= ((places - center) ** 2).sum(axis=-1) <= RADIUS_MM**2
    return Segmentation(grid, (Segment.from_mask(1, "tumor", Compartment.WHOLE, inside),))


def _points(segmentation: Segmentation) -> FloatArray:
    segment = segmentation.segments[0]
    return np.asarray(segmentation.geometry.to_world(np.argwhere(segment.array) + segment.start))


def _visits(masks: tuple[Segmentation, Segmentation], found: Registration) -> list[Visit]:
    one, other = (measure(mask) for mask in masks)
    first = VisitMask("1", masks[0], one)
    back = np.linalg.inv(found.matrix)
    second = VisitMask("2", masks[1], other, back, deformation=found.deformation)
    return [Visit(1, (first,)), Visit(2, (second,))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    table = "\n".join([HEAD, *rows()])
    print(table)
    if chosen.write:
        replace("registration", f"{today()}, {processor()}.\n\n{table}")


if __name__ == "__main__":
    main()
