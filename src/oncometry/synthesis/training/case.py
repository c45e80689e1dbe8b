"""A patient's examination as training keeps it: what prepares images for a network has been through it once."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

import numpy as np
from numpy.typing import NDArray

from oncometry.core.geometry import Index

__all__ = ["TrainingCase", "case_from", "case_of", "case_to"]


@dataclass(frozen=True, eq=False)
class TrainingCase:
    """Images inside the brain, and where the tumor is.

    Attributes:
        shape: of the grid.
        brain: (i * j * k,) bool, packed to bits.
        values: (inputs, n) float16, standardized, of the brain's n voxels; zeros for a missing sequence.
        present: (inputs,) bool.
        tumor: (m,) int32 voxels of the tumor, counted in C order.
        levels: (m,) uint8, how many of the nested regions each of them is in.
    """

    shape: Index
    brain: NDArray[np.uint8]
    values: NDArray[np.float16]
    present: NDArray[np.bool_]
    tumor: NDArray[np.int32]
    levels: NDArray[np.uint8]

    def brain_mask(self) -> NDArray[np.bool_]:
        """(i, j, k)."""
        return np.unpackbits(self.brain, count=int(np.prod(self.shape))).astype(bool).reshape(self.shape)

    def volumes(self) -> NDArray[np.float16]:
        """(inputs + 2, i, j, k): images, then the brain, then the levels."""
        brain = self.brain_mask()
        whole = np.zeros((len(self.values) + 2, *self.shape), np.float16)
        for channel, values in zip(whole[:-2], self.values, strict=True):
            channel[brain] = values
        whole[-2] = brain
        whole[-1].reshape(-1)[self.tumor] = self.levels
        return whole


def case_of(
    images: NDArray[np.float32],
    brain: NDArray[np.bool_],
    present: NDArray[np.bool_],
    levels: NDArray[np.uint8],
) -> TrainingCase:
    """Of arrays: (inputs, i, j, k) images, (i, j, k) brain and levels."""
    flat = np.ascontiguousarray(levels).reshape(-1)
    tumor = np.flatnonzero(flat).astype(np.int32)
    i, j, k = brain.shape
    values = np.stack([image[brain] for image in images]).astype(np.float16)
    bits = np.packbits(np.ascontiguousarray(brain).reshape(-1))
    return TrainingCase((i, j, k), bits, values, present, tumor, flat[tumor])


def case_to(case: TrainingCase) -> bytes:
    """A NumPy archive of the case's arrays; not compressed, as it is read at every step."""
    content = BytesIO()
    np.savez(
        content,
        shape=case.shape,
        brain=case.brain,
        values=case.values,
        present=case.present,
        tumor=case.tumor,
        levels=case.levels,
    )
    return content.getvalue()


def case_from(content: bytes) -> TrainingCase:
    """The inverse of `case_to`."""
    with np.load(BytesIO(content), allow_pickle=False) as arrays:
        i, j, k = (int(n) for n in arrays["shape"])
        rest = (arrays[name] for name in ("brain", "values", "present", "tumor", "levels"))
        return TrainingCase((i, j, k), *rest)
