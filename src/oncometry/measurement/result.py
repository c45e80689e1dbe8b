"""What measuring gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from oncometry.core import Code, Compartment, LesionStatus, Notice, Quantity, Unit
from oncometry.core.geometry import FloatArray, Point
from oncometry.measurement.standard_error import StandardError

__all__ = [
    "Diameter",
    "Followed",
    "Histogram",
    "IntensityStatistics",
    "Lesion",
    "LesionMeasurement",
    "Match",
    "Measured",
    "Relation",
    "SmallPart",
    "Tracked",
    "Unplaced",
    "absent_measurement",
]


@dataclass(frozen=True)
class Diameter:
    """A straight line between two points of the outline, LPS mm.

    `leaves_lesion`: whether part of the line runs outside the region (L-shape, ring, two lobes).
    """

    start_lps_mm: Point
    end_lps_mm: Point
    length_mm: float
    leaves_lesion: bool = False


@dataclass(frozen=True, eq=False)
class LesionMeasurement:
    """One compartment of one lesion.

    The in-plane pair is on `slice`, the slice of the longest diameter:
    `perpendicular` is the longest line perpendicular to `longest` on that slice (RECIST 1.1, RANO).
    `short_axis_mm` is its length under the name that lymph nodes use.

    Attributes:
        label: source label values in it, '1+3' say.
        compartment: which part of the tumor.
        lesion: number of the lesion in this mask, 1 the largest.
        slice, slice_axis: index, and the axis 'i', 'j' or 'k' of the file that it runs along.
        source: what was measured: 'contours', 'probability' or 'voxels'.
        outline_lps_mm: the measured outline on `slice`, polygons (n, 3), for drawing.
        flags: BORDER, TOO_SMALL, SPACING_IMPLAUSIBLE; ABSENT for a part that the mask could show and that is
            not there: its sizes are 0, it has no place.
        standard_errors: of both diameters, their product and the volume; empty of what is ABSENT.
    """

    label: str
    compartment: Compartment
    lesion: int
    voxels: int
    volume_ml: float
    surface_mm2: float | None
    longest: Diameter | None
    perpendicular: Diameter | None
    diameter_3d: Diameter | None
    centroid_lps_mm: Point | None
    box_lps_mm: tuple[Point, Point] | None
    slice: int | None
    source: str
    slice_axis: str | None = None
    outline_lps_mm: tuple[FloatArray, ...] = ()
    flags: tuple[Code, ...] = ()
    standard_errors: Mapping[Quantity, StandardError] = field(default_factory=dict)

    @property
    def absent(self) -> bool:
        return Code.ABSENT in self.flags

    @property
    def longest_diameter_mm(self) -> float | None:
        return self._length(self.longest)

    @property
    def perpendicular_mm(self) -> float | None:
        return self._length(self.perpendicular)

    @property
    def short_axis_mm(self) -> float | None:
        return self.perpendicular_mm

    @property
    def product_mm2(self) -> float | None:
        if self.longest_diameter_mm is None or self.perpendicular_mm is None:
            return None
        return self.longest_diameter_mm * self.perpendicular_mm

    @property
    def diameter_3d_mm(self) -> float | None:
        return self._length(self.diameter_3d)

    @property
    def leaves_lesion(self) -> bool | None:
        """Whether a part of either in-plane diameter runs outside; None where there is no diameter."""
        pair = [line for line in (self.longest, self.perpendicular) if line is not None]
        return any(line.leaves_lesion for line in pair) if pair else None

    def _length(self, line: Diameter | None) -> float | None:
        if line is None:
            return 0.0 if self.absent else None
        return line.length_mm

    def to_row(self) -> dict[str, object]:
        """The JSON row of `oncometry measure`: sizes are None where lengths cannot be believed."""
        sizes = {
            "volume_ml": self.volume_ml,
            "longest_diameter_mm": self.longest_diameter_mm,
            "perpendicular_mm": self.perpendicular_mm,
            "product_mm2": self.product_mm2,
            "short_axis_mm": self.short_axis_mm,
            "diameter_3d_mm": self.diameter_3d_mm,
            "surface_mm2": self.surface_mm2,
        }
        trusted = Code.SPACING_IMPLAUSIBLE not in self.flags
        errors = {quantity.value: error.to_row() for quantity, error in self.standard_errors.items()}
        return {
            "label": self.label,
            "compartment": self.compartment.value,
            "lesion": self.lesion,
            **{name: value if trusted else None for name, value in sizes.items()},
            "standard_errors": errors if trusted else {},
            "centroid_lps_mm": None if self.centroid_lps_mm is None else list(self.centroid_lps_mm),
            "box_lps_mm": None if self.box_lps_mm is None else [list(corner) for corner in self.box_lps_mm],
            "slice": self.slice,
            "slice_axis": self.slice_axis,
            "leaves_lesion": self.leaves_lesion,
            "voxels": self.voxels,
            "source": self.source,
            "flags": [flag.value for flag in self.flags],
        }


def absent_measurement(
    lesion: int, compartment: Compartment, source: str, *, trusted: bool
) -> LesionMeasurement:
    """A compartment that the mask could show, of a lesion that has none of it."""
    return LesionMeasurement(
        label="",
        compartment=compartment,
        lesion=lesion,
        voxels=0,
        volume_ml=0.0,
        surface_mm2=0.0,
        longest=None,
        perpendicular=None,
        diameter_3d=None,
        centroid_lps_mm=None,
        box_lps_mm=None,
        slice=None,
        source=source,
        flags=(Code.ABSENT,) if trusted else (Code.ABSENT, Code.SPACING_IMPLAUSIBLE),
    )


@dataclass(frozen=True, eq=False)
class Lesion:
    """A connected tumor in one mask: its compartments, the whole first."""

    number: int
    measurements: tuple[LesionMeasurement, ...]
    tracking_uid: str | None = None
    tracking_id: str | None = None

    @property
    def whole(self) -> LesionMeasurement:
        return self.measurements[0]


@dataclass(frozen=True)
class SmallPart:
    """A part under the stated volume: counted, not tracked."""

    voxels: int
    volume_ml: float
    centroid_lps_mm: Point


@dataclass(frozen=True, eq=False)
class Measured:
    """All of one mask: its lesions, largest first, and what was too small to track.

    `notices`: what should be said beside them (`MASK_EMPTY` where nothing is left of the mask).
    """

    lesions: tuple[Lesion, ...]
    small_parts: tuple[SmallPart, ...] = ()
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True)
class Histogram:
    """Voxel counts between edges (n + 1 edges, n counts), in the image's unit."""

    edges: tuple[float, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True)
