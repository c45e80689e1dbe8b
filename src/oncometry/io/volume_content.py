"""The voxels of a NIfTI or NRRD file passed through once, without keeping them: are they all there, is it a mask?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from oncometry.io.volume_file import VolumeFile, payload_chunks

__all__ = ["VolumeContent", "check_content"]

MAX_LABELS = 64
MOST = 0.5
"""A mask covers less than this share of its grid."""


@dataclass(frozen=True, slots=True)
class VolumeContent:
    """What the voxels say.

    Attributes:
        trailing: bytes behind the voxels, and behind the stream that they are compressed in.
        is_mask: mostly background, and one value or at most 64 whole numbers > 0.
        evidence: why, for the record.
        nonfinite: voxels that are NaN or infinite.
    """

    trailing: int
    is_mask: bool
    evidence: str
    nonfinite: int = 0


def check_content(header: VolumeFile) -> VolumeContent:
    """Read the payload through: its length and its checksums hold.

    Raises:
        CorruptInputError: `TRUNCATED`, `CHECKSUM`, `CORRUPT`, `BOMB`, `HEADER_INCONSISTENT`.
    """
    seen, rest, left = _Seen(header), b"", header.payload_bytes
    trailing = nonfinite = 0
    behind: list[int] = []
    for chunk in payload_chunks(header, behind.append):
        voxels = rest + chunk[:left]
        trailing += max(len(chunk) - left, 0)
        left -= min(len(chunk), left)
        whole = len(voxels) - len(voxels) % header.dtype.itemsize
        values = np.frombuffer(voxels[:whole], dtype=header.dtype)
        seen.add(values)
        if values.dtype.kind == "f":
            nonfinite += int(values.size - np.count_nonzero(np.isfinite(values)))
        rest = voxels[whole:]
    return VolumeContent(trailing + sum(behind), *seen.verdict(), nonfinite)


class _Seen:
    """Values met so far, as far as a mask could have them."""

    def __init__(self, header: VolumeFile) -> None:
        self.header = header
        self.inside = 0
        self.finite = self.whole = True
        self.few = header.volumes == 1
        self.values: set[float] = set()

    def add(self, stored: NDArray[Any]) -> None:
        if not self.few:
            return
        header = self.header
        plain = header.slope == 1.0 and header.intercept == 0.0
        found = stored if plain else stored * np.float64(header.slope) + header.intercept
        sample = found[found != 0]
        self.inside += sample.size
        self.finite &= bool(np.isfinite(sample).all())
        self.values |= set(np.unique(sample)[: MAX_LABELS + 2].tolist())
        self.whole &= all(v == round(v) and v >= 0 for v in self.values if np.isfinite(v))
        self.few = self.finite and len(self.values) <= MAX_LABELS

    def verdict(self) -> tuple[bool, str]:
        if self.header.volumes > 1:
            return False, "content: several volumes"
        if not self.finite:
            return False, "content: not finite"
        if len(self.values) == 0 or self.inside > MOST * self.header.voxels:
            return False, "content: not mostly background"
        if len(self.values) == 1:
            return True, f"content: one value, {next(iter(self.values)):g}, on a background of zeros"
        if not self.whole:
            return False, "content: not whole numbers"
        if not self.few:
            return False, f"content: more than {MAX_LABELS} distinct values"
        return True, f"content: {len(self.values)} whole numbers on a background of zeros"
