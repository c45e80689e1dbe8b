"""The patient at a date as the scanner sees it: relative signal on the 1 mm grid."""

from __future__ import annotations

from collections.abc import Sequence as Ordered

import numpy as np
from scipy import ndimage

from oncometry.synthesis.anatomy import Anatomy, Field
from oncometry.synthesis.growth import EDEMA_LEVEL
from oncometry.synthesis.lesion import LesionState
from oncometry.synthesis.signal import Sequence, signal
from oncometry.synthesis.tissue import Tissue

__all__ = ["draw_texture", "healthy_signal", "tumor_signal"]

TEXTURE = 0.035
UPTAKE = 0.11


def draw_texture(anatomy: Anatomy, rng: np.random.Generator) -> Field:
    """Small fixed differences within a tissue, a factor near 1 of about 1.5 mm grain."""
    noise = rng.standard_normal(anatomy.geometry.shape, np.float32)
    grain = ndimage.gaussian_filter(noise, 1.2)
    return np.asarray(1 + TEXTURE * grain / grain[::4, ::4, ::4].std(), np.float32)


def healthy_signal(anatomy: Anatomy, sequence: Sequence, texture: Field) -> Field:
    """Signal of the head without tumor."""
    image = np.zeros(anatomy.geometry.shape, np.float32)
    for tissue, fraction in anatomy.fractions.items():
        image += np.float32(signal(tissue, sequence)) * fraction
    return image * texture


def tumor_signal(
    image: Field, anatomy: Anatomy, states: Ordered[LesionState], sequence: Sequence, texture: Field
) -> Field:
    """The same with the lesions in it; parts blend over about a millimeter at their surfaces."""
    result = image.copy()
    for state in states:
        start = np.rint(anatomy.geometry.to_index(state.geometry.origin_lps_mm)).astype(int)
        box = tuple(slice(s, s + n) for s, n in zip(start, state.geometry.shape, strict=True))
        grain = texture[box]
        white = anatomy.fractions[Tissue.WHITE_MATTER][box]
        part = result[box]
        edema = _edema(state, white)
        part = _blend(part, signal(Tissue.EDEMA, sequence) * (1 + 0.6 * (grain - 1)), edema)
        rim = _cover(state.levels.core, 0.06)
        uneven = 1 + (UPTAKE / TEXTURE if sequence.agent else 1.5) * (grain - 1)
        part = _blend(part, signal(Tissue.ENHANCING, sequence) * uneven, rim)
        dead = np.minimum(_cover(state.levels.necrosis, 1.2), rim)
        result[box] = _blend(part, signal(Tissue.NECROSIS, sequence) * (1 + 2 * (grain - 1)), dead)
    return result


def _edema(state: LesionState, white: Field) -> Field:
    """Water content: rises with the cell density, less in gray matter than in white."""
    rising = np.clip((state.density - EDEMA_LEVEL) / 0.30, 0, 1)
    inside = _cover(state.levels.whole, 0.03)
    return np.asarray(inside * (0.60 + 0.40 * rising) * (0.45 + 0.55 * np.clip(white, 0, 1)), np.float32)


def _cover(level: Field, width: float) -> Field:
    """0 outside, 1 inside, one half on the surface; `width` in units of the level."""
    return np.asarray(np.clip(0.5 + level / (2 * width), 0, 1), np.float32)


def _blend(under: Field, over: Field, weight: Field) -> Field:
    return np.asarray(under * (1 - weight) + over * weight, np.float32)
