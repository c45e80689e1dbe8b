"""Series to native volumes: the cohort's own copy of each image, laid out as a BIDS derivative."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from pathlib import Path

from oncometry.core import Image
from oncometry.io import (
    native_path,
    read_image,
    read_volume,
    series_sidecar,
    sidecar_path,
    write_text,
    write_volume,
)
from oncometry.io.manifest import SeriesRecord
from oncometry.pipeline.job import Ledger, PatientJob
from oncometry.pipeline.sources import unchanged
from oncometry.pipeline.step import Work
from oncometry.store.patient_result import Volume
from oncometry.store.provenance import Artifact, StepInput

__all__ = ["convert", "read_native", "series_inputs", "volume_paths"]


def volume_paths(job: PatientJob) -> dict[str, Path]:
    """Where each series of the patient goes, relative to the cohort; runs are numbered in date order."""
    seen: Counter[str] = Counter()
    paths: dict[str, Path] = {}
    for series in sorted(job.series, key=_order):
        first = native_path(job.subject, series, run=None)
        seen[first.as_posix()] += 1
        count = seen[first.as_posix()]
        paths[series.key] = first if count == 1 else native_path(job.subject, series, run=count)
    return paths


def _order(series: SeriesRecord) -> tuple[int, str, str]:
    number = series.timepoint.number if series.timepoint else 0
    return number, series.acquired.isoformat() if series.acquired else "", series.key


def series_inputs(series: SeriesRecord) -> tuple[StepInput, ...]:
    """The files a series is built from, by hash, in slice order."""
    return tuple(StepInput("file", i.sha256, f"slice {n}") for n, i in enumerate(series.instances))


def convert(ledger: Ledger, job: PatientJob) -> dict[str, Volume]:
    """Write every series as a NIfTI volume with its sidecar; what fails is left out and recorded."""
    paths = volume_paths(job)
    volumes: dict[str, Volume] = {}
    for series in job.series:
        with ledger.attempt(series.instances[0].path):
            volumes[series.key] = _convert_one(ledger, job, series, paths[series.key])
    return volumes


def _convert_one(ledger: Ledger, job: PatientJob, series: SeriesRecord, path: Path) -> Volume:
    told = series_sidecar(series)

    def work() -> Work[str]:
        with unchanged({i.path: i.sha256 for i in series.instances}):
            image = read_image(series, geometry=job.settings.curate.geometry)
        files = [_artifact(path, write_volume(image, job.cohort / path), "native image")]
        sidecar = sidecar_path(path)
        written = write_text(job.cohort / sidecar, told)
        files.append(_artifact(sidecar, written, "sidecar"))
        return Work(path.as_posix(), tuple(files))

    parameters = {
        "path": path.as_posix(),
        "geometry": job.settings.curate.geometry,
        "unit": series.unit.value,
        "contrast": series.contrast.value,
        "frame": series.frame,
        "sidecar_sha256": hashlib.sha256(told.encode()).hexdigest(),
    }
    outcome = ledger.run("convert", parameters, series_inputs(series), str, work)
    return Volume(
        series_key=series.key,
        derivation="native",
        file=outcome.record.outputs[0],
        geometry=series.geometry,
        steps=(),
        step_key=outcome.key,
        notices=series.notices,
    )


def _artifact(path: Path, written: tuple[str, int], role: str) -> Artifact:
    sha256, size = written
    return Artifact(path.as_posix(), sha256, size, role)


def read_native(cohort: Path, series: SeriesRecord, volume: Volume) -> Image:
    """The cohort's copy of a series, with the frame of reference and meaning that NIfTI cannot hold."""
    image = read_volume(cohort / volume.file.path)
    return replace(
        image,
        geometry=replace(image.geometry, frame_of_reference_uid=series.geometry.frame_of_reference_uid),
        modality=series.modality,
        contrast=series.contrast,
        unit=series.unit,
        key=series.key,
    )
