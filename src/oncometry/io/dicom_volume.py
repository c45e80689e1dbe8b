"""Planes into volumes: separated by what differs, sorted along the normal, checked for gaps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from oncometry.core import Code, Geometry, GeometryError, Notice
from oncometry.core.geometry import FloatArray
from oncometry.io.dicom_frame import TRAITS, Plane
from oncometry.io.orthogonal import orthogonal_grid
from oncometry.io.plausible import unequal

__all__ = ["Refused", "StackedVolume", "is_parallel", "same_spacing", "separate", "stack"]

ALWAYS = ("study", "modality", "frame of reference", "component", "echo time", "b-value", "stack")
ROUNDED = ("echo time", "b-value", "flip angle")
"""Traits that are measured: they differ in the fifth digit within one volume."""
SAME_COSINE, PARALLEL_COSINE = 0.999, 0.99999
"""Planes of one orientation, and planes that are parallel as far as a volume needs (0.26 degrees)."""
SAME_SPACING = 1e-3
STEP_TOLERANCE, FIT_TOLERANCE, DRIFT_MM = 0.2, 0.1, 0.1
SAID_MM = 0.01
MULTIPLE_TOLERANCE = 0.03
"""How far a step may be from a whole multiple of another, as a share of itself: what headers round to."""


@dataclass(frozen=True, eq=False)
class StackedVolume:
    """Planes in order along the normal.

    Attributes:
        native: (4, 4) index to LPS mm as acquired; sheared under gantry tilt.
        geometry: the orthogonal grid on which the volume is given.
        tilted: whether the two differ, so that reading resamples.
    """

    planes: tuple[Plane, ...]
    native: FloatArray
    geometry: Geometry
    tilted: bool
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, eq=False)
class Refused:
    """Planes that make no volume, and why."""

    planes: tuple[Plane, ...]
    error: GeometryError


def separate(planes: Sequence[Plane]) -> list[tuple[list[Plane], str]]:
    """Groups of planes that may be one volume each, with what told them apart ('' for a single one).

    Orientation, matrix and what is among `ALWAYS` always separate. Other
    traits separate only where two planes would lie in the same place, in the order of `TRAITS`, and
    not where each plane has a value of its own (the time of each slice).
    """
    groups = _by_orientation(planes)
    told = ["orientation"] if len(groups) > 1 else []
    for trait in ALWAYS:
        groups = _split(groups, trait, told)
    for trait in TRAITS:
        if trait not in ALWAYS:
            groups = [part for group in groups for part in _split_where_needed(group, trait, told)]
    return [(group, ", ".join(dict.fromkeys(told))) for group in groups]


def _by_orientation(planes: Sequence[Plane]) -> list[list[Plane]]:
    groups: list[list[Plane]] = []
    for plane in planes:
        for group in groups:
            head = group[0]
            if (
                head.shape == plane.shape
                and head.along_i @ plane.along_i > SAME_COSINE
                and head.along_j @ plane.along_j > SAME_COSINE
            ):
                group.append(plane)
                break
        else:
            groups.append([plane])
    return groups


def _split_where_needed(group: list[Plane], trait: str, told: list[str]) -> list[list[Plane]]:
    places = _places(group)
    if places == len(group):
        return [group]
    tried: list[str] = []
    parts = _split([group], trait, tried)
    if places > 1 and len(parts) == len(group):
        return [group]
    told.extend(tried)
    return parts


def _split(groups: list[list[Plane]], trait: str, told: list[str]) -> list[list[Plane]]:
    parts: list[list[Plane]] = []
    for group in groups:
        by_value: dict[str, list[Plane]] = defaultdict(list)
        for plane in group:
            value = plane.traits.get(trait, "")
            by_value[_canonical(value) if trait in ROUNDED else value].append(plane)
        if len(by_value) > 1:
            told.append(trait)
        parts.extend(by_value.values())
    return parts


def _canonical(value: str) -> str:
    try:
        return f"{float(value):.4g}"
    except ValueError:
        return value


def _places(group: list[Plane]) -> int:
    """How many different places along the normal the planes lie in."""
    along = np.sort(np.array([plane.position for plane in group]) @ group[0].normal)
    return 1 + int(np.count_nonzero(np.diff(along) >= 1e-3))


def stack(planes: Sequence[Plane], frame_of_reference_uid: str | None) -> StackedVolume | Refused:
    """Sort along the normal and hold the grid against what a volume needs.

    Refused with `SLICES_INCONSISTENT` (two spacings, a plane turned against the others, two planes
    in one place, uneven steps, planes off their line), `SLICE_MISSING` (a gap of whole steps) or
    `GEOMETRY_MISSING` (one plane of unknown thickness). Position errors up to 10 % of a step are
    accepted.
    """
    normal = planes[0].normal
    ordered = tuple(sorted(planes, key=lambda p: float(p.position @ normal)))
    try:
        step = _step(ordered, normal)
        native = _affine(ordered, step)
        geometry, tilted = _grid(ordered, native, frame_of_reference_uid)
    except GeometryError as error:
        return Refused(ordered, error)
    notices = (*((_tilt_notice(native),) if tilted else ()), *_doubts(ordered, native))
    return StackedVolume(ordered, native, geometry, tilted, notices)


def _step(planes: tuple[Plane, ...], normal: FloatArray) -> FloatArray:
    """(3,) mm from one plane to the next, measured; the stated one only for a single plane."""
    spacings = np.array([plane.spacing for plane in planes])
    if np.ptp(spacings, axis=0).max() > SAME_SPACING * spacings.min():
        values = sorted({plane.spacing for plane in planes})
        raise GeometryError(Code.SLICES_INCONSISTENT, f"the series has pixel spacings {values} mm.")
    _check_parallel(planes)
    if len(planes) == 1:
        return normal * _stated_step(planes[0])
    along = np.array([plane.position @ normal for plane in planes])
    _check_steps(along)
    positions = np.array([plane.position for plane in planes])
    step = (positions[-1] - positions[0]) / (len(planes) - 1)
    off = np.abs(positions - positions[0] - np.arange(len(planes))[:, None] * step).max()
    allowed = max(DRIFT_MM, FIT_TOLERANCE * float(np.linalg.norm(step)))
    if off > allowed:
        raise GeometryError(
            Code.SLICES_INCONSISTENT, f"a slice lies {off:.3g} mm off the line of the others."
        )
    return np.asarray(step)


def same_spacing(one: Plane, other: Plane) -> bool:
    """Whether the pixels of two planes have the same sides, to a thousandth."""
    return max(abs(a - b) for a, b in zip(one.spacing, other.spacing, strict=True)) <= SAME_SPACING * min(
        one.spacing
    )


def is_parallel(one: Plane, other: Plane) -> bool:
    """Whether rows and columns of two planes run the same way, as far as a volume needs."""
    return bool(min(one.along_i @ other.along_i, one.along_j @ other.along_j) >= PARALLEL_COSINE)


def _check_parallel(planes: tuple[Plane, ...]) -> None:
    head = planes[len(planes) // 2]
    cosine = min(min(p.along_i @ head.along_i, p.along_j @ head.along_j) for p in planes)
    if cosine < PARALLEL_COSINE:
        angle = float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))
        raise GeometryError(
            Code.SLICES_INCONSISTENT, f"a slice is turned by {angle:.2f} degrees against the others."
        )


def _stated_step(plane: Plane) -> float:
    stated = plane.step or plane.thickness
    if not stated or stated <= 0:
        raise GeometryError(
            Code.GEOMETRY_MISSING, "a single slice whose thickness is not stated has no volume."
        )
    return stated


def _check_steps(along: FloatArray) -> None:
    steps = np.diff(along)
    median = float(np.median(steps))
    if steps.min() < 1e-3:
        raise GeometryError(
            Code.SLICES_INCONSISTENT,
            f"{int((steps < 1e-3).sum()) + 1} of {len(along)} slices lie in the place of another, and nothing tells "
            "them apart: copies, or several volumes under one Series Instance UID.",
            advice="Give one of them alone.",
        )
    far = np.abs(steps - median) > STEP_TOLERANCE * median
    if not far.any():
        return
    ratios = steps[far] / median
    if np.abs(ratios - ratios.round()).max() < STEP_TOLERANCE and ratios.min() > 1.5:
        lost = int(ratios.round().sum() - far.sum())
        first = float(along[int(np.argmax(far))])
        raise GeometryError(
            Code.SLICE_MISSING,
            f"{lost} of {len(along) + lost} slices are missing, the first after {first:.2f} mm along the "
            f"normal (slices are {median:.3g} mm apart).",
            advice="Export the series again.",
        )
    raise GeometryError(
        Code.SLICES_INCONSISTENT,
        f"slices lie {steps.min():.3g} to {steps.max():.3g} mm apart: no even grid.",
    )


def _affine(planes: tuple[Plane, ...], step: FloatArray) -> FloatArray:
    affine = np.eye(4)
    affine[:3, 0] = planes[0].along_i * planes[0].spacing[0]
    affine[:3, 1] = planes[0].along_j * planes[0].spacing[1]
    affine[:3, 2] = step
    affine[:3, 3] = planes[0].position
    return affine


def _grid(planes: tuple[Plane, ...], native: FloatArray, uid: str | None) -> tuple[Geometry, bool]:
    """The grid to give, and whether it must be resampled: planes drift more than 0.1 mm sideways."""
    shape = (*planes[0].shape, len(planes))
    normal = planes[0].normal
    sideways = native[:3, 2] - (native[:3, 2] @ normal) * normal
    drift = float(np.linalg.norm(sideways)) * (len(planes) - 1)
    if drift > DRIFT_MM:
        return orthogonal_grid(Geometry(shape, native, uid)), True
    straight = native.copy()
    straight[:3, 2] = (native[:3, 2] @ normal) * normal
    return Geometry(shape, straight, uid), False


def _doubts(planes: tuple[Plane, ...], native: FloatArray) -> list[Notice]:
    """What is accepted, but may be a damaged number: planes that leave the grid, pixels that are not square."""
    found = []
    far = np.array([[0, 0], [planes[0].shape[0] - 1, 0], [0, planes[0].shape[1] - 1]])
    off = max(
        float(np.abs(p.pixels(far) - (far @ native[:3, :2].T + native[:3, 3] + n * native[:3, 2])).max())
        for n, p in enumerate(planes)
    )
    if off > SAID_MM:
        what = f"slices lie up to {off:.3g} mm off an even grid; the grid of the first was taken."
        found.append(Notice(Code.SLICES_INCONSISTENT, what))
    what = _thinned(planes, float(np.linalg.norm(native[:3, 2])))
    if what:
        found.append(Notice(Code.SLICE_MISSING, what))
    what = unequal(planes[0].spacing)
    if what:
        found.append(Notice(Code.PIXELS_NOT_SQUARE, what))
    return found


def _thinned(planes: tuple[Plane, ...], step: float) -> str:
    """Why every so many slices of an even stack may be lost, '' where nothing says so.

    A notice and no refusal: scanners interleave stacks, some write the gap as Spacing Between Slices, and people thin
    series out on purpose.
    """
    if len(planes) < 2:
        return ""
    stated, thickness = planes[0].step, planes[0].thickness
    gap = (
        stated
        and thickness
        and stated < thickness
        and abs(stated + thickness - step) < MULTIPLE_TOLERANCE * step
    )
    if stated and not gap and _multiple(step, stated) >= 2:
        lost = f"the header says {stated:g} (Spacing Between Slices)"
        return (
            f"slices lie {step:.4g} mm apart and {lost}: only one of {_multiple(step, stated)} may be here."
        )
    numbers = [plane.number for plane in planes if plane.number is not None]
    counts = {abs(two - one) for one, two in pairwise(numbers)}
    if len(numbers) == len(planes) and len(counts) == 1 and thickness:
        count = counts.pop()
        if count >= 2 and _multiple(step, thickness) == count:
            lost = f"are {thickness:g} mm thick, and their numbers go up by {count:g}"
            return f"slices lie {step:.4g} mm apart, {lost}: only one of {count:g} may be here."
    return ""


def _multiple(step: float, of: float) -> int:
    """How many times one is in the other, 0 where that is no whole number."""
    times = step / of if of > 0 else 0.0
    return round(times) if abs(times - round(times)) <= MULTIPLE_TOLERANCE * times else 0


def _tilt_notice(native: FloatArray) -> Notice:
    normal = np.cross(native[:3, 0], native[:3, 1])
    cosine = native[:3, 2] @ normal / np.linalg.norm(native[:3, 2]) / np.linalg.norm(normal)
    angle = float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))
    return Notice(Code.TILT, f"slices are tilted {angle:.2f} degrees; resampled to an upright grid.")
