"""A head made of shells: every class a label map has, small enough for a test."""

from __future__ import annotations

import numpy as np

from oncometry.synthesis.training.classes import HeadClass, HeadMap

__all__ = ["shell_head"]

SHELLS = (
    (0.98, HeadClass.SKIN),
    (0.92, HeadClass.BONE),
    (0.84, HeadClass.CSF),
    (0.78, HeadClass.CORTEX),
    (0.66, HeadClass.WHITE_MATTER),
    (0.15, HeadClass.VENTRICLE),
)


def shell_head(size: int = 72) -> HeadMap:
    """An ellipsoidal head, (size, size + 8, size), in concentric shells about a ventricle."""
    shape = (size, size + 8, size)
    axes = [np.linspace(-1, 1, n) for n in shape]
    radius = np.sqrt(sum(grid**2 for grid in np.meshgrid(*axes, indexing="ij")))
    head = np.zeros(shape, np.uint8)
    for reach, tissue in SHELLS:
        head[radius <= reach] = tissue
    return head
