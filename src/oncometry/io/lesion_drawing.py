"""A reading with the lines it was measured along: what DICOM SR and 3D Slicer markups hold of a lesion."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

from oncometry.core import Notice
from oncometry.core.geometry import Point
from oncometry.core.reading import LesionReading

__all__ = ["UNNAMED", "LesionDrawing", "Line", "ReadDrawings", "length_mm"]

Line = tuple[Point, Point]
"""Both ends, LPS mm."""

UNNAMED = "unnamed reader"
"""The reader of a file that names none."""


@dataclass(frozen=True, eq=False)
class LesionDrawing:
    """One lesion as one reader drew it at one visit.

    Attributes:
        reading: what was said of it.
        longest, perpendicular: the in-plane pair, where it is known where they lie.
        diameter_3d: the longest line in space.
        segment_number: of the SEG beside it.
        frame_uid: frame of reference of the lines; None where the file states none.
    """

    reading: LesionReading
    longest: Line | None = None
    perpendicular: Line | None = None
    diameter_3d: Line | None = None
    segment_number: int | None = None
    frame_uid: str | None = None


@dataclass(frozen=True, eq=False)
class ReadDrawings:
    """All that a file holds, and what of it was not understood.

    `acquired`: date of the study, where the file states one.
    """

    drawings: tuple[LesionDrawing, ...]
    notices: tuple[Notice, ...] = ()
    acquired: date | None = None


def length_mm(line: Line) -> float:
    """Distance of the two ends."""
    return math.dist(*line)
