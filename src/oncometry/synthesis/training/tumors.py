"""Tumors of every make in a training head: grown by reaction and diffusion, then told apart by level and depth.

The model is `synthesis.growth`; how far a tumor's parts reach, whether it enhances at all, and in patches or as a rim,
is drawn far more widely than in the demo cohort.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from oncometry.core import Code, LabelError
from oncometry.synthesis.anatomy import Field
from oncometry.synthesis.deformation import unit_field
from oncometry.synthesis.growth import Terrain, Tumor, coarse, grow, seed_density, seed_distance
from oncometry.synthesis.parts import large_pieces
from oncometry.synthesis.training.classes import PARENCHYMA, HeadClass, HeadMap

__all__ = ["TumorPlan", "draw_tumor", "with_tumor"]

GRAY = (HeadClass.CORTEX, HeadClass.DEEP_GRAY, HeadClass.CEREBELLUM_GRAY, HeadClass.BRAINSTEM)
INVADED = (*PARENCHYMA, HeadClass.VESSEL, HeadClass.DURA)
MARGIN_MM = 50
FOCI_MM = 30.0
SPECK_VOXELS = 30


@dataclass(frozen=True)
class TumorPlan:
    """One tumor, as drawn.

    Attributes:
        seeds: (n, 3) voxel indices where it begins.
        radius_mm, days, rates: how large it begins, how long and how fast it grows.
        edema_level, core_level: cell density at the outer borders of edema and core; no edema where they are equal.
        rim_mm: how thick the viable rim about the necrosis is.
        enhancing_share: 0 does not enhance, 1 the whole of the viable core does.
        roughness: of the terrain, which makes its border irregular.
    """

    seeds: NDArray[np.float64]
    radius_mm: float
    days: int
    rates: Tumor
    edema_level: float
    core_level: float
    rim_mm: float
    enhancing_share: float
    roughness: float
    seed: int


def draw_tumor(head: HeadMap, rng: np.random.Generator) -> TumorPlan:
    """Draw where and what a tumor is; mostly it begins in white matter.

    Raises:
        LabelError: `LABEL_ABSENT`, the head has no brain tissue.
    """
    first = _places(head, rng)
    foci = int(rng.choice([1, 2, 3], p=[0.75, 0.17, 0.08]))
    kind = rng.choice(["ring", "solid", "infiltrating", "metastasis"], p=[0.5, 0.18, 0.2, 0.12])
    core = float(rng.uniform(0.45, 0.85))
    edema = float(rng.uniform(0.05, 0.3)) if kind != "solid" or rng.random() < 0.6 else core
    small = kind == "metastasis"
    return TumorPlan(
        seeds=np.array([first] + [_beside(first, head, rng) for _ in range(foci - 1)], float),
        radius_mm=float(rng.uniform(1.5, 7.0) if small else rng.uniform(6.0, 26.0)),
        days=int(rng.integers(20, 60) if small else rng.integers(60, 220)),
        rates=Tumor(float(rng.uniform(0.03, 0.35)), float(rng.uniform(0.012, 0.06))),
        edema_level=edema,
        core_level=core,
        rim_mm=float(rng.uniform(1.5, 6.5)) if kind in ("ring", "metastasis") else 99.0,
        enhancing_share=float(rng.uniform(0.0, 0.25) if kind == "infiltrating" else rng.uniform(0.75, 1.0)),
        roughness=float(rng.uniform(0.4, 1.7)),
        seed=int(rng.integers(2**31)),
    )


def with_tumor(head: HeadMap, plan: TumorPlan) -> HeadMap:
    """The head with that tumor in it; where two lie, the later one."""
    grown = head.copy()
    box = _box(head, plan.seeds)
    grown[box] = _labels(head[box], plan, np.array([s.start for s in box]))
    return grown


def _labels(head: HeadMap, plan: TumorPlan, start: NDArray[np.int64]) -> HeadMap:
    rng = np.random.default_rng(plan.seed)
    density = _density(head, plan, start, rng)
    open_to_it = np.isin(head, INVADED)
    uneven = 0.05 * unit_field(rng, 12, _shape(head))
    core = large_pieces(open_to_it & (density > plan.core_level + uneven), SPECK_VOXELS)
    cortex = 0.12 * np.isin(head, GRAY)
    edema = (
        large_pieces(open_to_it & (density > plan.edema_level + cortex), SPECK_VOXELS)
        if plan.edema_level < plan.core_level
        else core
    )
    depth = ndimage.gaussian_filter(ndimage.distance_transform_edt(core).astype(np.float32), 0.8)
    rim = plan.rim_mm * (1 + 0.35 * unit_field(rng, 12, _shape(head)))
    viable = core & (depth <= np.maximum(rim, 1.0))
    patches = unit_field(rng, 16, _shape(head))
    enhancing = viable & (patches <= _quantile(patches[viable], plan.enhancing_share))
    labels = head.copy()
    labels[edema] = HeadClass.EDEMA
    labels[core] = HeadClass.NECROSIS
    labels[viable] = HeadClass.NON_ENHANCING
    labels[enhancing] = HeadClass.ENHANCING
    return labels


def _density(head: HeadMap, plan: TumorPlan, start: NDArray[np.int64], rng: np.random.Generator) -> Field:
    """Cell density on the 1 mm box, grown at 2 mm."""
    white = coarse(np.isin(head, PARENCHYMA) & ~np.isin(head, GRAY))
    gray = coarse(np.isin(head, GRAY))
    rough = np.clip(np.exp(plan.roughness * unit_field(rng, 14, _shape(white))), 0.15, 1.7)
    terrain = Terrain.of(white, gray, rough)
    distance = seed_distance(plan.seeds - start, white.shape)
    grown = grow(seed_density(distance, plan.radius_mm, plan.rates), terrain, plan.rates, 0.0, plan.days)
    fine = ndimage.zoom(grown, 2, order=1, mode="nearest", grid_mode=True)
    return np.asarray(np.clip(fine, 0, 1), np.float32)


def _places(head: HeadMap, rng: np.random.Generator) -> NDArray[np.int64]:
    """A voxel of parenchyma, of white matter in four of five where there is some."""
    wanted = head == HeadClass.WHITE_MATTER if rng.random() < 0.8 else np.isin(head, PARENCHYMA)
    places = np.argwhere(wanted if wanted.any() else np.isin(head, PARENCHYMA))
    if not len(places):
        raise LabelError(
            Code.LABEL_ABSENT, "there is no brain tissue in the label map, in which a tumor could grow."
        )
    return places[rng.integers(len(places))]


def _beside(first: NDArray[np.int64], head: HeadMap, rng: np.random.Generator) -> NDArray[np.int64]:
    """Another voxel of white matter, some centimeters away."""
    white = np.argwhere(head == HeadClass.WHITE_MATTER)
    near = white[np.linalg.norm(white - first, axis=1) < FOCI_MM]
    return near[rng.integers(len(near))] if len(near) else first


def _box(head: HeadMap, seeds: NDArray[np.float64]) -> tuple[slice, slice, slice]:
    """The even box that a tumor may fill."""
    low = np.maximum(seeds.min(axis=0).astype(int) - MARGIN_MM, 0)
    high = np.minimum(seeds.max(axis=0).astype(int) + MARGIN_MM, head.shape)
    high -= (high - low) % 2
    i, j, k = (slice(int(a), int(b)) for a, b in zip(low, high, strict=True))
    return i, j, k


def _quantile(values: NDArray[np.float32], share: float) -> float:
    return float(np.quantile(values, share)) if values.size else 0.0


def _shape(array: NDArray[np.generic]) -> tuple[int, int, int]:
    i, j, k = array.shape
    return i, j, k
