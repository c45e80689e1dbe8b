"""Two dates of a made patient with known fates of every lesion: the tests hold the score, the benchmark prints it.

Lesions are bumpy ellipsoids, many of them close to others. Between the dates each grows, shrinks, stays, parts in
two, merges with a neighbor or vanishes, and new ones appear, some of them near old ones. The patient is turned,
shifted and locally deformed; what matching is given is the rigid way back with an error, so the deformation is
left for it to bear. The truth is the identity of every voxel, whatever the connected parts come to be: two lesions
that one thick slice joins are merged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial.transform import Rotation

from oncometry.core import Compartment, Geometry, LesionStatus, Segment, Segmentation
from oncometry.core.geometry import FloatArray
from oncometry.measurement import (
    MeasurementSettings,
    Relation,
    Tracked,
    Visit,
    VisitMask,
    follow,
    lesion_masks,
    measure,
)

__all__ = ["FollowUp", "Score", "draw_follow_up", "score_of"]

FIELD_MM = np.array([120.0, 120.0, 90.0])
MARGIN_MM = 16.0
SPACINGS = ((1.0, 1.0, 1.0), (0.9, 0.9, 3.0), (1.0, 1.0, 5.0))
COARSE = MeasurementSettings()
SPECK = 0.1
"""An identity is in a component that holds this part of it, or that consists of it to this part."""


BRIDGE_STEP_MM, LONGEST_BRIDGE_MM = 1.0, 25.0


@dataclass(frozen=True, eq=False)
class Blob:
    """A bumpy ellipsoid; `cut` keeps the side of its middle plane where the first coordinate has that sign."""

    identity: int
    center: FloatArray
    radii: FloatArray
    turn: FloatArray
    bumps: FloatArray
    cut: int = 0
    gap_mm: float = 0.0

    def level(self, points: FloatArray) -> FloatArray:
        """(...) below 1 inside."""
        local = (points - self.center) @ self.turn
        scaled = local / self.radii
        distance = np.linalg.norm(scaled, axis=-1)
        outward = scaled / np.maximum(distance, 1e-9)[..., None]
        level = distance / (1 + 0.2 * np.sin(outward @ self.bumps.T).mean(axis=-1))
        if self.cut:
            level = np.where(self.cut * local[..., 0] > self.gap_mm / 2, level, np.inf)
        return np.asarray(level)

    @property
    def reach(self) -> float:
        return 1.2 * float(self.radii.max())


@dataclass(frozen=True, eq=False)
class FollowUp:
    """Two visits; which lesion of the first is in which of the second, by their numbers; and what of the others.

    `states` holds (visit, lesion number of the other visit, its state there): ABSENT, or TOO_SMALL where voxels of
    it are left.
    """

    visits: tuple[Visit, Visit]
    links: frozenset[tuple[int, int]]
    states: frozenset[tuple[int, int, LesionStatus]]


@dataclass
class Score:
    """What was found rightly, wrongly, and missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def add(self, found: set[object], true: set[object]) -> None:
        self.right += len(found & true)
        self.wrong += len(found - true)
        self.missed += len(true - found)

    @property
    def f1(self) -> float:
        return 2 * self.right / max(2 * self.right + self.wrong + self.missed, 1)


def score_of(pairs: Sequence[FollowUp]) -> tuple[Score, Score]:
    """Of links (splits and merges are several each), and of the states of lesions that are at one visit only."""
    links, states = Score(), Score()
    for pair in pairs:
        tracked = follow(pair.visits).lesions
        links.add(found_links(tracked), set(pair.links))
        states.add(found_states(tracked), set(pair.states))
    return links, states


def found_links(tracked: Sequence[Tracked]) -> set[object]:
    """(number at the first visit, number at the second)."""
    return {(m.earlier, m.later) for t in tracked for _, _, m in t.matches if m.relation is not Relation.NEW}


def found_states(tracked: Sequence[Tracked]) -> set[object]:
    """As `FollowUp.states`."""
    return {
        (3 - seen, number, t.states[3 - seen][0])
        for t in tracked
        for (seen, _), number in t.members.items()
        if t.states[3 - seen][0] in (LesionStatus.ABSENT, LesionStatus.TOO_SMALL)
    }


