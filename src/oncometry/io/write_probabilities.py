"""Probabilities of a network into one file: a volume for each region."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from oncometry.core import Image
from oncometry.io.files import WrittenFile, write_bytes
from oncometry.io.write_nifti import encode_array

__all__ = ["write_probabilities"]


def write_probabilities(regions: Sequence[Image], path: Path) -> WrittenFile:
    """Write (ni, nj, nk, n) float32 as NIfTI, the volumes in the order given.

    Args:
        regions: probabilities, all on one grid; at least one.
    """
    geometry = regions[0].geometry
    volumes = np.empty((*geometry.shape, len(regions)), np.float32, order="F")
    for at, image in enumerate(regions):
        volumes[..., at] = image.array
    return write_bytes(path, encode_array(volumes, geometry))
