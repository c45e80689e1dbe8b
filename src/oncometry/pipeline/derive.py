"""Native volumes to preprocessed ones: every series in the patient's common space."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from oncometry.core import Geometry, Image, Notice
from oncometry.io import preprocessed_path, write_volume
from oncometry.pipeline.align import Alignment
from oncometry.pipeline.convert import volume_paths
from oncometry.pipeline.job import Ledger, PatientJob
from oncometry.pipeline.step import Work
from oncometry.preprocessing import AppliedStep, Registration, preprocess
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
            made.append(_derive_one(ledger, job, series.key, paths[series.key], volumes, alignment, read))
    return made


def _derive_one(
    ledger: Ledger,
    job: PatientJob,
    key: str,
    native: Path,
    volumes: Mapping[str, Volume],
    alignment: Alignment,
    read: Callable[[str], Image],
) -> Volume:
    settings = job.settings.preprocessing
    reference = volumes[alignment.reference_key or key].geometry
    path = preprocessed_path(native)
    trusted = alignment.trusted[key]

    def work() -> Work[Derived]:
        pull = Registration(
            fixed_key=alignment.reference_key or key,
            moving_key=key,
            matrix=alignment.from_common[key],
            quality=1.0,
            quality_before=1.0,
            method="composed",
        )
        done = preprocess(read(key), settings, reference if trusted else None, pull if trusted else None)
        sha256, size = write_volume(done.image, job.cohort / path)
        artifact = Artifact(path.as_posix(), sha256, size, "preprocessed image")
        return Work(Derived(done.steps, done.image.geometry, done.notices), (artifact,))

    inputs = [StepInput("artifact", volumes[key].file.sha256, "image")]
    if alignment.reference_key not in (None, key):
        inputs.append(StepInput("artifact", volumes[alignment.reference_key or key].file.sha256, "reference"))
    inputs += [
        StepInput("step", r.step_key, "registration")
        for r in alignment.registrations
        if key in (r.registration.moving_key, r.registration.fixed_key)
    ]
    parameters = {
        **settings.model_dump(mode="json"),
        "path": path.as_posix(),
        "matrix": alignment.from_common[key].round(9).tolist(),
        "trusted": trusted,
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