class IntensityStatistics:
    """Voxel values of one region in one image.

    Attributes:
        lesion: number in the mask; 0 for the whole segment or mask.
        compartment: which part.
        series_key, unit: the image and the unit of its values.
        values: statistic name -> value, None where it has none.
        reasons: statistic name -> code of why it has none.
    """

    lesion: int
    compartment: Compartment
    series_key: str
    unit: Unit
    values: Mapping[str, float | None]
    reasons: Mapping[str, Code]
    histogram: Histogram | None = None


class Relation(StrEnum):
    """How an observation relates to the lesions of the date before."""

    SAME = "same"
    NEW = "new"
    SPLIT = "split"
    MERGE = "merge"


@dataclass(frozen=True)
class Match:
    """One edge of the graph from a lesion at one date to a lesion at the next.

    `earlier`, `later`: lesion numbers in `earlier_mask`, `later_mask` (mask keys); a new lesion has no earlier.
    `method`: 'tracking uid', 'tracking id', 'overlap', 'distance', 'absence' of what is new, or a person's 'decision';
    `score`: 0..1 (Dice of overlap, or 1 - gap/limit).
    """

    earlier: int | None
    later: int
    relation: Relation
    method: str
    score: float
    earlier_mask: str = ""
    later_mask: str = ""


@dataclass(frozen=True, eq=False)
class Tracked:
    """A lesion of the patient, followed: per time point its state and the numbers seen there.

    Attributes:
        display_id: 'L1', 'L2' ... in order of first appearance, then of size; 'L1.2' is what a person split from L1.
        tracking_uid: DICOM Tracking UID; taken over from the source or derived from content.
        states: time point number -> (status, reason).
        members: (time point number, mask key) -> lesion number in that mask.
        excluded: why it is no lesion, where a person decided so.
    """

    display_id: str
    tracking_uid: str
    states: dict[int, tuple[LesionStatus, str]]
    members: dict[tuple[int, str], int]
    matches: tuple[tuple[int, int, Match], ...] = ()
    excluded: str | None = None


@dataclass(frozen=True)
class Unplaced:
    """A decision that was not applied: its number, and why."""

    decision: int
    why: str


@dataclass(frozen=True, eq=False)
class Followed:
    """The patient's lesions, and the decisions that are of none of them any more."""

    lesions: tuple[Tracked, ...]
    unplaced: tuple[Unplaced, ...] = ()
