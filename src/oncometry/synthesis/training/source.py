"""Label maps of heads as a source of training examples: grown once, kept on disk, drawn anew at every step."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from oncometry.core.geometry import Index
from oncometry.io.files import write_bytes
from oncometry.synthesis.training.classes import HeadMap
from oncometry.synthesis.training.generator import GeneratorSettings
from oncometry.synthesis.training.pool import PooledHead, halved, pooled_head
from oncometry.synthesis.training.pool_file import pooled_from, pooled_to
from oncometry.synthesis.training.render import render
from oncometry.synthesis.training.render_brain import render_brain
from oncometry.synthesis.training.sample import draw_sample
from oncometry.synthesis.training.sample_head import draw_head

__all__ = ["HeadSource", "LabeledHead", "grow_pool", "pool_files"]

VERSION = 2
"""Of how label maps become grown heads; another one grows them anew."""
KEY_LENGTH = 12
IN_MEMORY = 64
WHOLE = 256
"""A margin that no head reaches."""


@dataclass(frozen=True)
class LabeledHead:
    """A label map to grow tumors in.

    Attributes:
        name: of the head.
        sha256: of its file.
        read: its classes.
    """

    name: str
    sha256: str
    read: Callable[[], HeadMap]


def pool_files(
    heads: Sequence[LabeledHead], variants: int, seed: int, folder: Path, *, brain: bool
) -> dict[str, list[Path]]:
    """Name of a head -> the files that `grow_pool` fills with tumors in it, `variants` of each.

    The name of a file has the hash of what decides it: the label map, its place among the others, the seed, the task.

    Args:
        brain: for brain extraction.
    """
    return {
        head.name: [
            folder / f"{head.name}_{variant:03d}_{_key(head, number, seed, brain=brain)}.npz"
            for variant in range(variants)
        ]
        for number, head in enumerate(heads)
    }


def grow_pool(
    heads: Sequence[LabeledHead],
    pool: Mapping[str, Sequence[Path]],
    seed: int,
    told: Callable[[int, int], None],
    *,
    brain: bool,
) -> None:
    """Grow tumors in heads; what is there is not grown again.

    Args:
        pool: of `pool_files`, with the same seed.
        told: hears how many are done, of how many.
        brain: for brain extraction: whole heads at 2 mm, not the brain at 1 mm.
    """
    for number, labeled in enumerate(heads):
        files = pool[labeled.name]
        missing = [variant for variant, path in enumerate(files) if not path.exists()]
        head = labeled.read() if missing else None
        for variant in missing:
            if head is not None:
                rng = np.random.default_rng([seed, number, variant])
                grown = halved(pooled_head(head, rng, WHOLE)) if brain else pooled_head(head, rng)
                write_bytes(files[variant], pooled_to(grown))
            told(number * len(files) + variant + 1, len(heads) * len(files))


def _key(head: LabeledHead, number: int, seed: int, *, brain: bool) -> str:
    """Of what a grown head depends on, beside its variant."""
    told = json.dumps([VERSION, head.sha256, number, seed, brain])
    return hashlib.sha256(told.encode()).hexdigest()[:KEY_LENGTH]


class HeadSource:
    """An `ExampleSource` of grown heads.

    Args:
        pool: grown files of each head.
        held_out: names of heads that only looks see.
        brain: as the pool was grown.
    """

    def __init__(
        self,
        pool: dict[str, list[Path]],
        held_out: Sequence[str],
        settings: GeneratorSettings,
        *,
        brain: bool,
    ) -> None:
        self._draw, self._render = (draw_head, render_brain) if brain else (draw_sample, render)
        self._settings = settings
        self._seen = [path for name, files in pool.items() if name not in held_out for path in files]
        self._held_out = [path for name in held_out for path in pool[name]]
        self._read = lru_cache(maxsize=IN_MEMORY)(_pooled)

    def example(
        self, rng: np.random.Generator, patch: Index, device: torch.device, *, held_out: bool
    ) -> tuple[Tensor, Tensor]:
        """Images and truth of one patch, as `render` or `render_brain` gives them."""
        files = self._held_out if held_out and self._held_out else self._seen
        head = self._read(files[int(rng.integers(len(files)))])
        return self._render(self._draw(head, patch, self._settings, rng), head, device)


def _pooled(path: Path) -> PooledHead:
    return pooled_from(path.read_bytes())
