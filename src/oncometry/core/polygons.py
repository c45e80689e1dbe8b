"""Polygons of one plane: their even-odd inside, what two have in common, their union, and its islands.

Vatti's clipping as Clipper has it (doi:10.1145/129902.129906), on whole numbers: polygons that share
edges, touch themselves or lie on each other come out right.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyclipper

from oncometry.core.geometry import FloatArray

__all__ = [
    "Polygons",
    "area",
    "area_and_centroid",
    "difference",
    "even_odd",
    "intersection",
    "islands",
    "united",
]

Polygons = tuple[FloatArray, ...]
"""(n, 2) each, without overlaps: what they enclose is on the left, so that holes turn the other way."""

STEPS = 1_000_000
"""Whole numbers to a unit."""

_Path = list[list[int]]


def even_odd(polygons: Sequence[FloatArray]) -> Polygons:
    """The even-odd inside of polygons: holes, keyholes and XOR come out right."""
    return _given_back(pyclipper.SimplifyPolygons(_paths(polygons), pyclipper.PFT_EVENODD))


def united(members: Sequence[Polygons]) -> Polygons:
    """The union."""
    if len(members) == 1:
        return members[0]
    clipper = _clipper([p for member in members for p in member])
    return _given_back(clipper.Execute(pyclipper.CT_UNION, pyclipper.PFT_NONZERO, pyclipper.PFT_NONZERO))


def intersection(one: Polygons, other: Polygons) -> Polygons:
    """What lies in both."""
    return _clipped(pyclipper.CT_INTERSECTION, one, other)


def difference(one: Polygons, other: Polygons) -> Polygons:
    """What lies in the first alone."""
    return _clipped(pyclipper.CT_DIFFERENCE, one, other)


def islands(polygons: Polygons) -> list[Polygons]:
    """Each connected part: its outline, then its holes."""
    clipper = _clipper(polygons)
    tree = clipper.Execute2(pyclipper.CT_UNION, pyclipper.PFT_NONZERO, pyclipper.PFT_NONZERO)
    outlines, found = list(tree.Childs), []
    while outlines:
        outline = outlines.pop()
        found.append(_given_back([outline.Contour, *(hole.Contour for hole in outline.Childs)]))
        outlines += [inner for hole in outline.Childs for inner in hole.Childs]
    return found


def area(polygons: Polygons) -> float:
    """Area enclosed, in their own unit squared; 0 without any."""
    return float(sum(_cross(p).sum() for p in polygons)) / 2


def area_and_centroid(polygons: Polygons) -> tuple[float, float, float]:
    """Area enclosed, and the coordinates of its center (Green's theorem)."""
    x = y = 0.0
    for start in polygons:
        end, twice = np.roll(start, -1, axis=0), _cross(start)
        x += float((twice * (start[:, 0] + end[:, 0])).sum()) / 6
        y += float((twice * (start[:, 1] + end[:, 1])).sum()) / 6
    enclosed = area(polygons)
    return enclosed, x / enclosed, y / enclosed


def _cross(start: FloatArray) -> FloatArray:
    """(n,) cross products of each corner of (n, 2) with the next: twice the area between them and 0."""
    end = np.roll(start, -1, axis=0)
    return np.asarray(start[:, 0] * end[:, 1] - end[:, 0] * start[:, 1])


def _clipped(operation: int, one: Polygons, other: Polygons) -> Polygons:
    if not (one and other):
        return one if operation == pyclipper.CT_DIFFERENCE else ()
    clipper = _clipper(one)
    clipper.AddPaths(_paths(other), pyclipper.PT_CLIP, True)
    return _given_back(clipper.Execute(operation, pyclipper.PFT_NONZERO, pyclipper.PFT_NONZERO))


def _paths(polygons: Sequence[FloatArray]) -> list[_Path]:
    return [np.rint(p * STEPS).astype(np.int64).tolist() for p in polygons if len(p) >= 3]


def _clipper(polygons: Sequence[FloatArray]) -> pyclipper.Pyclipper:
    clipper = pyclipper.Pyclipper()
    clipper.AddPaths(_paths(polygons), pyclipper.PT_SUBJECT, True)
    return clipper


def _given_back(paths: Sequence[_Path]) -> Polygons:
    return tuple(np.asarray(path, dtype=np.float64) / STEPS for path in paths)
