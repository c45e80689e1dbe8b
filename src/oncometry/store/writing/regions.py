"""Masks: segmentations, their segments, and what was measured in them."""

from __future__ import annotations

from collections.abc import Mapping

from oncometry.core import Code
from oncometry.io.manifest import MadeBy
from oncometry.measurement.result import LesionMeasurement
from oncometry.store.finite import as_json
from oncometry.store.patient_result import PatientResult, SegmentationResult, SegmentSummary
from oncometry.store.tables import MeasurementRow, Model, SegmentationRow, SegmentRow
from oncometry.store.writing.encode import grid, line, notices
from oncometry.store.writing.patient_ids import PatientIds
from oncometry.store.writing.transaction import Row, Writing, sealed

__all__ = ["keep_segmentations"]

UNTRUSTED = Code.SPACING_IMPLAUSIBLE.value


def keep_segmentations(writing: Writing, result: PatientResult, ids: PatientIds) -> Mapping[str, int]:
    """Make these the current masks of the patient; gives mask key -> id."""
    parts = {s.mask.key: _parts(s, ids) for s in result.segmentations}
    rows = {
        s.mask.key: sealed(SegmentationRow, _segmentation(s, ids), parts[s.mask.key])
        for s in result.segmentations
    }
    scope = SegmentationRow.patient_id == ids.patient_id
    kept = writing.keep(SegmentationRow, scope, list(rows.values()))
    found = {key: kept.ids[row["content_sha256"]] for key, row in rows.items()}
    new = [key for key, row in rows.items() if row["content_sha256"] in kept.added]
    for model in (SegmentRow, MeasurementRow):
        writing.insert(
            model, [row | {"segmentation_id": found[key]} for key in new for row in parts[key][model]]
        )
    return found


def _parts(s: SegmentationResult, ids: PatientIds) -> dict[type[Model], list[Row]]:
    step = {"run_step_id": ids.steps.of(s.step_key, f"mask {s.mask.key}")}
    measured = [m for lesion in s.measured.lesions for m in lesion.measurements]
    return {
        SegmentRow: [_segment(segment, s.geometry_trusted) for segment in s.segments],
        MeasurementRow: [_measurement(m, s.geometry_trusted) | step for m in measured],
    }


def _segmentation(s: SegmentationResult, ids: PatientIds) -> Row:
    mask, parts = s.mask, s.measured.small_parts
    return {
        "run_step_id": ids.steps.of(s.step_key, f"mask {mask.key}"),
        "mask_key": mask.key,
        "patient_id": ids.patient_id,
        "timepoint_id": None if mask.timepoint is None else ids.timepoint(mask.timepoint.number),
        "series_id": None if mask.series_key is None else ids.series(mask.series_key),
        "kind": mask.kind.value,
        "linked_by": mask.linked_by,
        "scheme": s.scheme,
        "scheme_source": s.scheme_source,
        "description": mask.description,
        **_made_by(mask.made_by),
        "source_sha256": mask.sha256,
        "path": s.file.path,
        "sha256": s.file.sha256,
        "size": s.file.size,
        "geometry_trusted": s.geometry_trusted,
        "small_parts": len(parts),
        "small_parts_ml": sum(p.volume_ml for p in parts) if s.geometry_trusted else None,
        "notices": notices(s.notices),
        **grid(s.geometry, mask.frame_of_reference_uid),
    }


def _made_by(made_by: MadeBy | None) -> Row:
    if made_by is None:
        return dict.fromkeys(("network", "network_version", "network_sha256", "backend"))
    return {
        "network": made_by.network,
        "network_version": made_by.version,
        "network_sha256": made_by.sha256,
        "backend": made_by.backend,
    }


def _segment(segment: SegmentSummary, trusted: bool) -> Row:
    return {
        "number": segment.number,
        "name": segment.name,
        "compartment": segment.compartment,
        "voxels": segment.voxels,
        "volume_ml": segment.volume_ml if trusted else None,
        "tracking_uid": segment.tracking_uid,
        "tracking_id": segment.tracking_id,
        "meaning": segment.meaning,
        "reason": None if trusted else UNTRUSTED,
    }


def _measurement(m: LesionMeasurement, trusted: bool) -> Row:
    x, y, z = m.centroid_lps_mm or (None, None, None)
    return {
        "mask_lesion": m.lesion,
        "compartment": m.compartment.value,
        "label": m.label,
        **_sizes(m, trusted),
        "centroid_x_mm": x,
        "centroid_y_mm": y,
        "centroid_z_mm": z,
        "box_lps_mm": None if m.box_lps_mm is None else as_json([list(corner) for corner in m.box_lps_mm]),
        "slice": m.slice,
        "slice_axis": m.slice_axis,
        "voxels": m.voxels,
        "longest_lps_mm": line(m.longest),
        "perpendicular_lps_mm": line(m.perpendicular),
        "diameter_3d_lps_mm": line(m.diameter_3d),
        "outline_lps_mm": as_json([polygon.tolist() for polygon in m.outline_lps_mm]),
        "standard_errors": as_json(
            {quantity.value: error.to_row() for quantity, error in m.standard_errors.items()}
            if trusted
            else {}
        ),
        "leaves_lesion": m.leaves_lesion,
        "source": m.source,
        "flags": as_json([flag.value for flag in m.flags]),
    }


def _sizes(m: LesionMeasurement, trusted: bool) -> Row:
    """Sizes with the reason of those that are null; none where the spacing is implausible."""
    sizes: dict[str, float | None] = {
        "volume_ml": m.volume_ml,
        "longest_diameter_mm": m.longest_diameter_mm,
        "perpendicular_mm": m.perpendicular_mm,
        "product_mm2": m.product_mm2,
        "short_axis_mm": m.short_axis_mm,
        "diameter_3d_mm": m.diameter_3d_mm,
        "surface_mm2": m.surface_mm2,
    }
    if not trusted:
        return {**dict.fromkeys(sizes), "reason": UNTRUSTED}
    missing = m.absent or any(size is None for size in sizes.values())
    return {**sizes, "reason": _why_missing(m) if missing else None}


def _why_missing(m: LesionMeasurement) -> str:
    known = [flag for flag in m.flags if flag is not Code.BORDER]
    return (known[0] if known else Code.TOO_SMALL).value
