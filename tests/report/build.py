"""A small cohort made up for the report: frames as the store gives them, and a sphere to look at."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from oncometry.core import Geometry, Image
from oncometry.io import write_volume

CENTER = np.array([12.0, -8.0, 20.0])
COLUMNS = {
    "files": "shown kind size sha256 status code detail duplicate_of member_of",
    "patients": "patient_id subject timepoints series masks lesions synthetic",
    "timepoints": "patient_id timepoint label day date source",
    "series": "patient_id timepoint series_key modality contrast confidence evidence unit description acquired "
    "study_date series_instance_uid study_instance_uid frame_of_reference_uid size_i size_j size_k spacing_i_mm "
    "spacing_j_mm spacing_k_mm instances notices",
    "volumes": "patient_id timepoint series_key derivation path sha256 size steps notices",
    "registrations": "patient_id timepoint scope fixed_key moving_key method quality quality_before translation_mm "
    "rotation_deg matrix notices",
    "doses": "patient_id timepoint dose_key unit dose_type summation_type fractions_planned prescribed_gy",
    "dvhs": "value_id patient_id timepoint dose_key mask_key number structure summation_type quantity fractions "
    "fractions_source volume_cc outside_cc min_gy max_gy mean_gy curve file_volume_cc file_difference_gy notices reason",
    "dvh_metrics": "value_id patient_id timepoint dose_key mask_key number structure quantity name value unit reason",
    "ntcp_values": "value_id patient_id timepoint dose_key mask_key number structure ntcp_set endpoint quantity value reason "
    "checked doi",
    "segmentations": "patient_id timepoint mask_key kind series_key linked_by scheme scheme_source description "
    "network network_version network_sha256 backend "
    "spacing_i_mm spacing_j_mm spacing_k_mm path sha256 small_parts small_parts_ml notices",
    "segments": "mask_key number name compartment voxels volume_ml tracking_id tracking_uid meaning reason",
    "lesions": "patient_id lesion tracking_uid first_timepoint excluded",
    "observations": "patient_id lesion timepoint day mask_key series_key modality contrast status reason",
    "measurements": "value_id patient_id lesion timepoint day date mask_key mask_lesion series_key modality contrast compartment "
    "label volume_ml longest_diameter_mm perpendicular_mm product_mm2 short_axis_mm diameter_3d_mm surface_mm2 "
    "centroid_x_mm centroid_y_mm centroid_z_mm box_lps_mm slice voxels longest_lps_mm perpendicular_lps_mm "
    "diameter_3d_lps_mm outline_lps_mm longest_diameter_standard_error_mm longest_diameter_detectable_change_mm "
    "short_axis_standard_error_mm product_standard_error_mm2 volume_standard_error_ml volume_detectable_change_ml "
    "leaves_lesion source volume_change_percent diameter_change_percent "
    "product_change_percent baseline_value_id change_reason flags reason",
    "relations": "patient_id lesion earlier_timepoint later_timepoint earlier_mask later_mask earlier_lesion "
    "later_lesion relation method score",
    "intensities": "value_id patient_id lesion timepoint mask_key mask_lesion compartment series_key contrast unit "
    "name value reason",
    "histograms": "patient_id lesion timepoint mask_key compartment series_key unit edges counts",
    "responses": "value_id patient_id reader timepoint label day criteria version verified scope category quantity total "
    "nadir change_from_baseline_percent change_from_nadir_percent flip_lesion flip_quantity flip_amount flip_category "
    "accepted accepted_by clause explanation notices",
    "response_probabilities": "response patient_id reader timepoint criteria scope category probability",
    "response_inputs": "patient_id reader criteria visit lesion compartment status quantity value standard_error reason "
    "measurement reading decision",
    "roles": "patient_id reader criteria lesion compartment tracking_uid role decided_by decision",
    "decisions": "value_id patient_id reader made kind lesion other_lesion timepoint criteria role compartment quantity "
    "value status state accepted_reader undoes why",
    "features_wide": "patient_id lesion timepoint mask_key mask_lesion compartment series_key modality contrast "
    "image_unit spec_sha256 morph_volume stat_mean cm_contrast_3D_comb",
    "reliability": "value_id family name ibsi_id tag filter source group_name icc_kind icc low high subjects repeats "
    "missing reason data data_sha256 spec_sha256 perturbation_sha256",
    "clinical_rows": "sheet row patient_id status code detail cells",
    "clinical_values": "value_id patient_id day name text number unit sheet row",
    "treatments": "value_id patient_id kind agent start_day end_day dose_gy fractions",
    "events": "value_id patient_id endpoint observed day",
    "toxicities": "value_id patient_id term grade ctcae_version day",
    "failures": "patient_id code what path",
    "steps": "key name scope version parameters started seconds status error",
    "acquisition": "series_key name value unit",
    "software": "run started name version",
}


@dataclass
class Frames:
    """Rows by table; `source` is what `write_report` takes."""

    rows: dict[str, list[dict[str, object]]] = field(default_factory=lambda: {name: [] for name in COLUMNS})

    def add(self, table: str, row: dict[str, object]) -> None:
        """A row; columns that are not given are missing."""
        unknown = set(row) - set(COLUMNS[table].split())
        assert not unknown, unknown
        self.rows[table].append(row)

    @property
    def source(self) -> Callable[[str], pd.DataFrame]:
        """Table name -> data frame."""
        return lambda name: pd.DataFrame(self.rows[name], columns=COLUMNS[name].split())


def head_grid(spacing_mm: tuple[float, float, float] = (1.0, 1.0, 3.0)) -> Geometry:
    """120 mm in each direction."""
    i, j, k = (round(120 / s) for s in spacing_mm)
    return Geometry.from_parts((i, j, k), spacing_mm, (-60.0, -60.0, -40.0))


def sphere_image(radius_mm: float, spacing_mm: tuple[float, float, float] = (1.0, 1.0, 3.0)) -> Image:
    """A head of 100 with a sphere of 200 at `CENTER`, and a ramp to the patient's left."""
    geometry = head_grid(spacing_mm)
    points = geometry.to_world(np.moveaxis(np.indices(geometry.shape), 0, -1))
    head = np.where(np.linalg.norm(points - (0, 0, 20), axis=-1) < 55, 100.0 + points[..., 0] / 2, 0.0)
    array = np.where(np.linalg.norm(points - CENTER, axis=-1) < radius_mm, 200.0, head)
    return Image(array.astype(np.float32), geometry)


