"""What a person shows of a lesion: a click in it, a box around it, or its RECIST line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias

import numpy as np

from oncometry.core import Code, SettingsError
from oncometry.core.geometry import FloatArray
from oncometry.core.geometry import Point as Place

__all__ = ["Box", "Diameter", "Hint", "HintKind", "Point", "hint_of"]

HintKind = Literal["point", "box", "diameter"]
SMALLEST_MM = 2.0
"""Shortest side of a box, and shortest line: below it there are no voxels to learn from."""


@dataclass(frozen=True)
class Point:
    """A click inside the lesion, (x, y, z) LPS mm.

    Raises:
        SettingsError: `SETTINGS`, a coordinate that is not finite.
    """

    at: Place
    kind: ClassVar[HintKind] = "point"

    def __post_init__(self) -> None:
        _check_finite(self)

    @property
    def points(self) -> FloatArray:
        """(1, 3) LPS mm."""
        return np.array([self.at], dtype=float)


@dataclass(frozen=True)
class Box:
    """Two opposite corners of a box around the lesion, (x, y, z) LPS mm, in any order.

    Raises:
        SettingsError: `SETTINGS`, a coordinate that is not finite, or a side below 2 mm.
    """

    corner: Place
    opposite: Place
    kind: ClassVar[HintKind] = "box"

    def __post_init__(self) -> None:
        _check_finite(self)
        sides = np.abs(self.points[1] - self.points[0])
        if sides.min() < SMALLEST_MM:
            raise SettingsError(
                Code.SETTINGS,
                f"the box has sides of {_listed(sides)} mm; each must be {SMALLEST_MM:g} mm or more.",
                advice="Give two opposite corners that hold the lesion in all three directions.",
            )

    @property
    def points(self) -> FloatArray:
        """(2, 3) LPS mm."""
        return np.array([self.corner, self.opposite], dtype=float)


@dataclass(frozen=True)
class Diameter:
    """The ends of the lesion's longest diameter on a slice (the RECIST line), (x, y, z) LPS mm.

    Raises:
        SettingsError: `SETTINGS`, a coordinate that is not finite, or a line below 2 mm.
    """

    start: Place
    end: Place
    kind: ClassVar[HintKind] = "diameter"

    def __post_init__(self) -> None:
        _check_finite(self)
        if self.length_mm < SMALLEST_MM:
            raise SettingsError(
                Code.SETTINGS,
                f"the line is {self.length_mm:.3g} mm long; it must be {SMALLEST_MM:g} mm or more.",
                advice="Give the two ends of the longest diameter, or a click: --point.",
            )

    @property
    def points(self) -> FloatArray:
        """(2, 3) LPS mm."""
        return np.array([self.start, self.end], dtype=float)

    @property
    def length_mm(self) -> float:
        return float(np.linalg.norm(self.points[1] - self.points[0]))


Hint: TypeAlias = Point | Box | Diameter
COUNTS = {"point": 3, "box": 6, "diameter": 6}


def hint_of(kind: HintKind, numbers: tuple[float, ...], *, ras: bool = False) -> Hint:
    """A hint from its numbers: 3 for a point, 6 for a box or a diameter.

    Args:
        ras: the numbers are RAS mm (first two axes of other sign) instead of LPS.

    Raises:
        SettingsError: `SETTINGS`, another count, or as the hints.
    """
    if len(numbers) != COUNTS[kind]:
        raise SettingsError(
            Code.SETTINGS,
            f"a {kind} takes {COUNTS[kind]} numbers in mm, got {len(numbers)}: {_listed(numbers)}.",
        )
    turned = np.array(numbers, dtype=float).reshape(-1, 3) * ((-1, -1, 1) if ras else (1, 1, 1))
    places: list[Place] = [(float(x), float(y), float(z)) for x, y, z in turned]
    if kind == "point":
        return Point(places[0])
    return Box(*places) if kind == "box" else Diameter(*places)


def _check_finite(hint: Hint) -> None:
    if not np.isfinite(hint.points).all():
        raise SettingsError(
            Code.SETTINGS,
            f"the {hint.kind} has a coordinate that is not finite: {_listed(hint.points.ravel())}.",
        )


def _listed(numbers: object) -> str:
    return ", ".join(f"{n:g}" for n in np.asarray(numbers, dtype=float).ravel()[:8])
