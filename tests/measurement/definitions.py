"""What the native kernels compute, in plain Python: slow, and the specification."""

from __future__ import annotations

import itertools

import numpy as np


def components(mask):
    """26-connected components by flood fill; labels from 1 in order of first voxel of (k, j, i)."""
    labels = np.zeros(mask.shape, dtype=int)
    steps = [s for s in itertools.product((-1, 0, 1), repeat=3) if any(s)]
    count = 0
    for seed in zip(*np.nonzero(mask), strict=True):
        if labels[seed]:
            continue
        count += 1
        labels[seed], stack = count, [seed]
        while stack:
            here = stack.pop()
            for step in steps:
                there = tuple(a + b for a, b in zip(here, step, strict=True))
                if all(0 <= t < n for t, n in zip(there, mask.shape, strict=True)) and (
                    mask[there] and not labels[there]
                ):
                    labels[there] = count
                    stack.append(there)
    return labels, count


def gap(one, other, spacing):
    """Free space between two voxel boxes, mm."""
    free = [max(abs(a - b) - 1, 0) * s for a, b, s in zip(one, other, spacing, strict=True)]
    return float(np.sqrt(np.square(free).sum()))


def joined(labels, count, spacing, gap_mm):
    """Components of the graph whose edges are gaps < gap_mm (or touching): a set of voxel sets."""
    parts = [np.argwhere(labels == n + 1) for n in range(count)]
    group = list(range(count))
    for a, b in itertools.combinations(range(count), 2):
        if min(gap(p, q, spacing) for p in parts[a] for q in parts[b]) < gap_mm:
            old, new = group[b], group[a]
            group = [new if g == old else g for g in group]
    return {
        frozenset(tuple(v) for n in range(count) if group[n] == g for v in parts[n].tolist())
        for g in set(group)
    }


def bare_area(mask):
    """Area of the midpoint outline of a (nj, ni) mask: per 2 x 2 cell, inside corners joined at a saddle."""
    padded = np.pad(mask, 1).astype(int)
    total = 0.0
    for y, x in itertools.product(range(padded.shape[0] - 1), range(padded.shape[1] - 1)):
        cell = padded[y : y + 2, x : x + 2]
        saddle = cell.sum() == 2 and cell[0, 0] == cell[1, 1]
        total += 0.75 if saddle else (0, 0.125, 0.5, 0.875, 1)[cell.sum()]
    return total


def inside(polygons, point):
    """Even-odd."""
    x, y = point
    crossings = 0
    for polygon in polygons:
        for a, b in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
            if (a[1] > y) != (b[1] > y):
                crossings += x < a[0] + (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1])
    return crossings % 2 == 1


def outside_length(polygons, a, b, steps=2000):
    """Length of the part of a line outside, by sampling."""
    a, b = np.asarray(a), np.asarray(b)
    t = (np.arange(steps) + 0.5) / steps
    out = sum(not inside(polygons, a + s * (b - a)) for s in t)
    return out / steps * float(np.linalg.norm(b - a))


def longest(points):
    """The largest distance between any two points."""
    gaps = points[:, None] - points[None]
    return float(np.sqrt((gaps**2).sum(axis=-1)).max())


def perpendicular(polygons, direction):
    """The longest line across a unit direction between two outline points: tried at every vertex."""
    across = np.array([-direction[1], direction[0]])
    best = 0.0
    for level in np.concatenate(polygons) @ direction:
        at = []
        for polygon in polygons:
            s, t = polygon @ direction, polygon @ across
            for s0, t0, s1, t1 in zip(s, t, np.roll(s, -1), np.roll(t, -1), strict=True):
                if min(s0, s1) <= level <= max(s0, s1):
                    at += [t0, t1] if s0 == s1 else [t0 + (t1 - t0) * (level - s0) / (s1 - s0)]
        best = max(best, max(at) - min(at))
    return best