def circle(radius_mm: float, points: int = 64) -> list[list[float]]:
    """The sphere's outline on its middle slice."""
    turn = np.arange(points) / points * 2 * np.pi
    ring = CENTER + radius_mm * np.stack([np.cos(turn), np.sin(turn), np.zeros(points)], axis=-1)
    return ring.round(4).tolist()


def measurement(patient: str, number: int, radius_mm: float, first_mm: float) -> dict[str, object]:
    """The whole compartment of lesion L1 at one date, with exact sizes."""
    volume = 4 / 3 * np.pi * radius_mm**3 / 1000
    x, y, z = CENTER.tolist()
    ends = [[x - radius_mm, y, z], [x + radius_mm, y, z]]
    across = [[x, y - radius_mm, z], [x, y + radius_mm, z]]
    key = f"{patient}-T1c-{number}"
    return {
        "value_id": f"measurement:{number}",
        "patient_id": patient,
        "lesion": "L1",
        "timepoint": number,
        "day": 42 * (number - 1),
        "date": f"2020-0{number}-01",
        "mask_key": f"{key}-mask",
        "series_key": key,
        "modality": "MR",
        "contrast": "T1c",
        "compartment": "whole",
        "label": "1",
        "volume_ml": volume,
        "longest_diameter_mm": 2 * radius_mm,
        "perpendicular_mm": 2 * radius_mm,
        "product_mm2": 4 * radius_mm**2,
        "short_axis_mm": 2 * radius_mm,
        "diameter_3d_mm": 2 * radius_mm,
        "surface_mm2": 4 * np.pi * radius_mm**2,
        "centroid_x_mm": x,
        "centroid_y_mm": y,
        "centroid_z_mm": z,
        "slice": 20,
        "voxels": round(volume * 1000 / 3),
        "longest_lps_mm": json.dumps(ends),
        "perpendicular_lps_mm": json.dumps(across),
        "outline_lps_mm": json.dumps([circle(radius_mm)]),
        "leaves_lesion": False,
        "source": "voxels",
        "volume_change_percent": 100 * ((radius_mm / first_mm) ** 3 - 1),
        "diameter_change_percent": 100 * (radius_mm / first_mm - 1),
        "product_change_percent": 100 * ((radius_mm / first_mm) ** 2 - 1),
        "baseline_value_id": "measurement:1",
        "flags": "[]",
    }


