"""A cohort made up for the store: one or more patients, dates, sequences, masks and lesions."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np

from oncometry.core import (
    Code,
    Compartment,
    Contrast,
    Geometry,
    LesionStatus,
    Modality,
    Notice,
    Quantity,
    Timepoint,
    Unit,
)
from oncometry.features.feature import Family
from oncometry.features.perturbation import perturbation_named
from oncometry.features.reliability import JudgedFrom, NamedFeature, RepeatedRegion, Source, reliabilities
from oncometry.io.clinical import (
    ClinicalRow,
    ClinicalSheet,
    ClinicalValue,
    RowStatus,
    Toxicity,
    Treatment,
    VitalEvent,
)
from oncometry.io.manifest import (
    DoseRecord,
    FileKind,
    FileRecord,
    FileStatus,
    InstanceRef,
    Manifest,
    MaskKind,
    MaskRecord,
    SeriesRecord,
)
from oncometry.measurement.result import (
    Diameter,
    Histogram,
    IntensityStatistics,
    Lesion,
    LesionMeasurement,
    Match,
    Measured,
    Relation,
    SmallPart,
    Tracked,
)
from oncometry.measurement.standard_error import StandardError
from oncometry.preprocessing.result import AppliedStep, Registration
from oncometry.store.analyzed import AnalyzedReliability
from oncometry.store.dose_result import DoseInMask, StoredDvh, StoredFeatures, StoredMetric, StoredNtcp
from oncometry.store.growth_result import StoredForecast
from oncometry.store.image_features import DefinedFeature, ImageFeatures, RegionFeatures
from oncometry.store.patient_result import (
    PatientResult,
    SegmentationResult,
    SegmentSummary,
    StoredRegistration,
    Volume,
)
from oncometry.store.provenance import Artifact, StepInput, StepRecord

FIRST = date(2020, 1, 15)
FRAME = "1.2.826.0.1.3680043.10.1.1"
CONTRASTS = (Contrast.T1C, Contrast.FLAIR)
VOLUME_ERROR = StandardError(contour=0.3, slices=0.1, reader=0.2, reader_bias=0.25)


def sha(*parts: object) -> str:
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()


@dataclass(frozen=True)
class Plan:
    """What to make up.

    Attributes:
        dates: days of the visits.
        diameters_mm: (date, lesion) of the whole tumor; None where the lesion is not there.
        version: of the program that measured.
        trusted: whether the spacing is plausible.
    """

    patient: str = "P<1> Ä"
    days: tuple[int, ...] = (0, 42, 91)
    diameters_mm: tuple[tuple[float | None, ...], ...] = ((30.0, 12.0), (24.0, None), (27.0, 15.0))
    version: str = "0.1.0"
    parameters: str = '{"join_mm":2.0}'
    trusted: bool = True
    slices: int = 3
    statistics: tuple[str, ...] = ("mean", "median", "skewness")
    features: tuple[str, ...] = ("joint_entropy", "contrast")
    spec: str = '{"profile":"ibsi"}'
    failures: tuple[Notice, ...] = ()
    small_parts: int = 1
    extra: dict[str, object] = field(default_factory=dict)

    @property
    def subject(self) -> str:
        return "sub" + sha(self.patient)[:6]

    def timepoints(self) -> tuple[Timepoint, ...]:
        return tuple(
            Timepoint(
                self.patient, n, f"{n:02d}", day - min(self.days), FIRST + timedelta(days=day), "study date"
            )
            for n, day in enumerate(sorted(self.days), start=1)
        )


def step(
    name: str,
    scope: str,
    version: str = "0.1.0",
    parameters: str = "{}",
    inputs: tuple[StepInput, ...] = (),
    outputs: tuple[Artifact, ...] = (),
) -> StepRecord:
    identity = [name, scope, version, parameters, *(f"{i.kind}{i.identity}{i.role}" for i in inputs)]
    return StepRecord(
        key=sha(*identity),
        name=name,
        scope=scope,
        version=version,
        parameters=parameters,
        parameters_sha256=sha(parameters),
        inputs=inputs,
        outputs=outputs,
        started=datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC),
        seconds=0.25,
    )


def geometry(slices: int = 3) -> Geometry:
    return Geometry.from_parts((64, 48, slices), (0.9375, 0.9375, 5.0), (-30, -20.5, 10), None, FRAME)


def series_of(plan: Plan) -> tuple[SeriesRecord, ...]:
    found = []
    for visit in plan.timepoints():
        for contrast in CONTRASTS:
            uid = f"1.2.3.{int(sha(plan.patient, visit.acquired, contrast)[:10], 16)}"
            found.append(
                SeriesRecord(
                    key=uid,
                    patient_id=plan.patient,
                    kind=FileKind.DICOM,
                    instances=tuple(
                        InstanceRef(Path(f"/in/{uid}.{k}.dcm"), f"{uid}.{k}", k + 1, sha(uid, k))
                        for k in range(plan.slices)
                    ),
                    geometry=geometry(plan.slices),
                    modality=Modality.MR,
                    contrast=contrast,
                    confidence=0.97,
                    evidence="physics: TR 550, TE 14",
                    unit=Unit.ARBITRARY,
                    series_instance_uid=uid,
                    study_instance_uid=f"1.2.4.{int(sha(plan.patient, visit.acquired)[:10], 16)}",
                    study_date=visit.acquired,
                    acquired=visit.acquired,
                    description=f"{contrast} <axial>",
                    acquisition={"repetition_time_ms": 550.0, "manufacturer": "=HYPERLINK(1)"},
                    notices=(Notice(Code.TRAILING, "12 bytes after the end", "/in/x"),),
                    timepoint=visit,
                )
            )
    return tuple(found)


def mask_of(plan: Plan, series: SeriesRecord) -> MaskRecord:
    key = f"{series.key}.9"
    return MaskRecord(
        key=key,
        patient_id=plan.patient,
        kind=MaskKind.SEG,
        path=Path(f"/in/{key}.dcm"),
        sha256=sha("mask", key),
        series_key=series.key,
        linked_by="reference",
        scheme="brats-2023",
        scheme_source="file",
        acquired=series.acquired,
        study_instance_uid=series.study_instance_uid,
        timepoint=series.timepoint,
    )


def manifest(*plans: Plan, more: tuple[FileRecord, ...] = ()) -> Manifest:
    series = tuple(s for plan in plans for s in series_of(plan))
    masks = tuple(mask_of(p, s) for p in plans for s in series_of(p) if s.contrast is Contrast.T1C)
    doses = tuple(
        DoseRecord(
            key=f"{p.subject}.dose",
            patient_id=p.patient,
            path=Path("/in/dose.dcm"),
            sha256=sha("dose", p.patient),
            geometry=geometry(),
            unit="GY",
            dose_type="PHYSICAL",
            summation_type="PLAN",
            timepoint=p.timepoints()[0],
            plan_uid="1.2.7",
            plan_sha256=sha("plan", p.patient),
            fractions_planned=30,
            prescribed_gy=60.0,
        )
        for p in plans
    )
    files = [
        FileRecord(i.path, f"{i.path.name}", 1000, i.sha256, FileKind.DICOM, FileStatus.USED, member_of=s.key)
        for s in series
        for i in s.instances
    ]
    files += [
        FileRecord(m.path, m.path.name, 10, m.sha256, FileKind.DICOM, FileStatus.USED, member_of=m.key)
        for m in (*masks, *doses)
    ]
    return Manifest(
        files=(*files, *_left_out(files[0]), *more),
        series=series,
        masks=masks,
        doses=doses,
        timepoints=tuple(t for p in plans for t in p.timepoints()),
    )


def _left_out(first: FileRecord) -> tuple[FileRecord, ...]:
    copy = replace(first, shown="copy.dcm", status=FileStatus.DUPLICATE, duplicate_of=first.shown)
    broken = FileRecord(
        Path("/in/broken.nii.gz"),
        "broken.nii.gz",
        7,
        sha("broken"),
        FileKind.NIFTI,
        FileStatus.QUARANTINED,
        Code.TRUNCATED,
        "cut at 90 %",
    )
    return copy, broken


def curate_step(found: Manifest, version: str = "0.1.0") -> StepRecord:
    inputs = tuple(StepInput("file", h, "input") for h in sorted(f.sha256 for f in found.files))
    return step("curate", "cohort", version, "{}", inputs)


def measurement(number: int, compartment: Compartment, diameter: float) -> LesionMeasurement:
    half = diameter / 2
    center = (10.0 * number, 5.0, 20.0)
    x, y, z = center
    angles = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    outline = np.c_[x + half * np.cos(angles), y + half * np.sin(angles), np.full(16, z)]
    return LesionMeasurement(
        label="1+3" if compartment is Compartment.CORE else "1+2+3",
        compartment=compartment,
        lesion=number,
        voxels=int(diameter**3),
        volume_ml=np.pi / 6 * diameter**3 / 1000,
        surface_mm2=np.pi * diameter**2,
        longest=Diameter((x - half, y, z), (x + half, y, z), diameter),
        perpendicular=Diameter((x, y - half, z), (x, y + half, z), diameter) if diameter > 3 else None,
        diameter_3d=Diameter((x - half, y, z), (x + half, y, z), diameter),
        centroid_lps_mm=center,
        box_lps_mm=((x - half, y - half, z - half), (x + half, y + half, z + half)),
        slice=1,
        source="voxels",
        outline_lps_mm=(outline,),
        flags=(Code.TOO_SMALL,) if diameter <= 3 else (),
        standard_errors={Quantity.VOLUME_ML: VOLUME_ERROR} if diameter > 3 else {},
    )


def statistics(plan: Plan, number: int, compartment: Compartment, series_key: str) -> IntensityStatistics:
    values: dict[str, float | None] = {name: 100.0 + k for k, name in enumerate(plan.statistics)}
    values["kurtosis"] = None
    return IntensityStatistics(
        number,
        compartment,
        series_key,
        Unit.ARBITRARY,
        values,
        {"kurtosis": Code.CONSTANT},
        Histogram((0.0, 1.0, 2.0), (3, 4)),
    )


def image_features(plan: Plan, measured: Measured, series_key: str, step_key: str) -> ImageFeatures:
    """Of every region, original and filtered; the last has no value."""
    defined = tuple(
        DefinedFeature("glcm", f"glcm_{name}", "TU9B", f"cm_{name}_3D_comb", of, "1")
        for of in ("original", "log-1-mm")
        for name in plan.features
    )
    last = len(defined) - 1
    regions = tuple(
        RegionFeatures(
            lesion.number,
            part.compartment,
            (*(lesion.number + k / 8 for k in range(last)), None),
            {last: Code.CONSTANT},
        )
        for lesion in measured.lesions
        for part in lesion.measurements
    )
    return ImageFeatures(series_key, Unit.ARBITRARY, plan.spec, sha(plan.spec), defined, regions, step_key)


def artifact(path: str, role: str, *content: object) -> Artifact:
    return Artifact(path, sha(path, *content), 100, role)


def result(plan: Plan) -> PatientResult:
    """Everything a run of the plan would give."""
    steps: list[StepRecord] = []

    def ran(name: str, inputs: tuple[StepInput, ...], outputs: tuple[Artifact, ...] = ()) -> str:
        steps.append(step(name, plan.patient, plan.version, plan.parameters, inputs, outputs))
        return steps[-1].key

    series = series_of(plan)
    volumes, converted = [], {}
    for s in series:
        file = artifact(f"sub/{s.key}.nii.gz", "native image", s.key)
        inputs = tuple(StepInput("file", i.sha256, "slice") for i in s.instances)
        converted[s.key] = file
        volumes.append(Volume(s.key, "native", file, s.geometry, (), ran("convert", inputs, (file,))))
        derived = artifact(f"sub/{s.key}_pre.nii.gz", "preprocessed image", s.key, plan.version)
        key = ran("preprocess", (StepInput("artifact", file.sha256, "image"),), (derived,))
        done = (AppliedStep("n4", {"shrink": 4, "fit": [1.0, 2.0]}, "SimpleITK 2.5"),)
        volumes.append(Volume(s.key, "preprocessed", derived, s.geometry, done, key))
    registrations = _registrations(plan, series, ran)
    masks = tuple(mask_of(plan, s) for s in series if s.contrast is Contrast.T1C)
    segmentations = tuple(
        _segmentation(plan, n, mask, series, converted, ran) for n, mask in enumerate(masks)
    )
    follow = ran(
        "follow", tuple(StepInput("step", s.step_key, f"lesions of {s.mask.key}") for s in segmentations)
    )
    dosed = tuple(
        replace(dose_in(plan, s.mask), step_key=ran("dose", (StepInput("step", s.step_key, "mask"),)))
        for s in segmentations[:1]
    )
    return PatientResult(
        patient_id=plan.patient,
        subject=plan.subject,
        timepoints=plan.timepoints(),
        series=series,
        masks=masks,
        doses=(),
        volumes=tuple(volumes),
        registrations=registrations,
        segmentations=segmentations,
        tracked=tracked(plan, masks),
        steps=tuple(steps),
        follow_step_key=follow,
        failures=plan.failures,
        dosed=dosed,
    )


DOSE_SPEC = '{"profile": "made", "unit": "Gy"}'


def dose_in(plan: Plan, mask: MaskRecord) -> DoseInMask:
    """A structure with a dose, and one without."""
    metrics = (
        StoredMetric("PHYSICAL", "D2%", "Gy", 31.5, None),
        StoredMetric("PHYSICAL", "D2cc", "Gy", None, Code.TOO_SMALL),
    )
    ntcp = (
        StoredNtcp("made-1", "made up", "EQD2(3)", 0.25, None, "recalled", "10.1000/1"),
        StoredNtcp("made-2", "made up", "PHYSICAL", None, Code.FRACTIONS_UNKNOWN, "recalled", "10.1000/2"),
    )
    heart = StoredDvh(
        1, "Heart", "PHYSICAL", 30, "plan", 500.0, 2.5, 0.5, 33.0, 12.25, ((0.0, 497.5), (0.1, 497.5)), metrics, ntcp,
        510.0, 0.25, (Notice(Code.DOSE_OUTSIDE_GRID, "a part lies outside"),), None, dose_features_made(),
    )  # fmt: skip
    couch = StoredDvh(2, "Couch", "PHYSICAL", 30, "plan", reason=Code.DOSE_OUTSIDE_GRID)
    return DoseInMask(
        f"{plan.subject}.dose", mask.key, (heart, couch), spec=DOSE_SPEC, spec_sha256=sha(DOSE_SPEC)
    )


def forecasts(patient: str) -> tuple[StoredForecast, ...]:
    """One that rests on the first measurement, and one without an upper end."""
    first = StoredForecast(
        patient, "L1", "oncometry", None, "longest_diameter_mm", "gompertz, 9 lesions in mm", "growing",
        3, 84.0, 126.0, 21.5, 18.0, 25.5, "mm", 0.9,
        ("measurement:1",),
    )  # fmt: skip
    return first, replace(first, lesion="L2", value=11.0, high=None)


def dose_features_made() -> StoredFeatures:
    """A value, one that there is a reason for not having, and a zero that SQLite gives back without its sign."""
    names = ("mean", "skewness", "entropy")
    features = tuple(
        DefinedFeature("statistics", name, "", f"stat_{name}", "original", "Gy") for name in names
    )
    return StoredFeatures(features, (30.0, None, -0.0), {1: Code.CONSTANT})


def _registrations(plan, series, ran) -> tuple[StoredRegistration, ...]:
    matrix = np.eye(4)
    angle = np.deg2rad(2.5)
    matrix[:2, :2] = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    matrix[:3, 3] = (1, 2, 3)
    found = []
    for n, s in enumerate(series[1:]):
        scope = "date" if n % 2 else "sequence"
        key = ran(
            "register", (StepInput("series", s.key, "moving"), StepInput("series", series[0].key, "fixed"))
        )
        moved = Registration(series[0].key, s.key, matrix, 0.8, 0.4, "rigid")
        found.append(StoredRegistration(s.timepoint.number, scope, moved, key))
    return tuple(found)


def _segmentation(plan, n, mask, series, converted, ran) -> SegmentationResult:
    lesions = []
    for diameter in (d for d in plan.diameters_mm[n] if d is not None):
        number = len(lesions) + 1
        parts = (
            measurement(number, Compartment.WHOLE, diameter),
            measurement(number, Compartment.CORE, diameter / 2),
        )
        lesions.append(Lesion(number, parts))
    file = artifact(f"sub/{mask.key}.seg.nii.gz", "segmentation", mask.key)
    taken = (
        StepInput("file", mask.sha256, "mask"),
        StepInput("artifact", converted[mask.series_key].sha256, "image"),
    )
    measured = ran("measure", taken, (file,))
    here = [s.key for s in series if s.timepoint == mask.timepoint]
    found = Measured(tuple(lesions), tuple(SmallPart(3, 0.01, (0, 0, 0)) for _ in range(plan.small_parts)))
    return SegmentationResult(
        mask=mask,
        scheme=mask.scheme,
        scheme_source=mask.scheme_source,
        file=file,
        geometry=geometry(plan.slices),
        segments=(
            SegmentSummary(1, "NCR", "necrosis", 500, 2.2, f"{mask.key}.1", "lesion", "Necrosis"),
            SegmentSummary(3, "ET", "enhancing", 0, 0.0),
        ),
        measured=found,
        intensities=tuple(
            statistics(plan, lesion.number, m.compartment, key)
            for key in here
            for lesion in lesions
            for m in lesion.measurements
        ),
        step_key=measured,
        geometry_trusted=plan.trusted,
        intensity_step_key=ran("intensity", taken),
        features=tuple(
            image_features(plan, found, key, ran("features", (*taken, StepInput("series", key, plan.spec))))
            for key in here
            if plan.features
        ),
        notices=() if plan.trusted else (Notice(Code.SPACING_IMPLAUSIBLE, "a head 24 mm thick"),),
    )


def tracked(plan: Plan, masks: tuple[MaskRecord, ...]) -> tuple[Tracked, ...]:
    found = []
    for column in range(len(plan.diameters_mm[0])):
        states, members = {}, {}
        for n, mask in enumerate(masks):
            here = [k for k, d in enumerate(plan.diameters_mm[n]) if d is not None]
            if column in here:
                members[n + 1, mask.key] = here.index(column) + 1
                states[n + 1] = (LesionStatus.MEASURED, "")
            else:
                states[n + 1] = (LesionStatus.ABSENT, "not in the mask")
        visits = sorted(members)
        matches = tuple(
            (a[0], b[0], Match(members[a], members[b], Relation.SAME, "overlap", 0.9))
            for a, b in pairwise(visits)
        )
        uid = f"2.25.{int(sha(plan.patient, column)[:12], 16)}"
        found.append(Tracked(f"L{column + 1}", uid, states, members, matches))
    return tuple(found)


def sheet(*patients: str, number: float = 61.5, name: str = "clinical.xlsx") -> ClinicalSheet:
    rows = [
        ClinicalRow("Sheet1", n, {"id": p, "age": str(number)}, RowStatus.MATCHED, p)
        for n, p in enumerate(patients, start=2)
    ]
    rows.append(
        ClinicalRow(
            "Sheet1", 99, {"id": "??"}, RowStatus.UNMATCHED, "??", Code.ROW_UNMATCHED, "no such patient"
        )
    )
    rows.append(ClinicalRow("Sheet1", 100, {}, RowStatus.EXCLUDED, None, Code.ROW_EXCLUDED, "blank id"))
    numbered = list(enumerate(patients, start=2))
    return ClinicalSheet(
        name=name,
        sha256=sha(name, number),
        columns={"id": "patient_id", "age": "age_years"},
        rows=tuple(rows),
        values=(
            *(ClinicalValue(p, "age_years", None, number, "years", None, n) for n, p in numbered),
            *(ClinicalValue(p, "response", "PR", None, None, 42, n) for n, p in numbered),
        ),
        treatments=tuple(Treatment(p, "radiotherapy", "", 3, 45, 60.0, 30, n) for n, p in numbered),
        events=tuple(VitalEvent(p, "death", False, 400, n) for n, p in numbered),
        toxicities=tuple(Toxicity(p, "Fatigue", 2, "5.0", 20, n) for n, p in numbered),
        notices=(Notice(Code.COLUMN_GUESSED, "age read as years"),),
    )


def clinical_step(found: ClinicalSheet) -> StepRecord:
    return step("clinical", "cohort", inputs=(StepInput("file", found.sha256, "sheet"),))


RELIABILITY_SPEC = '{"profile":"ibsi"}'
RELIABILITY_CHAIN = perturbation_named("rncv")
RELIABILITY_FEATURES = (
    NamedFeature(Family.MORPHOLOGY, "morphology_volume", "RNU0", "morph_volume", "original", "mm3"),
    NamedFeature(Family.GLCM, "glcm_contrast", "ACUI", "cm_contrast_3D_comb", "log-1-mm", "1"),
    NamedFeature(Family.GLCM, "glcm_flat", "", "cm_flat", "original", "1"),
)


def analyzed(
    seed: int = 0, data: str = "cohort", source: Source = Source.PERTURBATION
) -> AnalyzedReliability:
    rng = np.random.default_rng(seed)
    regions = []
    for group in ("whole in CT", "core in CT"):
        for _ in range(6):
            values = rng.normal(size=3) + rng.normal(0, (0.01, 2.0, 0.0), (4, 3))
            values[:, 2] = 7
            regions.append(RepeatedRegion(group, RELIABILITY_FEATURES, values))
    of_images = source is Source.PERTURBATION
    return AnalyzedReliability(
        reliabilities(regions, source),
        JudgedFrom(
            data,
            sha(data),
            sha(RELIABILITY_SPEC) if of_images else None,
            RELIABILITY_CHAIN.hash if of_images else None,
        ),
        RELIABILITY_SPEC if of_images else None,
        RELIABILITY_CHAIN.canonical_json if of_images else None,
        step("reliability", "cohort", parameters=json.dumps({"seed": seed, "data": data})),
    )
