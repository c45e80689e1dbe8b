"""A pool of heads with tumors, made once: what each training image begins from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oncometry.synthesis.training.classes import BRAIN, CLASSES, TUMOR, HeadMap
from oncometry.synthesis.training.dress import dress
from oncometry.synthesis.training.tumors import draw_tumor, with_tumor

__all__ = ["PooledHead", "halved", "pooled_head"]

HEALTHY_PROBABILITY = 0.08
SECOND_PROBABILITY = 0.15
MARGIN = 10


@dataclass(frozen=True, eq=False)
class PooledHead:
    """A head as the network may meet it.

    Attributes:
        labels: (ni, nj, nk) classes at 1 or 2 mm, LPS, cropped to the brain and a margin.
        histogram: (CLASSES,) voxels of each class within the brain.
        tumor: (n, 3) voxels of the tumor, at most 2,000 drawn at random; to sample about.
        voxel_mm: of the labels.
    """

    labels: HeadMap
    histogram: np.ndarray
    tumor: np.ndarray
    voxel_mm: float = 1.0


def halved(head: PooledHead) -> PooledHead:
    """Every second voxel along each axis: the head at 2 mm."""
    return PooledHead(
        np.ascontiguousarray(head.labels[::2, ::2, ::2]), head.histogram, head.tumor // 2, 2 * head.voxel_mm
    )


def pooled_head(head: HeadMap, rng: np.random.Generator, margin: int = MARGIN) -> PooledHead:
    """Dress a head, grow none, one or two tumors in it, crop it to its brain and `margin` voxels about it."""
    labels = dress(_cropped(head, margin), rng)
    if rng.random() >= HEALTHY_PROBABILITY:
        plans = [draw_tumor(labels, rng) for _ in range(2 if rng.random() < SECOND_PROBABILITY else 1)]
        for plan in plans:
            labels = with_tumor(labels, plan)
    inside = np.isin(labels, BRAIN)
    tumor = np.argwhere(np.isin(labels, TUMOR))
    chosen = rng.permutation(len(tumor))[:2000]
    return PooledHead(labels, np.bincount(labels[inside], minlength=CLASSES), tumor[chosen].astype(np.int16))


def _cropped(head: HeadMap, margin: int) -> HeadMap:
    box = []
    inside = np.isin(head, BRAIN)
    for axis in range(3):
        hits = np.flatnonzero(inside.any(axis=tuple(a for a in range(3) if a != axis)))
        box.append(slice(max(hits[0] - margin, 0), min(hits[-1] + 1 + margin, head.shape[axis])))
    return head[tuple(box)]
