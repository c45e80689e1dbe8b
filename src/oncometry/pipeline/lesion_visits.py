"""The followed lesions of a cohort, mask by mask, with what was measured and which voxels they are: to be exported."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from oncometry.core import PROGRAM, Compartment, LesionStatus, Segment, Segmentation
from oncometry.core.reading import LesionReading, LesionRole, Quantity
from oncometry.io.lesion_drawing import LesionDrawing, Line
from oncometry.io.manifest import FileKind, MaskRecord, SeriesRecord
from oncometry.measurement import Regions, lesion_masks
from oncometry.pipeline.bench import MaskBench
from oncometry.pipeline.job import PatientJob
from oncometry.pipeline.made_masks import made_masks
from oncometry.pipeline.records import RecordBook
from oncometry.pipeline.settings import Settings
from oncometry.store import Store

__all__ = ["LesionVisit", "lesion_visits"]

PARTS_ONLY = (Compartment.WHOLE, Compartment.CORE)
"""Unions, left out where a label map cannot hold what overlaps."""
SIZES = {
    Quantity.LONGEST_DIAMETER_MM: "longest_diameter_mm",
    Quantity.SHORT_AXIS_MM: "short_axis_mm",
    Quantity.PRODUCT_MM2: "product_mm2",
    Quantity.VOLUME_ML: "volume_ml",
}


@dataclass(frozen=True)
class _Known:
    """What the ledger says of a lesion beside its sizes."""

    uid: str
    role: LesionRole | None


@dataclass(frozen=True, eq=False)
class LesionVisit:
    """One mask of a patient at a visit, parted into followed lesions.

    Attributes:
        segmentation: one segment a lesion and compartment, numbered from 1, with the lesion's tracking UID.
        drawings: what was measured, each with the number of its segment.
        series: the image it was drawn on; None for a mask without one.
    """

    subject: str
    mask: MaskRecord
    series: SeriesRecord | None
    segmentation: Segmentation
    drawings: tuple[LesionDrawing, ...]

    @property
    def slices(self) -> tuple[Path, ...]:
        """The DICOM images of one slice a file that it was drawn on; none where it was drawn on something else."""
        series = self.series
        if series is None or series.kind is not FileKind.DICOM or any(i.frames for i in series.instances):
            return ()
        return tuple(instance.path for instance in series.instances)

    @property
    def parts(self) -> Segmentation:
        """Without unions of what is there in parts, so that it fits into a label map."""
        found = []
        for segment in self.segmentation:
            divided = sum(s.tracking_uid == segment.tracking_uid for s in self.segmentation) > 1
            if not (divided and segment.compartment in PARTS_ONLY):
                found.append(segment)
        return replace(self.segmentation, segments=tuple(found))


def lesion_visits(cohort: Path, store: Store, settings: Settings) -> Iterator[Callable[[], LesionVisit]]:
    """For each measured mask what reads it, so that one which cannot be read fails alone.

    Each raises as `read_segmentation`, and `NOTHING_FOUND` or `FILE_CHANGED` where the input is not what it was.
    """
    patients = store.table("patients").dropna(subset=["subject"])
    subjects: dict[str, str] = dict(zip(patients["patient_id"], patients["subject"], strict=True))
    book = RecordBook(cohort, frozenset(subjects), settings.curate)
    measured = store.table("measurements").dropna(subset=["lesion"])
    known, made = _known(store), made_masks(cohort, store)
    for patient_id, subject in sorted(subjects.items()):
        _, linked = book.of([patient_id])
        masks = (*linked.masks, *(mask for mask in made if mask.patient_id == patient_id))
        job = PatientJob(cohort, patient_id, subject, linked.series, masks, linked.doses, (), settings)
        for mask in masks:
            rows = measured[(measured["patient_id"] == patient_id) & (measured["mask_key"] == mask.key)]
            if len(rows):
                yield partial(_visit, job, mask, rows, known)


def _known(store: Store) -> Mapping[tuple[str, str], _Known]:
    """Patient and display id -> UID, and the role where all criteria give the program's lesion one and the same."""
    roles = store.table("roles")
    said: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in roles[roles["reader"] == PROGRAM].to_dict("records"):
        said[row["patient_id"], row["lesion"]].add(row["role"])
    lesions = store.table("lesions")
    rows = zip(lesions["patient_id"], lesions["lesion"], lesions["tracking_uid"], strict=True)
    found = {}
    for patient, lesion, uid in rows:
        words = said[patient, lesion]
        found[patient, lesion] = _Known(uid, LesionRole(min(words)) if len(words) == 1 else None)
    return found


def _visit(
    job: PatientJob, mask: MaskRecord, rows: pd.DataFrame, known: Mapping[tuple[str, str], _Known]
) -> LesionVisit:
    bench = MaskBench(job, {})
    source = bench.source(mask)
    regions = lesion_masks(source, job.settings.measurement)
    series = bench.series_of(mask)
    segments: list[Segment] = []
    drawings: list[LesionDrawing] = []
    for values in rows.to_dict("records"):
        row = {str(name): value for name, value in values.items()}
        lesion = known[str(row["patient_id"]), str(row["lesion"])]
        segment = _segment(len(segments) + 1, row, regions, lesion.uid)
        if segment is not None:
            segments.append(segment)
        number = None if segment is None else segment.number
        drawings.append(_drawing(row, lesion, number, source.geometry.spacing_mm[2]))
    segmentation = Segmentation(source.geometry, tuple(segments), "named", "file", mask.key, source.notices)
    return LesionVisit(job.subject, mask, series, segmentation, tuple(drawings))


def _segment(number: int, row: Mapping[str, Any], regions: list[Regions], uid: str) -> Segment | None:
    """The voxels of a measured compartment; None where it has none."""
    compartment = Compartment(row["compartment"])
    found = regions[int(row["mask_lesion"]) - 1].get(compartment)
    if found is None or not found.voxels:
        return None
    name = f"{row['lesion']} {compartment.value}"
    return Segment(
        number, name, compartment, found.start, found.array, tracking_uid=uid, tracking_id=str(row["lesion"])
    )


def _drawing(row: Mapping[str, Any], lesion: _Known, number: int | None, slice_mm: float) -> LesionDrawing:
    values = {q: float(row[column]) for q, column in SIZES.items() if not pd.isna(row[column])}
    absent = row["voxels"] == 0
    status = (
        LesionStatus.ABSENT if absent else LesionStatus.MEASURED if values else LesionStatus.NOT_EVALUABLE
    )
    reading = LesionReading(
        patient_id=str(row["patient_id"]),
        timepoint=str(row["timepoint"]),
        day=None if pd.isna(row["day"]) else int(row["day"]),
        reader="",
        lesion=str(row["lesion"]),
        role=lesion.role,
        status=status,
        values={} if absent else values,
        compartment=Compartment(row["compartment"]),
        slice_thickness_mm=slice_mm,
        tracking_uid=lesion.uid,
        reason="" if status is LesionStatus.MEASURED else str(row["reason"]),
        sources=(str(row["value_id"]),),
    )
    longest, perpendicular, space = (
        _line(row[f"{name}_lps_mm"]) for name in ("longest", "perpendicular", "diameter_3d")
    )
    return LesionDrawing(reading, longest, perpendicular, space, number)


def _line(text: Any) -> Line | None:
    if not isinstance(text, str):
        return None
    start, end = json.loads(text)
    return tuple(start), tuple(end)
