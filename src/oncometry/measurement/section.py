"""The slice that is measured: its two lines and its outline."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from oncometry.core.geometry import FloatArray, Point
from oncometry.measurement.result import Diameter
from oncometry.measurement.slices import SliceDiameters

__all__ = ["Section", "section_of"]


@dataclass(frozen=True, eq=False)
class Section:
    """Slice index along k, both lines, outline polygons (n, 3) LPS mm."""

    slice: int
    longest: Diameter
    perpendicular: Diameter
    outline_lps_mm: tuple[FloatArray, ...]


def section_of(
    table: SliceDiameters,
    row: int,
    to_world: Callable[[FloatArray], FloatArray],
    slice_index: int,
    outline: tuple[FloatArray, ...],
) -> Section:
    """A row of the slice table as lines in space.

    Args:
        table: where the row is.
        row: which.
        to_world: in-plane coordinates (2,) to LPS mm (3,).
        slice_index: of the row in the whole grid.
        outline: polygons in LPS mm.
    """
    lengths = (float(table.longest_mm[row]), float(table.perpendicular_mm[row]))
    lines = []
    for which, length in enumerate(lengths):
        start, end = (_point(to_world(table.ends[row, which, end])) for end in (0, 1))
        lines.append(Diameter(start, end, length, bool(table.leaves[row, which])))
    return Section(slice_index, lines[0], lines[1], outline)


def _point(coordinates: FloatArray) -> Point:
    x, y, z = coordinates.tolist()
    return float(x), float(y), float(z)
