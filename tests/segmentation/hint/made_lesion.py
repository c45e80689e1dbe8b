"""Lesions of known shape in made-up tissue, to judge segmentation from a hint.

Shapes are ellipsoids bent by a smooth random field, so that their outline is irregular and need not be star-shaped.
Voxels hold the share of each tissue (partial volume), blurred by a scanner and with its noise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from oncometry.core import Compartment, Geometry, Image, Modality, Segment, Segmentation, Unit

__all__ = ["TISSUES", "MadeLesion", "make_lesion"]

TISSUES = ("lung", "liver", "muscle", "mr")
FINE = 2
"""Fine voxels along each side of a voxel."""
PLANES_MM = (1.0, 2.0, 3.0, 5.0)


@dataclass(frozen=True, eq=False)
class MadeLesion:
    """An image, and what is true of it."""

    name: str
    image: Image
    truth: Segmentation


def make_lesion(
    number: int, tissue: str, diameter_mm: float | None = None, planes_mm: float | None = None
) -> MadeLesion:
    """Lesion `number` (also the seed) of 8 to 60 mm on slices 1 to 5 mm apart, unless told otherwise."""
    rng = np.random.default_rng([number, TISSUES.index(tissue)])
    diameter = diameter_mm or float(np.exp(rng.uniform(np.log(8), np.log(60))))
    drawn = float(rng.choice([p for p in PLANES_MM if p <= diameter / 3 + 0.5]))
    planes = planes_mm or drawn
    spacing = np.array([0.8, 0.8, planes])
    extent = diameter * 1.3 + 40
    shape = np.maximum(np.ceil(extent / spacing), 12).astype(int)
    fine = spacing / (FINE, FINE, max(round(planes / 0.8), 1))
    blocks = np.round(spacing / fine).astype(int)
    places = np.ix_(
        *[(np.arange(n * b) - (n * b - 1) / 2) * f for n, b, f in zip(shape, blocks, fine, strict=True)]
    )
    lesion = _lesion(rng, places, fine, diameter)
    body = _tissues(rng, tissue, places, diameter)
    level = _level(rng, tissue)
    picture = np.where(lesion, level, body)
    picture = ndimage.gaussian_filter(picture, 0.6 / fine * (1, 1, 0.8))
    picture = _blocks(picture, blocks)
    share = _blocks(lesion.astype(np.float32), blocks)
    sigma = {"lung": 35.0, "liver": 14.0, "muscle": 11.0, "mr": 0.09}[tissue]
    noise = ndimage.gaussian_filter(rng.normal(size=picture.shape), (0.7, 0.7, 0.2))
    picture = picture + sigma * noise / noise.std()
    if tissue == "mr":
        slope = rng.normal(size=3) * 0.25 / extent
        centers = np.ix_(*[(np.arange(n) - (n - 1) / 2) * s for n, s in zip(shape, spacing, strict=True)])
        picture = np.abs(picture) * (1 + sum(g * c for g, c in zip(slope, centers, strict=True)))
    geometry = Geometry.from_parts(tuple(int(n) for n in shape), spacing, (-120.0, 30.0, 400.0))
    modality, unit = (Modality.MR, Unit.ARBITRARY) if tissue == "mr" else (Modality.CT, Unit.HU)
    image = Image(picture.astype(np.float32), geometry, modality, unit=unit)
    segment = Segment.from_mask(1, "tumor", Compartment.WHOLE, share >= 0.5)
    return MadeLesion(f"{tissue}-{number}", image, Segmentation(geometry, (segment,)))


def _lesion(
    rng: np.random.Generator, places: tuple[np.ndarray, ...], fine: np.ndarray, diameter: float
) -> np.ndarray:
    """A bent ellipsoid, turned at random, on the fine grid; its largest part."""
    axes = diameter / 2 * np.array([1.0, rng.uniform(0.6, 1.0), rng.uniform(0.6, 1.0)])
    turn, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    radius = np.sqrt(sum((sum(turn[a, b] * places[b] for b in range(3)) / axes[a]) ** 2 for a in range(3)))
    coarse = rng.normal(size=(14, 14, 14))
    size = radius.shape
    steps = [
        np.linspace(0, 13, n) * min(1.0, n * f / (diameter * 3)) for n, f in zip(size, fine, strict=True)
    ]
    bend = ndimage.map_coordinates(
        ndimage.gaussian_filter(coarse, 0.8), np.meshgrid(*steps, indexing="ij"), order=1
    )
    strength, whole = rng.uniform(0.0, 0.25), np.count_nonzero(radius < 1)
    bend = (bend - bend[radius < 1].mean()) / max(float(bend[radius < 1.3].std()), 1e-6)
    while True:
        parts, _ = ndimage.label(radius + strength * bend < 1)
        sizes = np.bincount(parts.ravel())
        sizes[0] = 0
        if sizes.max() >= whole / 2:
            return parts == int(sizes.argmax())
        strength /= 2


def _level(rng: np.random.Generator, tissue: str) -> float:
    """Of the lesion; HU, or parts of the parenchyma's signal."""
    level = {
        "lung": rng.uniform(-50, 60),
        "liver": rng.uniform(45, 75),
        "muscle": rng.uniform(20, 38),
        "mr": rng.uniform(1.45, 1.9),
    }[tissue]
    return float(level)


def _tissues(
    rng: np.random.Generator, tissue: str, places: tuple[np.ndarray, ...], diameter: float
) -> np.ndarray:
    """What lies around: parenchyma, a wall that the lesion may touch, tubes that may run into it."""
    base, wall, tube = {
        "lung": (-850.0, 45.0, 30.0),
        "liver": (105.0, -95.0, 165.0),
        "muscle": (58.0, -100.0, 500.0),
        "mr": (1.0, 0.3, 0.2),
    }[tissue]
    shape = np.broadcast_shapes(*[p.shape for p in places])
    body = np.full(shape, base, dtype=np.float32)
    normal = rng.normal(size=3)
    normal /= np.linalg.norm(normal)
    away = diameter / 2 * rng.uniform(0.75, 1.5) + (0 if tissue == "lung" else 3)
    body[sum(n * p for n, p in zip(normal, places, strict=True)) > away] = wall
    for _ in range(4):
        along = rng.normal(size=3)
        along /= np.linalg.norm(along)
        through = rng.normal(size=3)
        through *= diameter / 2 * rng.uniform(0.9, 1.8) / np.linalg.norm(through)
        thick = rng.uniform(0.8, 2.5)
        rest = [p - t for p, t in zip(places, through, strict=True)]
        run = sum(a * r for a, r in zip(along, rest, strict=True))
        body[sum(r**2 for r in rest) - run**2 < thick**2] = tube
    return body


def _blocks(values: np.ndarray, blocks: np.ndarray) -> np.ndarray:
    ni, nj, nk = (n // b for n, b in zip(values.shape, blocks, strict=True))
    bi, bj, bk = blocks
    return values.reshape(ni, bi, nj, bj, nk, bk).mean(axis=(1, 3, 5))
