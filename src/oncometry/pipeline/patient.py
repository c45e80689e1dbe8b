"""One patient, from series and masks to followed lesions. The order of the verbs stands here."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from oncometry.core import Image
from oncometry.pipeline.align import align
from oncometry.pipeline.bench import MaskBench
from oncometry.pipeline.convert import convert, read_native
from oncometry.pipeline.deform import deform_dates
from oncometry.pipeline.derive import derive
from oncometry.pipeline.derive_masks import derive_masks
from oncometry.pipeline.dose import measure_doses
from oncometry.pipeline.follow import follow_lesions
from oncometry.pipeline.job import Ledger, PatientJob
from oncometry.pipeline.measure import measure_masks
from oncometry.pipeline.segment import segment_visits
from oncometry.pipeline.step import StepCache
from oncometry.store.patient_result import PatientResult, Volume

__all__ = ["process_patient"]

IMAGES_IN_MEMORY = 6


def process_patient(job: PatientJob) -> PatientResult:
    """Convert, register, segment what came without masks, preprocess, measure and follow one patient.

    Pure but for the files it writes under the cohort; what fails with a coded error is recorded in
    `failures` and the rest goes on.
    """
    ledger = Ledger(StepCache(job.cohort, job.fresh), job.patient_id)
    volumes = convert(ledger, job)
    if not job.measure:
        return _result(job, ledger, tuple(volumes.values()))
    by_key = {s.key: s for s in job.series}

    @lru_cache(maxsize=IMAGES_IN_MEMORY)
    def read(key: str) -> Image:
        return read_native(job.cohort, by_key[key], volumes[key])

    alignment = align(ledger, job.series, volumes, read, job.settings.preprocessing)
    job = replace(job, masks=(*job.masks, *segment_visits(ledger, job, volumes, alignment, read)))
    bench = MaskBench(job, volumes)
    derived = derive(ledger, job, volumes, alignment, read)
    results = measure_masks(ledger, bench, alignment, read)
    dosed = measure_doses(ledger, bench, results)
    derive_masks(ledger, bench, alignment, derived, results)
    deform_dates(ledger, bench, alignment, volumes, read, results)
    followed = follow_lesions(ledger, bench, alignment, results)
    return replace(
        _result(job, ledger, (*volumes.values(), *derived)),
        registrations=tuple(alignment.registrations),
        segmentations=tuple(results),
        tracked=followed.value.lesions,
        dosed=dosed,
        follow_step_key=followed.key,
    )


def _result(job: PatientJob, ledger: Ledger, volumes: tuple[Volume, ...]) -> PatientResult:
    return PatientResult(
        patient_id=job.patient_id,
        subject=job.subject,
        timepoints=job.timepoints,
        series=job.series,
        masks=job.masks,
        doses=job.doses,
        volumes=volumes,
        registrations=(),
        segmentations=(),
        tracked=(),
        steps=tuple(ledger.steps),
        failures=tuple(ledger.failures),
    )
