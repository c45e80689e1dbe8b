"""Tumor growth: proliferation and invasion on real anatomy.

The reaction-diffusion model of glioma (Swanson 2000, doi:10.1046/j.1365-2184.2000.00177.x),

    du/dt = div(D grad u) + (rho - kappa) u (1 - u),

u the cell density relative to what tissue can carry, D larger in white than in gray matter and zero
in fluid and outside, treatment entering as loss of proliferating cells (Rockne 2010,
doi:10.1088/0031-9155/55/12/001). Contrast enhancement shows where u > 0.8 and edema where u > 0.16
(Swanson 2008, doi:10.1038/sj.bjc.6604125). A front advances, or under treatment retreats, at about
2 sqrt(D |rho - kappa|).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from oncometry.synthesis.anatomy import Field

__all__ = [
    "EDEMA_LEVEL",
    "ENHANCING_LEVEL",
    "GRAY_SLOWER",
    "Terrain",
    "Tumor",
    "coarse",
    "front_speed",
    "grow",
    "seed_density",
    "seed_distance",
]

ENHANCING_LEVEL = 0.80
EDEMA_LEVEL = 0.16
GRAY_SLOWER = 10.0
STEP_MM = 2.0
EXTINCT = 1e-3


@dataclass(frozen=True)
class Tumor:
    """Rates of one tumor: diffusion in white matter, proliferation."""

    diffusion_mm2_per_day: float
    proliferation_per_day: float


def front_speed(tumor: Tumor, kill: float) -> float:
    """mm per day, negative under treatment that outweighs growth. `kill` is relative to proliferation."""
    net = tumor.proliferation_per_day * (1.0 - kill)
    return float(np.sign(net) * 2.0 * np.sqrt(tumor.diffusion_mm2_per_day * abs(net)))


def coarse(field: NDArray[Any]) -> Field:
    """Means of 2 x 2 x 2 voxels of 1 mm, even in number along each axis: the grid of 2 mm."""
    i, j, k = (n // 2 for n in field.shape)
    return np.asarray(field.reshape(i, 2, j, 2, k, 2).mean(axis=(1, 3, 5)), np.float32)


def seed_distance(seeds: NDArray[np.float64], shape: tuple[int, ...]) -> Field:
    """mm to the nearest seed on the grid of 2 mm; `seeds`: (n, 3) voxel indices of the 1 mm grid it was made of."""
    grid = np.indices(shape, np.float32) * STEP_MM + 0.5
    best = np.full(shape, np.inf, np.float32)
    for seed in seeds:
        offset = grid - seed[:, None, None, None]
        best = np.minimum(best, np.sqrt((offset**2).sum(axis=0)))
    return best


def seed_density(distance_mm: Field, radius_mm: float, tumor: Tumor) -> Field:
    """A front of the model's own width about a sphere of `radius_mm`."""
    width = np.sqrt(tumor.diffusion_mm2_per_day / tumor.proliferation_per_day)
    return np.asarray(1.0 / (1.0 + np.exp((distance_mm - radius_mm) / width)), np.float32)


@dataclass(frozen=True, eq=False)
class Terrain:
    """Where cells may go, on a grid of 2 mm.

    Attributes:
        alive: parenchyma; elsewhere is a barrier.
        faces: per axis, conductance of the faces between neighbors (harmonic mean), zero at barriers;
            times D in white matter it is a rate per day.
    """

    alive: NDArray[np.bool_]
    faces: tuple[Field, Field, Field]

    @classmethod
    def of(cls, white: Field, gray: Field, roughness: Field | float = 1.0) -> Terrain:
        """From tissue fractions and a factor on mobility."""
        alive = white + gray > 0.5
        mobility = np.where(alive, (white + gray / GRAY_SLOWER) * roughness, 0).astype(np.float32)
        faces = []
        for axis in range(3):
            one, two = _slice(mobility, axis, 0, -1), _slice(mobility, axis, 1, None)
            faces.append(2 * one * two / np.maximum(one + two, np.float32(1e-12)) / np.float32(STEP_MM**2))
        return cls(alive, (faces[0], faces[1], faces[2]))


def grow(density: Field, terrain: Terrain, tumor: Tumor, kill: float, days: int) -> Field:
    """Density (ni, nj, nk) in 0..1 after `days`, one explicit step a day (stable for D < 0.6 mm2/day).

    `kill` is treatment relative to proliferation: 0 untreated, 1 stalls, more shrinks.
    """
    net = np.float32(tumor.proliferation_per_day * (1.0 - kill))
    faces = [np.float32(tumor.diffusion_mm2_per_day) * face for face in terrain.faces]
    u = np.where(terrain.alive, density, np.float32(0)).astype(np.float32)
    for _ in range(days):
        change = net * u * (1 - u)
        for axis, conductance in enumerate(faces):
            flux = conductance * np.diff(u, axis=axis)
            _slice(change, axis, 0, -1)[...] += flux
            _slice(change, axis, 1, None)[...] -= flux
        u = np.clip(u + change, 0, 1)
    u[u < EXTINCT] = 0
    return u


def _slice(array: Field, axis: int, start: int, stop: int | None) -> Field:
    where: list[slice] = [slice(None)] * 3
    where[axis] = slice(start, stop)
    return array[tuple(where)]
