"""Grids that no patient fits: the header's lengths cannot be believed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from oncometry.core import Code, Geometry, Notice

__all__ = ["implausible", "unequal"]

WIDEST_MM = 800.0
LONGEST_MM = 2500.0
FARTHEST_MM = 10_000.0
THIN_SLAB_MM = 30.0
WIDE_FIELD_MM = 150.0
SLAB_SLICES = 10
CUBIC = 0.01
SQUARE = 1e-4
"""Share by which the sides of a square pixel may differ: digits that were rounded."""


def unequal(spacing_mm: Sequence[float]) -> str:
    """What to say where no two of the spacings are equal, which few scanners make; '' where two are."""
    if any(abs(a - b) <= SQUARE * max(a, b) for a, b in combinations(spacing_mm, 2)):
        return ""
    shown = " x ".join(f"{s:.6g}" for s in spacing_mm)
    return f"the sides of a pixel are not equal ({shown} mm), which few scanners make; taken as stated."


def implausible(geometry: Geometry, path: str | None = None) -> Notice | None:
    """A `SPACING_IMPLAUSIBLE` notice where the lengths cannot be a patient's; None where they can.

    Four rules: in-plane wider than 80 cm (no scanner bore is); longer than 2.5 m; more than 10 m from the
    origin, which lies in the scanner or in the head; or the mark of a header that lost its spacing: cubic
    voxels, 10 slices or more, a field wider than 15 cm, and yet less than 3 cm thick (a stack of thick slices
    that claims 1 x 1 x 1 mm).
    """
    spacing, shape = geometry.spacing_mm, geometry.shape
    extents = sorted(n * s for n, s in zip(shape, spacing, strict=True))
    cubic = max(spacing) - min(spacing) <= CUBIC * max(spacing)
    slab = cubic and min(shape) >= SLAB_SLICES and extents[0] < THIN_SLAB_MM and extents[1] >= WIDE_FIELD_MM
    farthest = float(abs(geometry.corners()).max())
    if farthest > FARTHEST_MM:
        what = f"the volume lies up to {farthest / 1000:.4g} m from the origin of its coordinates, where no scanner is"
        return Notice(Code.SPACING_IMPLAUSIBLE, f"{what}: only relative change can be trusted.", path)
    if extents[2] <= LONGEST_MM and extents[1] <= WIDEST_MM and not slab:
        return None
    what = " x ".join(f"{n * s:.0f}" for n, s in zip(shape, spacing, strict=True))
    return Notice(
        Code.SPACING_IMPLAUSIBLE,
        f"the volume is {what} mm at {' x '.join(f'{s:.4g}' for s in spacing)} mm spacing, which no patient "
        "is: only relative change can be trusted.",
        path,
    )
