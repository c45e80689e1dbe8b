"""The dose in every structure of a patient's structure sets, a step a dose and structure set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from oncometry.core import Geometry, Notice, OncometryError, Segmentation
from oncometry.core.dose import Dose
from oncometry.dose import (
    DoseSettings,
    DoseSummary,
    Dvh,
    DvhComparison,
    Fractionation,
    compare_with_file,
    structure_of,
    summarize,
)
from oncometry.features import FeatureSpec
from oncometry.io.dose_histograms import FileHistogram, read_histograms
from oncometry.io.dose_values import read_dose
from oncometry.io.manifest import DoseRecord, MaskKind, MaskRecord
from oncometry.pipeline.bench import MaskBench
from oncometry.pipeline.dosiomics import dose_spec, structure_features
from oncometry.pipeline.job import Ledger
from oncometry.pipeline.sources import unchanged
from oncometry.pipeline.step import Work
from oncometry.store.dose_result import DoseInMask, StoredDvh, StoredMetric, StoredNtcp
from oncometry.store.patient_result import SegmentationResult
from oncometry.store.provenance import StepInput

__all__ = ["measure_doses"]

CURVE_POINTS = 400
STEP_GY = 0.1


def measure_doses(
    ledger: Ledger, bench: MaskBench, results: Sequence[SegmentationResult]
) -> tuple[DoseInMask, ...]:
    """Every dose in every structure set that is in its frame of reference; what fails is recorded and left out."""
    found: list[DoseInMask] = []
    read: dict[str, Dose] = {}
    for record in bench.job.doses:
        for result in results:
            if result.mask.kind is MaskKind.RTSTRUCT and _together(record, result.mask, result.geometry):
                with ledger.attempt(record.path):
                    found.append(_measured(ledger, bench, record, result.mask, read))
    return tuple(found)


def _together(record: DoseRecord, mask: MaskRecord, geometry: Geometry) -> bool:
    """Whether both are in one frame of reference, by what they say; where one says nothing, in one study."""
    theirs = mask.frame_of_reference_uid or geometry.frame_of_reference_uid
    if None in (record.frame_of_reference_uid, theirs):
        return record.study_instance_uid is not None and record.study_instance_uid == mask.study_instance_uid
    return record.frame_of_reference_uid == theirs


def _measured(
    ledger: Ledger, bench: MaskBench, record: DoseRecord, mask: MaskRecord, read: dict[str, Dose]
) -> DoseInMask:
    settings = bench.job.settings.dose
    course = _course(record, settings)

    def work() -> Work[DoseInMask]:
        with unchanged({record.path: record.sha256}):
            if record.key not in read:
                read[record.key] = read_dose(record.path)
            own = {h.roi_number: h for h in read_histograms(record.path)}
        dose, segmentation = read[record.key], bench.source(mask)
        grid = replace(segmentation.geometry, frame_of_reference_uid=None)  # held against it above
        placed = replace(segmentation, geometry=grid)
        numbers = [segment.number for segment in placed]
        structures = tuple(_structure(dose, placed, n, course, settings, own) for n in numbers)
        if not settings.features:
            return Work(DoseInMask(record.key, mask.key, structures))
        spec = dose_spec(settings.feature_bin_gy)
        textured = tuple(_with_features(one, dose, placed, spec) for one in structures)
        return Work(
            DoseInMask(record.key, mask.key, textured, spec=spec.canonical_json, spec_sha256=spec.hash)
        )

    parameters = {
        "settings": settings.model_dump(mode="json"),
        "mask": bench.reading(mask),
        "fractions": None if course is None else [course.fractions, course.source],
    }
    plan = () if record.plan_sha256 is None else (StepInput("file", record.plan_sha256, "plan"),)
    inputs = (StepInput("file", record.sha256, "dose"), *plan, *bench.inputs(mask))
    outcome = ledger.run("dose", parameters, inputs, DoseInMask, work)
    return replace(outcome.value, step_key=outcome.key)


def _course(record: DoseRecord, settings: DoseSettings) -> Fractionation | None:
    """What a person declared wins over the plan."""
    if settings.fractions is not None:
        return Fractionation(settings.fractions, "declared")
    return None if record.fractions_planned is None else Fractionation(record.fractions_planned, "plan")


def _with_features(
    structure: StoredDvh, dose: Dose, segmentation: Segmentation, spec: FeatureSpec
) -> StoredDvh:
    """With features of the dose where it has one; what the engine refuses is told of the structure."""
    if structure.reason is not None:
        return structure
    try:
        found = structure_features(dose, segmentation, structure.number, spec)
    except OncometryError as error:
        told = Notice(error.code, f"no dosiomics: {error.told}")
        return replace(structure, notices=(*structure.notices, told))
    return replace(structure, features=found)


def _structure(
    dose: Dose,
    segmentation: Segmentation,
    number: int,
    course: Fractionation | None,
    settings: DoseSettings,
    own: Mapping[int | None, FileHistogram],
) -> StoredDvh:
    name = segmentation[number].name
    fractions, source = (None, None) if course is None else (course.fractions, course.source)
    try:
        summary = summarize(dose, structure_of(segmentation, number), course, settings)
    except OncometryError as error:
        told = (Notice(error.code, error.told),)
        return StoredDvh(number, name, dose.dose_type, fractions, source, notices=told, reason=error.code)
    theirs = own.get(number)
    compared = None if theirs is None else compare_with_file(summary.dvh, theirs, name)
    return _stored(summary, compared, dose)


def _stored(summary: DoseSummary, compared: DvhComparison | None, dose: Dose) -> StoredDvh:
    dvh, course = summary.dvh, summary.fractionation
    told = () if compared is None else (*compared.tags, *compared.notices)
    return StoredDvh(
        number=summary.number,
        name=summary.name,
        quantity=str(dvh.quantity),
        fractions=None if course is None else course.fractions,
        fractions_source=None if course is None else course.source,
        volume_cc=dvh.structure_cc,
        outside_cc=dvh.outside_cc,
        min_gy=dvh.min_gy,
        max_gy=dvh.max_gy,
        mean_gy=dvh.average_gy,
        curve=_curve(dvh),
        metrics=_metrics(summary),
        ntcp=_ntcp(summary),
        file_volume_cc=None if compared is None else compared.file_volume_cc,
        file_difference_gy=None if compared is None else compared.largest_gy,
        notices=(*dose.notices, *summary.notices, *told),
    )


def _metrics(summary: DoseSummary) -> tuple[StoredMetric, ...]:
    return tuple(
        StoredMetric(str(group.quantity), v.metric.name, v.metric.unit, v.value, v.reason)
        for group in summary.metrics
        for v in group.values
    )


def _ntcp(summary: DoseSummary) -> tuple[StoredNtcp, ...]:
    return tuple(
        StoredNtcp(n.set.name, n.set.endpoint, str(n.quantity), n.value, n.reason, n.set.checked, n.set.doi)
        for n in summary.ntcp
    )


def _curve(dvh: Dvh) -> tuple[tuple[float, float], ...]:
    """From 0 Gy to the highest dose, in steps of 0.1 Gy or, for high doses, of a multiple."""
    step = STEP_GY * max(1, -int(-dvh.max_gy // (STEP_GY * CURVE_POINTS)))
    count = int(max(dvh.max_gy, 0.0) / step) + 2
    doses = [round(n * step, 6) for n in range(count)]
    return tuple((dose, dvh.volume_of(dose)) for dose in doses)
