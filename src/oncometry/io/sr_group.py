"""One lesion as a measurement group of an SR: PS3.16 TID 1410 (planar), 1411 (volumetric), 1501 (without a place)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import highdicom as hd
import numpy as np
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

from oncometry.core.reading import LesionReading, Quantity
from oncometry.io.dicom_tags import derived_uid
from oncometry.io.lesion_drawing import LesionDrawing, length_mm
from oncometry.io.sr_concepts import (
    BASELINE_CATEGORY,
    COMMENT,
    DIAMETER_3D,
    MEASURED_AS,
    MERGED_INTO,
    PART_OF,
    PEAK,
    ROLES,
    SLICE_THICKNESS,
    VISIT_NUMBER,
    own,
)
from oncometry.io.sr_items import children, named
from oncometry.io.write_seg import OTHER, TYPES

__all__ = ["lesion_group"]

DAYS = Code("d", "UCUM", "day")
ONE = Code("1", "UCUM", "no units")
BASELINE = Code("121079", "DCM", "Baseline")
MM = MEASURED_AS[Quantity.LONGEST_DIAMETER_MM].unit


def lesion_group(
    drawing: LesionDrawing, segmentation: Dataset | None, frame_uid: str
) -> hd.sr.ContentSequence:
    """The group of a lesion: on its segment, else on its longest line, else without a place.

    Args:
        segmentation: the SEG whose segment it is.
        frame_uid: frame of reference of the lines.
    """
    reading = drawing.reading
    uid = reading.tracking_uid or derived_uid(reading.patient_id, "lesion", reading.lesion)
    shared: dict[str, Any] = {
        "tracking_identifier": hd.sr.TrackingIdentifier(uid=uid, identifier=reading.lesion),
        "time_point_context": _time_point(reading),
        "finding_category": codes.SCT.MorphologicallyAbnormalStructure,
        "finding_type": TYPES.get(reading.compartment, OTHER),
        "finding_sites": None if reading.organ is None else [hd.sr.FindingSite(_site(reading.organ))],
        "measurements": list(_measurements(drawing)),
        "qualitative_evaluations": [hd.sr.QualitativeEvaluation(n, v) for n, v in _said(reading)],
    }
    group: hd.sr.ContentSequence
    if segmentation is not None and drawing.segment_number is not None:
        segment = hd.sr.ReferencedSegment.from_segmentation(segmentation, drawing.segment_number)
        group = hd.sr.VolumetricROIMeasurementsAndQualitativeEvaluations(referenced_segment=segment, **shared)
    elif drawing.longest is not None:
        region = hd.sr.ImageRegion3D("POLYLINE", np.array(drawing.longest), frame_uid)
        group = hd.sr.PlanarROIMeasurementsAndQualitativeEvaluations(referenced_region=region, **shared)
    else:
        group = hd.sr.MeasurementsAndQualitativeEvaluations(**shared)
    _add_lines(group[0], drawing, frame_uid)
    for name, text in (
        (COMMENT, reading.reason),
        (PART_OF, reading.part_of),
        (MERGED_INTO, reading.merged_into),
    ):
        if text:
            item = hd.sr.TextContentItem(name, text, relationship_type="CONTAINS")
            group[0].ContentSequence.append(item)
    return group


def _time_point(reading: LesionReading) -> hd.sr.TimePointContext:
    """Name of the visit, and days since the first where they are known (TID 1502)."""
    offset = None
    if reading.day is not None:
        offset = hd.sr.LongitudinalTemporalOffsetFromEvent(reading.day, DAYS, BASELINE)
    return hd.sr.TimePointContext(reading.timepoint, temporal_offset_from_event=offset)


def _site(organ: str) -> Code:
    """The SNOMED code of an organ that is named as SNOMED does; the word is kept as it is."""
    keyword = "".join(word[:1].upper() + word[1:].lower() for word in organ.split())
    known = getattr(codes.CID4, keyword, None) if keyword.isidentifier() else None
    return Code(known.value, known.scheme_designator, organ[:64]) if known else own("organ", organ)


def _measurements(drawing: LesionDrawing) -> Iterator[hd.sr.Measurement]:
    for quantity, value in drawing.reading.values.items():
        name, unit = MEASURED_AS[quantity]
        yield hd.sr.Measurement(
            name, float(value), unit, derivation=PEAK if quantity is Quantity.SUL_PEAK else None
        )
    for quantity, error in drawing.reading.standard_errors.items():
        name = own(f"{quantity}_se", f"Standard error of {MEASURED_AS[quantity].name.meaning}")
        yield hd.sr.Measurement(name, float(error), MEASURED_AS[quantity].unit)
    if drawing.diameter_3d is not None:
        yield hd.sr.Measurement(DIAMETER_3D.name, length_mm(drawing.diameter_3d), DIAMETER_3D.unit)
    if drawing.reading.visit_number is not None:
        yield hd.sr.Measurement(VISIT_NUMBER, float(drawing.reading.visit_number), ONE)
    thickness = drawing.reading.slice_thickness_mm
    if thickness is not None:
        yield hd.sr.Measurement(SLICE_THICKNESS, float(thickness), MM)


def _add_lines(group: Dataset, drawing: LesionDrawing, frame_uid: str) -> None:
    """Say of each length where it was measured; the templates leave room for it, highdicom does not."""
    lines = (
        (MEASURED_AS[Quantity.LONGEST_DIAMETER_MM].name, drawing.longest),
        (MEASURED_AS[Quantity.SHORT_AXIS_MM].name, drawing.perpendicular),
        (DIAMETER_3D.name, drawing.diameter_3d),
    )
    for name, line in lines:
        for item in named(group, name):
            if line is not None:
                place = hd.sr.CoordinatesForMeasurement3D("POLYLINE", np.array(line), frame_uid)
                item.ContentSequence = [*children(item), place]


def _said(reading: LesionReading) -> Iterator[tuple[Code, Code]]:
    """What is not a number, as concept and value."""
    if reading.role is not None:
        yield BASELINE_CATEGORY, ROLES[reading.role]
    yield own("status", "Status of the lesion"), own(reading.status)
    yield own("compartment", "Part of the tumor"), own(reading.compartment)
    if reading.state is not None:
        yield own("state", "State by eye"), own(reading.state)
    for name, meaning, answer in (
        ("is_node", "Lymph node", reading.is_node),
        ("accepted", "The reading that counts", reading.accepted),
    ):
        if answer is not None:
            yield own(name, meaning), codes.SCT.Yes if answer else codes.SCT.No
