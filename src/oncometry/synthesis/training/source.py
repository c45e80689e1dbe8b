"""Label maps of heads as a source of training examples: grown once, kept on disk, drawn anew at every step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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

__all__ = ["HeadSource", "grow_pool"]

IN_MEMORY = 64
WHOLE = 256
"""A margin that no head reaches."""


def grow_pool(
    heads: Sequence[tuple[str, Callable[[], HeadMap]]],
    variants: int,
    seed: int,
    folder: Path,
    told: Callable[[int, int], None],
    *,
    brain: bool,
) -> dict[str, list[Path]]:
    """Heads with tumors, `variants` of each, kept in a folder; those that are there are not grown again.

    Args:
        heads: name and how to read its classes.
        told: hears how many are done, of how many.
        brain: for brain extraction: whole heads at 2 mm, not the brain at 1 mm.

    Returns:
        name of a head -> its files.
    """
    found: dict[str, list[Path]] = {}
    for number, (name, read) in enumerate(heads):
        files = [folder / f"{name}_{variant:03d}.npz" for variant in range(variants)]
        missing = [variant for variant, path in enumerate(files) if not path.exists()]
        head = read() if missing else None
        for variant in missing:
            if head is not None:
                rng = np.random.default_rng([seed, number, variant])
                grown = halved(pooled_head(head, rng, WHOLE)) if brain else pooled_head(head, rng)
                write_bytes(files[variant], pooled_to(grown))
            told(number * variants + variant + 1, len(heads) * variants)
        found[name] = files
    return found


class HeadSource:
    """An `ExampleSource` of grown heads.

    Args:
        pool: as `grow_pool` gives it.
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
