"""What is drawn for one training image of brain extraction: the whole head in its field, of which some was not scanned."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from oncometry.core.geometry import Index
from oncometry.preprocessing import head_field_center
from oncometry.synthesis.training.classes import HeadClass
from oncometry.synthesis.training.generator import GeneratorSettings
from oncometry.synthesis.training.pool import PooledHead
from oncometry.synthesis.training.sample import SampleDraw, draw_sample

__all__ = ["draw_head"]

ASIDE_MM = 12.0
"""How far the field may lie beside where it would be put."""
CUT_BELOW, LOWEST_CUT_MM = 0.5, 110.0
"""How often images end within the field, and how high above its lower end at most."""
CUT_ABOVE, HIGHEST_CUT_MM = 0.1, 35.0


def draw_head(
    head: PooledHead, shape: Index, settings: GeneratorSettings, rng: np.random.Generator
) -> SampleDraw:
    """Draw one image of a whole head in a field of that shape, in voxels of `settings.voxel_mm`."""
    draw = draw_sample(head, shape, settings, rng)
    height = shape[2] * settings.voxel_mm
    center = head_field_center(head.labels != HeadClass.AIR, (head.voxel_mm,) * 3, height)
    center += rng.uniform(-1, 1, 3) * ASIDE_MM / head.voxel_mm
    low = rng.uniform(0, LOWEST_CUT_MM) if rng.random() < CUT_BELOW else 0.0
    high = rng.uniform(0, HIGHEST_CUT_MM) if rng.random() < CUT_ABOVE else 0.0
    scanned = round(low / settings.voxel_mm), shape[2] - round(high / settings.voxel_mm)
    return replace(draw, center=center, slices=scanned)
