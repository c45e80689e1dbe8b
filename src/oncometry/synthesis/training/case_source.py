"""Prepared cases of patients as a source of training examples."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from oncometry.core import Contrast
from oncometry.core.geometry import Index
from oncometry.synthesis.training.augment import cut, draw_patch, plain_patch
from oncometry.synthesis.training.case import TrainingCase, case_from
from oncometry.synthesis.training.generator import AugmentationSettings

__all__ = ["CaseSource"]

IN_MEMORY = 32


class CaseSource:
    """An `ExampleSource` of prepared cases.

    Args:
        seen: files of cases to learn from.
        held_out: files that only looks see; looks see the others where there is none.
        inputs: sequences, in the order of the cases' channels.
        regions: how many.
        voxel_mm: of the cases.
    """

    def __init__(
        self,
        seen: Sequence[Path],
        held_out: Sequence[Path],
        inputs: Sequence[Contrast],
        regions: int,
        settings: AugmentationSettings,
        voxel_mm: float,
    ) -> None:
        self._seen, self._held_out = tuple(seen), tuple(held_out)
        self._inputs, self._regions = tuple(inputs), regions
        self._settings, self._voxel_mm = settings, voxel_mm
        self._read = lru_cache(maxsize=IN_MEMORY)(_read)

    def example(
        self, rng: np.random.Generator, patch: Index, device: torch.device, *, held_out: bool
    ) -> tuple[Tensor, Tensor]:
        """Images and truth of one patch; of a held-out case as it is."""
        files = self._held_out if held_out and self._held_out else self._seen
        case = self._read(files[int(rng.integers(len(files)))])
        if held_out:
            draw = plain_patch(case, patch, rng)
        else:
            draw = draw_patch(case, patch, self._inputs, self._settings, self._voxel_mm, rng)
        return cut(draw, case.volumes(), self._regions, device)


def _read(path: Path) -> TrainingCase:
    return case_from(path.read_bytes())