def draw_follow_up(seed: int, residual_mm: float) -> FollowUp:
    """A pair whose places differ by up to `residual_mm` after the rigid way back that is given."""
    rng = np.random.default_rng([2028, seed])
    first = _draw_lesions(rng)
    second = _draw_fates(first, rng)
    pose = _pose(rng, 8, 10)
    error = _pose(rng, 0.4, 0.8)
    bumps = _draw_deformation(rng, residual_mm)
    way_back = np.linalg.inv(pose)
    one = _rasterize(first, _grid(rng, np.eye(4)), np.eye(4), None)
    two = _rasterize(second, _grid(rng, pose), way_back, bumps)
    visits = (
        Visit(1, (_mask("1", *one, np.eye(4)),)),
        Visit(2, (_mask("2", *two, error @ way_back),)),
    )
    drawn = (one[1], two[1])
    parts = [_parts(v.masks[0].segmentation, labels) for v, labels in zip(visits, drawn, strict=True)]
    links = {(a, b) for a, those in parts[0].items() for b, these in parts[1].items() if those & these}
    states: set[tuple[int, int, LesionStatus]] = set()
    for here, there in ((0, 1), (1, 0)):
        left = set(np.unique(drawn[there]).tolist())
        linked = {link[here] for link in links}
        for number in set(parts[here]) - linked:
            small = bool(parts[here][number] & left)
            states.add((there + 1, number, LesionStatus.TOO_SMALL if small else LesionStatus.ABSENT))
    return FollowUp(visits, frozenset(links), frozenset(states))


def _draw_lesions(rng: np.random.Generator) -> list[Blob]:
    wanted = int(
        rng.choice([rng.integers(1, 6), rng.integers(6, 13), rng.integers(13, 26)], p=[0.5, 0.35, 0.15])
    )
    largest = 15 if wanted < 6 else 10 if wanted < 13 else 6
    lesions: list[Blob] = []
    for _ in range(40 * wanted):
        if len(lesions) == wanted:
            break
        new = _blob(rng, len(lesions), _place(rng, lesions), rng.uniform(2.5, largest))
        if _free(new, lesions, 3.0):
            lesions.append(new)
    return lesions


def _blob(rng: np.random.Generator, identity: int, center: FloatArray, radius: float) -> Blob:
    radii = radius * rng.uniform(0.7, 1.2, 3)
    return Blob(
        identity, center, radii, Rotation.random(random_state=rng).as_matrix(), rng.normal(0, 2, (4, 3))
    )


def _place(rng: np.random.Generator, lesions: Sequence[Blob]) -> FloatArray:
    """Anywhere, or near one that is there."""
    if lesions and rng.uniform() < 0.5:
        near = lesions[int(rng.integers(len(lesions)))]
        away = rng.normal(size=3)
        step = near.reach + rng.uniform(5, 16)
        return np.clip(near.center + step * away / np.linalg.norm(away), MARGIN_MM, FIELD_MM - MARGIN_MM)
    return np.asarray(rng.uniform(MARGIN_MM, FIELD_MM - MARGIN_MM))


def _free(new: Blob, lesions: Sequence[Blob], gap_mm: float) -> bool:
    return all(np.linalg.norm(new.center - x.center) > new.reach + x.reach + gap_mm for x in lesions)


def _draw_fates(first: Sequence[Blob], rng: np.random.Generator) -> list[Blob]:
    second: list[Blob] = []
    for lesion in first:
        others = [x for x in first if x is not lesion]
        second += _fate(lesion, others, rng)
    for _ in range(int(rng.integers(0, 3))):
        new = _blob(rng, len(first) + len(second), _place(rng, first), rng.uniform(2.5, 6))
        if _free(new, [*first, *second], 3.0):
            second.append(new)
    return second


def _fate(lesion: Blob, others: Sequence[Blob], rng: np.random.Generator) -> list[Blob]:
    """What becomes of a lesion; where nobody is near it may grow without reaching others."""
    fate = rng.choice(
        ["stay", "grow", "shrink", "vanish", "split", "merge"], p=[0.25, 0.25, 0.2, 0.1, 0.1, 0.1]
    )
    moved = replace(lesion, center=lesion.center + rng.normal(0, 0.1, 3) * lesion.radii)
    if fate == "vanish":
        return []
    if fate == "split" and lesion.radii[0] > 6:
        gap = rng.uniform(4, 7)
        return [replace(moved, cut=side, gap_mm=gap) for side in (-1, 1)]
    if fate == "merge" and others:
        near = min(others, key=lambda x: float(np.linalg.norm(x.center - lesion.center)))
        bridge = _bridge(moved, near)
        beside = [x for x in others if x is not near]
        if len(bridge) * BRIDGE_STEP_MM < LONGEST_BRIDGE_MM and all(_free(b, beside, 0.0) for b in bridge):
            return [moved, *bridge]
    scale = {"grow": rng.uniform(1.1, 1.8), "shrink": rng.uniform(0.45, 0.9)}.get(
        str(fate), rng.uniform(0.96, 1.04)
    )
    grown = replace(moved, radii=moved.radii * scale)
    return [grown if _free(grown, others, 0.0) or scale < 1.1 else moved]


def _bridge(lesion: Blob, near: Blob) -> list[Blob]:
    """The lesion reaches out to its neighbor: balls up to the neighbor's border."""
    way = near.center - lesion.center
    length = float(np.linalg.norm(way))
    radius = 0.6 * float(min(lesion.radii.min(), near.radii.min()))
    reach = length - 0.5 * float(near.radii.min())
    radii = np.full(3, max(radius, 2.0))
    steps = np.arange(float(lesion.radii.min()) / 2, reach, BRIDGE_STEP_MM)
    return [replace(lesion, center=lesion.center + s * way / length, radii=radii) for s in steps]


