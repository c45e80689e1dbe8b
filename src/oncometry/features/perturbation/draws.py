"""The perturbations that a spec asks for, one after the other, and the generators of what each draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import product

import numpy as np

from oncometry.features.perturbation.spec import PerturbationSpec
from oncometry.features.pose import Pose

__all__ = ["Drawn", "Perturbation", "perturbations", "rng_of"]


class Drawn(IntEnum):
    """What is drawn."""

    NOISE = 1
    VOLUME = 2
    CONTOUR = 3


@dataclass(frozen=True)
class Perturbation:
    """One of them.

    Attributes:
        number: from 0 on.
        pose: of the grid.
        noise: which repetition; None adds none.
        volume_fraction: by which the region grows.
        contour: which repetition; None leaves the contour.
    """

    number: int
    pose: Pose
    noise: int | None
    volume_fraction: float
    contour: int | None


def perturbations(spec: PerturbationSpec, *, in_plane: bool) -> tuple[Perturbation, ...]:
    """Every combination; those of one repetition of noise follow each other.

    Args:
        in_plane: nothing is moved from slice to slice.
    """
    along = spec.translations or (0.0,)
    combined = product(
        _repetitions(spec.noise_repetitions),
        spec.rotations_deg or (0.0,),
        product(along, along, (0.0,) if in_plane else along),
        spec.volume_fractions or (0.0,),
        _repetitions(spec.contour_repetitions),
    )
    return tuple(
        Perturbation(number, Pose(angle, shift), noise, fraction, contour)
        for number, (noise, angle, shift, fraction, contour) in enumerate(combined)
    )


def rng_of(seed: int, image_hash: str, what: Drawn, *numbers: int) -> np.random.Generator:
    """The same on every machine, whatever is drawn before it.

    Args:
        image_hash: SHA-256, hexadecimal, of the image.
        numbers: what tells this draw from others.
    """
    return np.random.default_rng([seed, int(image_hash[:16], 16), int(what), *numbers])


def _repetitions(count: int) -> Sequence[int | None]:
    return range(count) if count else (None,)