def add_patient(
    frames: Frames, patient: str, subject: str, radii_mm: tuple[float, ...], cohort: Path | None = None
) -> None:
    """A patient with one spherical lesion at each date; images on T1c and FLAIR where a cohort is given."""
    dates = len(radii_mm)
    frames.add(
        "patients",
        {"patient_id": patient, "subject": subject, "timepoints": dates, "series": 2 * dates, "masks": dates}
        | {"lesions": 1, "synthetic": True},
    )
    frames.add(
        "lesions", {"patient_id": patient, "lesion": "L1", "tracking_uid": "1.2.1", "first_timepoint": 1}
    )
    for number, radius_mm in enumerate(radii_mm, start=1):
        _add_date(frames, patient, subject, number, (radius_mm, radii_mm[0]), cohort)


def _add_date(
    frames: Frames,
    patient: str,
    subject: str,
    number: int,
    radii_mm: tuple[float, float],
    cohort: Path | None,
) -> None:
    visit = {"patient_id": patient, "timepoint": number}
    day, date = 42 * (number - 1), f"2020-0{number}-01"
    frames.add(
        "timepoints", {**visit, "label": f"0{number}", "day": day, "date": date, "source": "study date"}
    )
    grid, image = head_grid(), sphere_image(radii_mm[0]) if cohort else None
    for contrast in ("T1c", "FLAIR"):
        key = f"{patient}-{contrast}-{number}"
        sizes = dict(zip(("size_i", "size_j", "size_k"), grid.shape, strict=True))
        spacing = dict(zip(("spacing_i_mm", "spacing_j_mm", "spacing_k_mm"), grid.spacing_mm, strict=True))
        frames.add(
            "series",
            {**visit, "series_key": key, "modality": "MR", "contrast": contrast, "confidence": 0.9}
            | {"evidence": "physics", "unit": "arbitrary", "description": contrast, "acquired": date}
            | {"notices": "[]", **sizes, **spacing},
        )
        path = f"sub-{subject}/{key.replace('/', '')}.nii.gz".replace("<", "").replace(">", "")
        if cohort is not None and image is not None:
            write_volume(image, cohort / path)
        steps = [{"name": "bias", "parameters": {"method": "N4"}, "software": "SimpleITK"}]
        frames.add(
            "volumes", {**visit, "series_key": key, "derivation": "native", "path": path, "steps": "[]"}
        )
        frames.add(
            "volumes",
            {
                **visit,
                "series_key": key,
                "derivation": "preprocessed",
                "path": path,
                "steps": json.dumps(steps),
            },
        )
    shift = np.eye(4)
    _add_registrations(frames, patient, number, shift)
    row = measurement(patient, number, *radii_mm)
    frames.add("measurements", row)
    same = {name: row[name] for name in ("lesion", "mask_key", "series_key", "modality", "contrast", "day")}
    frames.add("observations", {**visit, **same, "status": "measured"})
    frames.add(
        "segmentations",
        {
            **visit,
            "mask_key": row["mask_key"],
            "series_key": row["series_key"],
            "kind": "SEG",
            "scheme": "binary",
        }
        | {"scheme_source": "guessed", "linked_by": "reference", "path": "none.nii.gz", "small_parts": 0}
        | {"description": "reader A", **spacing}
        | {"notices": json.dumps([{"code": "LABELS_GUESSED", "what": "the labels fit 'binary'."}])},
    )
    frames.add(
        "segments",
        {"mask_key": row["mask_key"], "number": 1, "name": "tumor", "compartment": "whole", "volume_ml": 1.0},
    )
    region = {**visit, "lesion": "L1", "mask_key": row["mask_key"], "compartment": "whole"}
    region |= {"series_key": row["series_key"], "unit": "arbitrary"}
    for name, value in (("mean", 200.0), ("median", 199.5), ("p10", 180.0), ("maximum", 222.0)):
        statistic = {"value_id": f"intensity:{number}", "name": name, "value": value, "contrast": "T1c"}
        frames.add("intensities", {**region, **statistic})
    values = {"morph_volume": radii_mm[0] ** 3, "stat_mean": 200.0 - number, "cm_contrast_3D_comb": None}
    described = {
        name: region[name] for name in ("patient_id", "lesion", "timepoint", "mask_key", "compartment")
    }
    described |= {"series_key": row["series_key"], "modality": "MR", "contrast": "T1c", "mask_lesion": 1}
    frames.add("features_wide", {**described, "image_unit": "arbitrary", "spec_sha256": "ab", **values})
    counts = [int(100 * np.exp(-((b - 10 - number) ** 2) / 12)) for b in range(24)]
    edges = [100.0 + 5 * b for b in range(25)]
    frames.add("histograms", {**region, "edges": json.dumps(edges), "counts": json.dumps(counts)})