def _pose(rng: np.random.Generator, degrees: float, millimeters: float) -> FloatArray:
    matrix = np.eye(4)
    matrix[:3, :3] = Rotation.from_euler("xyz", rng.uniform(-degrees, degrees, 3), degrees=True).as_matrix()
    middle = FIELD_MM / 2
    matrix[:3, 3] = middle + rng.uniform(-millimeters, millimeters, 3) - matrix[:3, :3] @ middle
    return matrix


def _draw_deformation(rng: np.random.Generator, residual_mm: float) -> tuple[FloatArray, FloatArray, float]:
    """Centers and vectors of Gaussian pushes, the largest of `residual_mm`."""
    centers = rng.uniform(0.15, 0.85, (4, 3)) * FIELD_MM
    vectors = rng.normal(size=(4, 3))
    vectors *= residual_mm / np.linalg.norm(vectors, axis=1).max()
    return centers, vectors, float(rng.uniform(18, 30))


def _grid(rng: np.random.Generator, pose: FloatArray) -> Geometry:
    """About the posed field."""
    spacing = SPACINGS[int(rng.integers(len(SPACINGS)))]
    middle = pose[:3, :3] @ (FIELD_MM / 2) + pose[:3, 3] + rng.uniform(-1, 1, 3)
    shape = np.ceil((FIELD_MM + 12) / spacing).astype(int)
    origin = middle - (shape - 1) / 2 * spacing
    return Geometry.from_parts(tuple(int(n) for n in shape), spacing, origin)


def _rasterize(
    blobs: Sequence[Blob],
    geometry: Geometry,
    way_back: FloatArray,
    bumps: tuple[FloatArray, FloatArray, float] | None,
) -> tuple[Geometry, FloatArray]:
    """Identity + 1 of every voxel, 0 outside: that of the blob it lies deepest in."""
    labels = np.zeros(geometry.shape, np.int32)
    deepest = np.ones(geometry.shape)
    for blob in blobs:
        there = np.linalg.inv(way_back) @ np.append(blob.center, 1)
        reach = (blob.reach + 10) / np.array(geometry.spacing_mm)
        middle = geometry.to_index(there[None, :3])[0]
        low = np.maximum(np.floor(middle - reach), 0).astype(int)
        high = np.maximum(np.minimum(np.ceil(middle + reach) + 1, geometry.shape), low).astype(int)
        box = tuple(slice(a, b) for a, b in zip(low, high, strict=True))
        index = np.moveaxis(np.indices(tuple(high - low)), 0, -1) + low
        points = geometry.to_world(index) @ way_back[:3, :3].T + way_back[:3, 3]
        level = blob.level(points + _push(points, bumps))
        better = level < deepest[box]
        deepest[box] = np.where(better, level, deepest[box])
        labels[box] = np.where(better, blob.identity + 1, labels[box])
    return geometry, labels


def _push(points: FloatArray, bumps: tuple[FloatArray, FloatArray, float] | None) -> FloatArray:
    moved = np.zeros_like(points)
    if bumps is not None:
        for center, vector in zip(bumps[0], bumps[1], strict=True):
            squared = ((points - center) ** 2).sum(axis=-1)
            moved += np.exp(-squared / (2 * bumps[2] ** 2))[..., None] * vector
    return moved


def _mask(key: str, geometry: Geometry, labels: FloatArray, to_first: FloatArray) -> VisitMask:
    segment = Segment.from_mask(1, "tumor", Compartment.WHOLE, np.asfortranarray(labels > 0))
    seg = Segmentation(geometry, (segment,))
    return VisitMask(key, seg, measure(seg, COARSE), to_first)


def _parts(seg: Segmentation, labels: FloatArray) -> dict[int, set[int]]:
    """Lesion number -> identities in it."""
    parts, totals = {}, np.bincount(labels.ravel())
    for number, regions in enumerate(lesion_masks(seg, COARSE), 1):
        whole = next(iter(regions.values()))
        inside = labels[whole.box][whole.array]
        counts = np.bincount(inside, minlength=len(totals))
        counts[0] = 0
        least = SPECK * np.minimum(totals, len(inside))
        parts[number] = set(np.flatnonzero((counts > 0) & (counts >= least)).tolist())
    return parts


def drawn(count: int, residual_mm: float, start: int = 0) -> Iterator[FollowUp]:
    """Pairs one after another, each with a deformation up to that much."""
    for seed in range(start, start + count):
        pair = draw_follow_up(seed, residual_mm)
        if any(v.masks[0].measured.lesions for v in pair.visits):
            yield pair
