"""What is true of the made lesions, as rows: the oracle for tests of the whole pipeline."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from oncometry.core import Compartment, Geometry
from oncometry.core.geometry import FloatArray
from oncometry.synthesis.course import PatientCourse
from oncometry.synthesis.drawing import EDEMA, ENHANCING, NECROSIS, DrawnLesion
from oncometry.synthesis.outline import diameters
from oncometry.synthesis.parts import partition

__all__ = ["TruthRow", "lesion_truth", "truth_csv", "with_events"]

PARTS = {
    Compartment.WHOLE: (NECROSIS, EDEMA, ENHANCING),
    Compartment.CORE: (NECROSIS, ENHANCING),
    Compartment.ENHANCING: (ENHANCING,),
    Compartment.NECROSIS: (NECROSIS,),
    Compartment.EDEMA: (EDEMA,),
}
DIAMETERS = (Compartment.WHOLE, Compartment.CORE, Compartment.ENHANCING)


@dataclass(frozen=True)
class TruthRow:
    """One compartment of one lesion (or of a part of it, once it has split) at one visit.

    Attributes:
        lesion, part: 'L1', and '' or 'a', 'b' ... from front to back.
        status: 'present' or 'absent'. event: '', 'appeared', 'vanished' or 'split', at the visit where
            it is first seen.
        volume_ml: of the geometry (samples of 0.5 x 0.5 x 1 mm); mask_volume_ml: of the written voxels.
        longest_diameter_mm, perpendicular_mm: of the outline of the geometry on the scan's slices;
            mask_...: of the outline of the written voxels. In-plane, on the slice of the longest.
        slice: index along k of the first pair. centroid: of the written voxels, scanner LPS mm.
    """

    patient_id: str
    timepoint: int
    date: str
    day: int
    lesion: str
    part: str
    compartment: str
    status: str
    event: str
    volume_ml: float
    mask_volume_ml: float
    longest_diameter_mm: float | None = None
    perpendicular_mm: float | None = None
    mask_longest_diameter_mm: float | None = None
    mask_perpendicular_mm: float | None = None
    slice: int | None = None
    centroid_x_mm: float | None = None
    centroid_y_mm: float | None = None
    centroid_z_mm: float | None = None
    voxels: int = 0


def lesion_truth(drawn: DrawnLesion, geometry: Geometry, plan: PatientCourse, visit: int) -> list[TruthRow]:
    """Rows of one lesion at visit number `visit` (1, 2 ...)."""
    nearest, count = partition(drawn.labels > 0, geometry.spacing_mm)
    day = plan.days[visit - 1]
    row = TruthRow(
        plan.patient_id,
        visit,
        plan.visits[visit - 1].isoformat(),
        day,
        drawn.name,
        "",
        "",
        "present",
        "",
        0,
        0,
    )
    if count == 0:
        return [replace(row, compartment=c.value, status="absent") for c in PARTS]
    rows = []
    for number in range(1, count + 1):
        part = "" if count == 1 else chr(ord("a") + number - 1)
        for compartment in PARTS:
            named = replace(row, part=part, compartment=compartment.value)
            rows.append(_measure(named, drawn, geometry, nearest == number, compartment))
    return rows


def _measure(
    row: TruthRow,
    drawn: DrawnLesion,
    geometry: Geometry,
    here: NDArray[np.bool_],
    compartment: Compartment,
) -> TruthRow:
    mask = np.isin(drawn.labels, PARTS[compartment]) & here
    whole, core, dead = drawn.shares
    shares = {
        Compartment.WHOLE: whole,
        Compartment.CORE: core,
        Compartment.ENHANCING: core - dead,
        Compartment.NECROSIS: dead,
        Compartment.EDEMA: whole - core,
    }[compartment] * here
    ml = geometry.voxel_volume_mm3 / 1000
    voxels = int(mask.sum())
    row = replace(row, volume_ml=float(shares.sum()) * ml, mask_volume_ml=voxels * ml, voxels=voxels)
    if mask.any():
        x, y, z = _centroid(mask, drawn, geometry)
        row = replace(row, centroid_x_mm=x, centroid_y_mm=y, centroid_z_mm=z)
    return _with_diameters(row, shares, mask, drawn, geometry) if compartment in DIAMETERS else row


def _with_diameters(
    row: TruthRow, shares: FloatArray, mask: NDArray[np.bool_], drawn: DrawnLesion, geometry: Geometry
) -> TruthRow:
    true, voxels = diameters(shares, geometry.spacing_mm), diameters(mask.astype(float), geometry.spacing_mm)
    if true is not None:
        row = replace(
            row,
            longest_diameter_mm=true.longest_mm,
            perpendicular_mm=true.perpendicular_mm,
            slice=true.slice + drawn.start[2],
        )
    if voxels is not None:
        row = replace(
            row, mask_longest_diameter_mm=voxels.longest_mm, mask_perpendicular_mm=voxels.perpendicular_mm
        )
    return row


def _centroid(mask: NDArray[np.bool_], drawn: DrawnLesion, geometry: Geometry) -> list[float]:
    return [float(v) for v in geometry.to_world(np.argwhere(mask).mean(axis=0) + drawn.start)]


def with_events(rows: Sequence[TruthRow]) -> tuple[TruthRow, ...]:
    """The rows of a patient with events told from one visit to the next."""
    told = []
    for row in rows:
        now = {r.part for r in rows if _same(r, row, row.timepoint)}
        before = [r for r in rows if _same(r, row, row.timepoint - 1)]
        event = ""
        if before and before[0].status == "absent" and row.status == "present":
            event = "appeared"
        elif before and before[0].status == "present" and row.status == "absent":
            event = "vanished"
        elif before and len(now) > len({r.part for r in before}):
            event = "split"
        told.append(replace(row, event=event))
    return tuple(told)


def _same(other: TruthRow, row: TruthRow, timepoint: int) -> bool:
    return (other.lesion, other.compartment, other.timepoint) == (row.lesion, row.compartment, timepoint)


def truth_csv(rows: Iterable[TruthRow]) -> str:
    """The table; numbers to 4 decimals, empty where there is none."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([f.name for f in fields(TruthRow)])
    for row in rows:
        writer.writerow([_cell(value) for value in astuple(row)])
    return text.getvalue()


def _cell(value: object) -> object:
    if value is None:
        return ""
    return f"{value:.4f}" if isinstance(value, float) else value
