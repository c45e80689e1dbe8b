"""A segmentation: segments on one grid, which may overlap. It is not a label map."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oncometry.core.errors import Code, LabelError, Notice
from oncometry.core.geometry import FloatArray, Geometry, Index
from oncometry.core.terms import Compartment

__all__ = ["Contour", "Mask", "SchemeSource", "Segment", "Segmentation"]

Mask = NDArray[np.bool_]
Contour = FloatArray
"""(n, 3) LPS mm, a closed planar polygon whose last point is not repeated."""

SchemeSource = str
"""'stated' by the user, 'file' (coded or named in it), or 'guessed' from its labels."""


@dataclass(frozen=True, eq=False)
class Segment:
    """One region, kept in its bounding box.

    Attributes:
        number: label value, DICOM segment number or ROI number.
        name: as the source names it.
        compartment: what it means in the scheme.
        start: voxel index of the box's first corner.
        array: (bi, bj, bk) bool, the region inside its box; may be empty (0, 0, 0).
        probability: (bi, bj, bk) in 0..1 where the source has one, else None; the box is then one voxel
            wider than the region where the grid allows, so that its outline at 0.5 is whole.
        contours: the planar polygons where the source has them (RTSTRUCT), else (). On a plane none
            repeats or partly overlaps another; what is inside is told by the even-odd rule.
        tracking_uid, tracking_id: DICOM (0062,0021), (0062,0020).
        meaning: coded meaning, 'Neoplasm' say, where the source has one.
    """

    number: int
    name: str
    compartment: Compartment
    start: Index
    array: Mask
    probability: NDArray[np.float32] | None = None
    contours: tuple[Contour, ...] = ()
    tracking_uid: str | None = None
    tracking_id: str | None = None
    meaning: str | None = None

    @classmethod
    def from_mask(
        cls, number: int, name: str, compartment: Compartment, mask: Mask, **more: object
    ) -> Segment:
        """Crop a full-grid (ni, nj, nk) mask to its bounding box."""
        start, box = bounding_box(mask)
        inside = np.asfortranarray(mask[box])
        return cls(number, name, compartment, start, inside, **more)  # type: ignore[arg-type]

    @property
    def voxels(self) -> int:
        """Number of voxels."""
        return int(np.count_nonzero(self.array))

    @property
    def box(self) -> tuple[slice, slice, slice]:
        """Slices of the bounding box in the full grid."""
        i, j, k = (slice(s, s + n) for s, n in zip(self.start, self.array.shape, strict=True))
        return i, j, k


@dataclass(frozen=True, eq=False)
class Segmentation:
    """Segments on one grid.

    Attributes:
        geometry: the grid of all segments.
        segments: in order of number; may overlap.
        scheme: name of the label scheme (`oncometry.core.schemes`).
        scheme_source: where the scheme comes from.
        key: identifies the mask in the manifest.
        notices: what was accepted with a warning while reading it.
    """

    geometry: Geometry
    segments: tuple[Segment, ...]
    scheme: str = "binary"
    scheme_source: SchemeSource = "stated"
    key: str = ""
    notices: tuple[Notice, ...] = ()

    @property
    def lengths_trusted(self) -> bool:
        """Whether its millimeters may be believed; where not (SPACING_IMPLAUSIBLE) only ratios hold."""
        return all(n.code is not Code.SPACING_IMPLAUSIBLE for n in self.notices)

    def __iter__(self) -> Iterator[Segment]:
        return iter(self.segments)

    def __getitem__(self, number: int) -> Segment:
        for segment in self.segments:
            if segment.number == number:
                return segment
        there = ", ".join(f"{s.number} ({s.name})" for s in self.segments) or "none"
        raise LabelError(Code.LABEL_ABSENT, f"label {number} is not in the mask; it has {there}.")

    def mask(self, *numbers: int) -> Mask:
        """The union of the numbered segments (all, if none named) on the full grid."""
        chosen = [self[n] for n in numbers] if numbers else list(self.segments)
        full: Mask = np.zeros(self.geometry.shape, dtype=bool, order="F")
        for segment in chosen:
            full[segment.box] |= segment.array
        return full


def bounding_box(mask: Mask, margin: int = 0) -> tuple[Index, tuple[slice, slice, slice]]:
    """First corner and slices of the box that holds all true voxels; empty for an empty mask.

    Args:
        margin: voxels more on each side, as far as the array reaches.
    """
    box = []
    for axis in range(3):
        others = tuple(a for a in range(3) if a != axis)
        hits = np.flatnonzero(mask.any(axis=others))
        if hits.size:
            box.append(
                slice(max(int(hits[0]) - margin, 0), min(int(hits[-1]) + 1 + margin, mask.shape[axis]))
            )
        else:
            box.append(slice(0, 0))
    return (box[0].start, box[1].start, box[2].start), (box[0], box[1], box[2])
