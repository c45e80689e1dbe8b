"""Native volumes to preprocessed ones: every series in the patient's common space, or as near as is trusted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from oncometry.core import Geometry, Image, Notice
from oncometry.io import preprocessed_path, preprocessed_sidecar, sidecar_path, write_text, write_volume
from oncometry.io.manifest import SeriesRecord
from oncometry.pipeline.align import Alignment
from oncometry.pipeline.convert import volume_paths
from oncometry.pipeline.job import Ledger, PatientJob
from oncometry.pipeline.step import Work
from oncometry.preprocessing import AppliedStep, Preprocessed, preprocess
from oncometry.store.patient_result import Volume
from oncometry.store.provenance import Artifact, StepInput

__all__ = ["derive"]


@dataclass(frozen=True, eq=False)
class Derived:
    """What a preprocessing step keeps beside its file."""

    steps: tuple[AppliedStep, ...]
    geometry: Geometry
    notices: tuple[Notice, ...]


def derive(
    ledger: Ledger,
    job: PatientJob,
    volumes: Mapping[str, Volume],
    alignment: Alignment,
    read: Callable[[str], Image],
) -> list[Volume]:
    """Preprocess every converted series; one that fails is recorded and left out."""
    paths = volume_paths(job)
    made: list[Volume] = []
    for series in job.series:
        if series.key not in alignment.from_common:
            continue
        with ledger.attempt(series.instances[0].path):
            made.append(_derive_one(ledger, job, series, paths[series.key], volumes, alignment, read))
    return made


def _derive_one(
    ledger: Ledger,
    job: PatientJob,
    series: SeriesRecord,
    native: Path,
    volumes: Mapping[str, Volume],
    alignment: Alignment,
    read: Callable[[str], Image],
) -> Volume:
    settings, key = job.settings.preprocessing, series.key
    reference, chain = volumes[alignment.frames[key]], alignment.chains[key]
    path = preprocessed_path(native)

    def work() -> Work[Derived]:
        registrations = [stored.registration for stored in chain]
        done = preprocess(read(key), settings, reference.geometry, registrations)
        files = _written(job, series, done, native, Path(reference.file.path))
        return Work(Derived(done.steps, done.image.geometry, done.notices), files)

    inputs = [StepInput("artifact", volumes[key].file.sha256, "image")]
    if reference.series_key != key:
        inputs.append(StepInput("artifact", reference.file.sha256, "reference"))
    inputs += [StepInput("step", stored.step_key, "registration") for stored in chain]
    parameters = {
        **settings.model_dump(mode="json"),
        "path": path.as_posix(),
        "reference": reference.file.path,
        "modality": series.modality.value,
        "contrast": series.contrast.value,
        "unit": series.unit.value,
    }
    outcome = ledger.run("preprocess", parameters, tuple(inputs), Derived, work)
    return Volume(
        series_key=key,
        derivation="preprocessed",
        file=outcome.record.outputs[0],
        geometry=outcome.value.geometry,
        steps=outcome.value.steps,
        step_key=outcome.key,
        notices=outcome.value.notices,
    )


def _written(
    job: PatientJob, series: SeriesRecord, done: Preprocessed, native: Path, reference: Path
) -> tuple[Artifact, ...]:
    """The preprocessed image and its sidecar, on disk."""
    path = preprocessed_path(native)
    sha256, size = write_volume(done.image, job.cohort / path)
    steps = [{"Name": s.name, "Parameters": dict(s.parameters), "Software": s.software} for s in done.steps]
    text = preprocessed_sidecar(native, reference, series.unit, steps, done.notices)
    written = write_text(job.cohort / sidecar_path(path), text)
    return (
        Artifact(path.as_posix(), sha256, size, "preprocessed image"),
        Artifact(sidecar_path(path).as_posix(), *written, "sidecar"),
    )
