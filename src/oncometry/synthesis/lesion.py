"""A lesion at a date: level fields on the 1 mm grid whose zero surface is the truth.

Edema and enhancement are level sets of the cell density; necrosis is the tissue deeper inside the
enhancing surface than the viable rim is thick, which varies smoothly from 2.5 to 6 mm.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from oncometry.core import Geometry
from oncometry.core.geometry import FloatArray, Index
from oncometry.synthesis.anatomy import Anatomy, Field
from oncometry.synthesis.course import LesionScript, PatientCourse
from oncometry.synthesis.deformation import unit_field
from oncometry.synthesis.growth import (
    EDEMA_LEVEL,
    ENHANCING_LEVEL,
    Terrain,
    coarse,
    grow,
    seed_density,
    seed_distance,
)
from oncometry.synthesis.parts import large_pieces
from oncometry.synthesis.tissue import Tissue

__all__ = ["LesionState", "Levels", "lesion_states"]

LEAD_DAYS = 120
MARGIN_MM = 46.0
RIM_MM = (2.5, 6.0)
SPECK_VOXELS = 60
ROUGHNESS = 1.2
CORTEX_LEVEL = 0.14


@dataclass(frozen=True, eq=False)
class Levels:
    """Fields that are positive inside: the whole, the core (enhancing with necrosis), the necrosis."""

    whole: Field
    core: Field
    necrosis: Field


@dataclass(frozen=True, eq=False)
class LesionState:
    """One lesion at one date.

    Attributes:
        name: 'L1'.
        levels: on `geometry`, a 1 mm box of the patient's anatomy.
        density: cell density on the same box.
    """

    name: str
    script: LesionScript
    levels: Levels
    density: Field
    geometry: Geometry


def lesion_states(
    anatomy: Anatomy, plan: PatientCourse, number: int, seeds_lps_mm: FloatArray, rng: np.random.Generator
) -> tuple[LesionState, ...]:
    """Grow lesion `number` (1, 2 ...) of the plan; its state at each visit."""
    script = plan.course.lesions[number - 1]
    start, shape = _box(anatomy, seeds_lps_mm)
    geometry = anatomy.geometry.crop(start, shape)
    box = tuple(slice(s, s + n) for s, n in zip(start, shape, strict=True))
    white = anatomy.fractions[Tissue.WHITE_MATTER][box]
    gray = anatomy.fractions[Tissue.GRAY_MATTER][box]
    rim = _between(RIM_MM, unit_field(rng, 10, shape))
    states = []
    for density in _course_of_density(plan, number, (white, gray), seeds_lps_mm, geometry, rng):
        fine = _to_fine(density, shape)
        levels = _levels(fine, white, gray, rim)
        states.append(LesionState(f"L{number}", script, levels, fine, geometry))
    return tuple(states)


def _course_of_density(
    plan: PatientCourse,
    number: int,
    tissue: tuple[Field, Field],
    seeds_lps_mm: FloatArray,
    geometry: Geometry,
    rng: np.random.Generator,
) -> list[Field]:
    """Density on the 2 mm grid at each visit."""
    script, tumor = plan.course.lesions[number - 1], plan.tumor
    white, gray = coarse(tissue[0]), coarse(tissue[1])
    rough = np.clip(np.exp(ROUGHNESS * unit_field(rng, 14, white.shape)), 0.15, 3.0)
    terrain = Terrain.of(white, gray, rough)
    seeded = seed_density(
        seed_distance(geometry.to_index(seeds_lps_mm), white.shape), script.radius_mm, tumor
    )
    u = np.zeros_like(seeded) if script.onset else seeded
    if not script.onset:
        u = grow(u, terrain, tumor, 0.0, LEAD_DAYS)
    visits = [u]
    for visit, days in enumerate(np.diff(plan.days), start=1):
        u = seeded if visit == script.onset else u
        u = grow(u, terrain, tumor, script.kill_after(visit), int(days))
        visits.append(u)
    return visits


def _levels(density: Field, white: Field, gray: Field, rim_mm: Field) -> Levels:
    """Edema keeps to white matter: in gray matter it shows only from a higher density."""
    solid = ndimage.gaussian_filter(white + gray, 0.6) - np.float32(0.5)
    visible = EDEMA_LEVEL + CORTEX_LEVEL * ndimage.gaussian_filter(gray, 0.8)
    whole = _without_specks(np.minimum(density - visible, solid))
    core = _without_specks(np.minimum(np.minimum(density - np.float32(ENHANCING_LEVEL), solid), whole))
    depth = np.asarray(ndimage.distance_transform_edt(core > 0), np.float32)
    necrosis = ndimage.gaussian_filter(depth, 0.8) - rim_mm
    return Levels(whole, core, np.where(core > 0, necrosis, -rim_mm).astype(np.float32))


def _without_specks(level: Field) -> Field:
    """Pieces of less than 0.06 ml are no finding: pushed below the surface."""
    speck = (level > 0) & ~large_pieces(level > 0, SPECK_VOXELS)
    return np.where(speck, -np.abs(level), level).astype(np.float32)


def _box(anatomy: Anatomy, seeds_lps_mm: FloatArray) -> tuple[Index, Index]:
    """Start and even shape, in voxels of 1 mm, of the box a tumor may fill."""
    index = anatomy.geometry.to_index(seeds_lps_mm)
    low = np.maximum(np.floor(index.min(axis=0) - MARGIN_MM), 0).astype(int)
    high = np.minimum(np.ceil(index.max(axis=0) + MARGIN_MM), anatomy.geometry.shape).astype(int)
    size = (high - low) // 2 * 2
    return (int(low[0]), int(low[1]), int(low[2])), (int(size[0]), int(size[1]), int(size[2]))


def _to_fine(density: Field, shape: Index) -> Field:
    """The 2 mm field on the 1 mm grid: coarse centers lie between two fine voxels."""
    offset = np.full(3, -0.25)
    fine = ndimage.affine_transform(
        density, np.full(3, 0.5), offset, output_shape=shape, order=2, mode="nearest", output=np.float32
    )
    return np.asarray(np.clip(fine, 0, 1), np.float32)


def _between(limits: tuple[float, float], field: Field) -> Field:
    """A smooth field mapped into the limits."""
    low, high = limits
    spread = np.clip(field / 1.5, -1, 1)
    return np.asarray((low + high) / 2 + (high - low) / 2 * spread, np.float32)