def _add_registrations(frames: Frames, patient: str, number: int, shift: np.ndarray) -> None:
    kept = {"patient_id": patient, "timepoint": number, "method": "rigid", "quality_before": 0.11}
    kept |= {"translation_mm": 0.0, "rotation_deg": 0.0, "matrix": json.dumps(shift.ravel().tolist())}
    poor = [{"code": "REGISTRATION_POOR", "what": "quality 0.01"}] if number == 3 else []
    reference = f"{patient}-T1c-{number}"
    frames.add(
        "registrations",
        {**kept, "scope": "sequence", "fixed_key": reference, "moving_key": f"{patient}-FLAIR-{number}"}
        | {"quality": 0.4, "notices": "[]"},
    )
    if number > 1:
        frames.add(
            "registrations",
            {**kept, "scope": "date", "fixed_key": f"{patient}-T1c-1", "moving_key": reference}
            | {"quality": 0.01 if poor else 0.5, "notices": json.dumps(poor)},
        )


def add_run(frames: Frames) -> None:
    """Files, steps, and a clinical sheet."""
    for number in range(20):
        frames.add("files", {"shown": f"a/{number}.dcm", "kind": "dicom", "status": "used"})
    for number in range(3):
        row = {
            "shown": f"b/{number}.dcm",
            "kind": "dicom",
            "status": "duplicate",
            "duplicate_of": f"a/{number}.dcm",
        }
        frames.add("files", row)
    left = {
        "kind": "dicom",
        "status": "quarantined",
        "code": "TRUNCATED",
        "detail": "10 of 20 bytes are there.",
    }
    frames.add("files", {"shown": "a/<b>broken</b>.dcm", **left})
    measured = {
        "measurement": {"join_mm": 2.0, "minimum_volume_ml": 0.03, "cavity": "out", "diameter": "hull"}
    }
    measured["measurement"] |= {"smoothing_voxels": 1.0, "match_overlap": 0.05, "match_distance_mm": 15.0}
    ran = {
        "curate": {"visit_window_days": 30},
        "register": {"scope": "date", "enabled": True, "minimum_quality": 0.05},
        "preprocess": {"spacing_mm": None, "size": None},
        "measure": measured,
        "follow": {},
    }
    for name, parameters in ran.items():
        frames.add(
            "steps",
            {
                "key": name,
                "name": name,
                "scope": "cohort",
                "version": "0.1.0",
                "started": "2020-05-01T00:00:00",
            }
            | {"parameters": json.dumps(parameters), "status": "done"},
        )
    frames.add("clinical_rows", {"sheet": "s.csv", "row": 2, "patient_id": "P1", "status": "matched"})
    unmatched = {"status": "unmatched", "code": "ROW_UNMATCHED", "detail": "there is no such patient."}
    frames.add("clinical_rows", {"sheet": "s.csv", "row": 3, "patient_id": "=HYPERLINK(1)", **unmatched})


def small_cohort(cohort: Path | None) -> Frames:
    """Three patients: one shrinks, one grows, one has a name that wants to be a script."""
    frames = Frames()
    add_run(frames)
    add_patient(frames, "P1", "P1", (18.0, 14.0, 9.0), cohort)
    add_patient(frames, "=2+5", "P2", (10.0, 12.0, 15.0), cohort)
    add_patient(frames, "<script>alert(1)</script>", "P3", (12.0, 11.0), cohort)
    course = {"patient_id": "P1", "kind": "radiotherapy", "agent": "photons", "start_day": 5, "end_day": 40}
    frames.add("treatments", {**course, "dose_gy": 60.0, "fractions": 30})
    frames.add("events", {"patient_id": "P1", "endpoint": "death", "observed": False, "day": 120})
    return frames
