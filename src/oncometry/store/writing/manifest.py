"""A manifest: files, patients, visits, series and doses."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from oncometry.io.manifest import DoseRecord, Manifest, MaskRecord, SeriesRecord
from oncometry.store.provenance import StepRecord
from oncometry.store.tables import DoseGrid, SegmentationRow, Series, SeriesReading
from oncometry.store.writing.encode import grid
from oncometry.store.writing.files import keep_files
from oncometry.store.writing.people import keep_patients, keep_timepoints, timepoint_ids
from oncometry.store.writing.series import Curated, keep_series, keep_studies
from oncometry.store.writing.steps import keep_steps
from oncometry.store.writing.transaction import Row, Writing, sealed

__all__ = ["write_manifest"]


def write_manifest(writing: Writing, manifest: Manifest, step: StepRecord) -> None:
    """Keep what curation found.

    Of the patients it meets, the manifest tells everything: what an earlier one said of them and this
    one does not is not current any more. Patients it does not meet stay as they are.
    """
    step_id = keep_steps(writing, [step])[step.key]
    records: tuple[SeriesRecord | MaskRecord | DoseRecord, ...] = (
        *manifest.series,
        *manifest.masks,
        *manifest.doses,
    )
    found = {t.patient_id for t in manifest.timepoints} | {r.patient_id for r in records}
    patients = keep_patients(writing, found, step_id, manifest.synthetic)
    visits = {*manifest.timepoints, *(r.timepoint for r in records if r.timepoint is not None)}
    keep_timepoints(writing, visits, patients, step_id)
    studies = {r.study_instance_uid: r.patient_id for r in records if r.study_instance_uid}
    curated = Curated(
        step_id=step_id,
        patients=patients,
        timepoints=timepoint_ids(writing, patients),
        studies=keep_studies(writing, studies, patients, step_id),
    )
    members = (_known_members(writing, patients) | {r.key for r in records}) - manifest.kept
    keep_series(writing, manifest.series, curated)
    _keep_doses(writing, manifest, curated)
    keep_files(writing, manifest.files, members, step_id)


def _known_members(writing: Writing, patients: Mapping[str, int]) -> set[str]:
    """Keys of the series, masks and doses that the store knows of these patients."""
    ids = set(patients.values())
    queries = (
        select(Series.series_key)
        .join(SeriesReading, SeriesReading.series_id == Series.id)
        .where(SeriesReading.patient_id.in_(ids)),
        select(SegmentationRow.mask_key).where(SegmentationRow.patient_id.in_(ids)),
        select(DoseGrid.dose_key).where(DoseGrid.patient_id.in_(ids)),
    )
    return {key for query in queries for key in writing.connection.scalars(query)}


def _keep_doses(writing: Writing, manifest: Manifest, curated: Curated) -> None:
    rows = [_dose(dose, curated) for dose in manifest.doses]
    writing.keep(DoseGrid, DoseGrid.patient_id.in_(set(curated.patients.values())), rows)


def _dose(dose: DoseRecord, curated: Curated) -> Row:
    number = dose.timepoint.number if dose.timepoint else None
    row: Row = {
        "run_step_id": curated.step_id,
        "dose_key": dose.key,
        "patient_id": curated.patients[dose.patient_id],
        "timepoint_id": curated.timepoint(dose.patient_id, number),
        "study_id": curated.studies.get(dose.study_instance_uid or ""),
        "sha256": dose.sha256,
        "unit": dose.unit,
        "dose_type": dose.dose_type,
        "summation_type": dose.summation_type,
        "plan_uid": dose.plan_uid,
        "plan_sha256": dose.plan_sha256,
        "fractions_planned": dose.fractions_planned,
        "prescribed_gy": dose.prescribed_gy,
        **grid(dose.geometry, dose.frame_of_reference_uid),
    }
    return sealed(DoseGrid, row)
