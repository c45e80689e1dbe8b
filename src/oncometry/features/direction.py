"""Directions that the matrices of GLCM and GLRLM follow, and which of them make one matrix.

Source: IBSI reference manual (arXiv 1612.07003), sections 3.6 and 3.7; PyRadiomics' conventions are its own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from oncometry.core.geometry import Point
from oncometry.features.feature import Aggregation

__all__ = ["AngleSettings", "Direction", "Plan", "Weighting", "directions", "plan_of", "weights_of"]

Direction = tuple[int, int, int]
"""Steps along k, j, i; the first that is not 0 is positive, for the opposite direction finds the same pairs and runs."""


class Weighting(StrEnum):
    """PyRadiomics' weightingNorm: how long an angle is, by which its matrix counts."""

    MANHATTAN = "manhattan"
    EUCLIDEAN = "euclidean"
    INFINITY = "infinity"
    NO_WEIGHTING = "no_weighting"


@dataclass(frozen=True)
class AngleSettings:
    """PyRadiomics' settings of its directional families.

    Attributes:
        distances: Chebyshev lengths of the steps between paired voxels, in voxels; GLCM only.
        symmetric: whether a pair counts in both orders; GLCM only.
        weighting: None averages the features of all angles, else the weighted sum of all matrices has one value.
        flat_axis: of k, j, i, the array axis that no angle goes along (force2Ddimension); None is 3-D.
    """

    distances: tuple[int, ...] = (1,)
    symmetric: bool = True
    weighting: Weighting | None = None
    flat_axis: int | None = None


class Plan(NamedTuple):
    """As the kernels take it."""

    directions: tuple[Direction, ...]
    by_slice: bool
    merge: bool


def directions(distances: tuple[int, ...] = (1,), flat_axis: int | None = None) -> tuple[Direction, ...]:
    """Half of all steps of these Chebyshev lengths: 13 of length 1, 4 of them within a plane."""
    reach = range(-max(distances), max(distances) + 1)
    return tuple(
        (k, j, i)
        for k in reach
        for j in reach
        for i in reach
        if (k, j, i) > (0, 0, 0)
        and max(abs(k), abs(j), abs(i)) in distances
        and (flat_axis is None or (k, j, i)[flat_axis] == 0)
    )


def plan_of(aggregation: Aggregation, distance: int = 1) -> Plan:
    """IBSI's six ways; slices are planes of equal k. A distance lengthens the 13 directions."""
    flat_axis = None if aggregation in (Aggregation.AVERAGED_3D, Aggregation.MERGED_3D) else 0
    return Plan(
        tuple((k * distance, j * distance, i * distance) for k, j, i in directions(flat_axis=flat_axis)),
        by_slice=aggregation in (Aggregation.AVERAGED_2D, Aggregation.SLICE_MERGED_2D),
        merge=aggregation in (Aggregation.SLICE_MERGED_2D, Aggregation.MERGED_25D, Aggregation.MERGED_3D),
    )


def weights_of(
    angles: Sequence[Direction],
    spacing_mm: Point,
    weighting: Weighting | None,
    of_length_mm: Callable[[float], float],
) -> list[float]:
    """How much the matrix of each angle counts: all the same without a weighting, else by the length of a step."""
    if weighting in (None, Weighting.NO_WEIGHTING):
        return [1.0] * len(angles)
    return [of_length_mm(_length_mm(angle, spacing_mm, weighting)) for angle in angles]


def _length_mm(direction: Direction, spacing_mm: Point, weighting: Weighting) -> float:
    """Of a step, in the norm that a weighting names; spacing along i, j, k."""
    steps = [abs(n) * mm for n, mm in zip(direction, reversed(spacing_mm), strict=True)]
    match weighting:
        case Weighting.MANHATTAN:
            return sum(steps)
        case Weighting.EUCLIDEAN:
            return math.hypot(*steps)
        case Weighting.INFINITY:
            return max(steps)
        case Weighting.NO_WEIGHTING:
            raise ValueError("no_weighting has no norm; every matrix counts the same.")
