"""Visits without a mask to masks: a network segments their images, and says whose work it is.

The images of a visit are laid on the grid of the one that lesions are measured in first, by the registrations within the
visit. The mask belongs to that image; from there on it goes the way of every mask.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from oncometry.core import Code, Geometry, Image, Notice, OncometryError
from oncometry.core.geometry import FloatArray
from oncometry.core.processors import cores
from oncometry.io import (
    mask_path,
    probability_path,
    saliency_path,
    write_labels,
    write_probabilities,
    write_volume,
)
from oncometry.io.manifest import MadeBy, MaskKind, MaskRecord, SeriesRecord
from oncometry.pipeline.align import Alignment
from oncometry.pipeline.job import Ledger, PatientJob
from oncometry.pipeline.networks import Networks, load_network
from oncometry.pipeline.step import Outcome, Work
from oncometry.pipeline.unmasked import Chosen, brain_series, choose_images, unmasked_visits
from oncometry.preprocessing import resample
from oncometry.segmentation.region_saliency import RegionSaliency, region_saliency
from oncometry.segmentation.saliency import SaliencySettings
from oncometry.segmentation.segmenter import Segmented
from oncometry.segmentation.trust import trust_in_words, trust_notices, trust_of
from oncometry.store.patient_result import Volume
from oncometry.store.provenance import Artifact, StepInput

__all__ = ["laid", "lies_on", "segment_visits", "to_grid"]

MOVED_MM = 1e-6
OF_THE_NETWORK = (Code.CORRUPT, Code.NOTHING_FOUND)
"""A network that could not run here, a program that is not installed say: that is not kept, the next run asks again."""


@dataclass(frozen=True, eq=False)
class Findings:
    """What a network said of a visit, as kept by its step.

    Attributes:
        trust: volumes with their intervals, and the Dice to be expected, in words.
        refused: why it gave no mask.
        looked: where it looked, as the sidecar has it; empty where that was not asked.
    """

    backend: str
    notices: tuple[Notice, ...]
    trust: str = ""
    refused: Notice | None = None
    looked: str = ""


@dataclass(frozen=True, eq=False)
class _Visit:
    """One visit that is segmented. `mask` has its place, not yet its content."""

    chosen: Chosen
    grid: SeriesRecord
    mask: MaskRecord
    probabilities: Path
    saliency: Path

    @property
    def labels(self) -> Path:
        """Where its labels are kept for the steps that come, relative to the cohort."""
        return Path(".oncometry") / "masks" / f"{self.mask.key.removeprefix('network:')}.nii.gz"


def segment_visits(
    ledger: Ledger,
    job: PatientJob,
    volumes: Mapping[str, Volume],
    alignment: Alignment,
    read: Callable[[str], Image],
) -> tuple[MaskRecord, ...]:
    """Segment each visit of the patient that shows MR of the brain and came without a mask; one that fails is recorded."""
    if job.networks is None:
        return ()
    found: list[MaskRecord] = []
    inputs = job.networks.tumor.card.inputs
    for there in unmasked_visits(job.series, job.masks).values():
        chosen = choose_images(brain_series(there), alignment, inputs)
        if chosen is None:
            continue
        visit = _visit(job, job.networks, chosen)
        with ledger.attempt(Path(volumes[chosen.grid].file.path)):
            outcome = _segment(ledger, job, job.networks, visit, volumes, alignment, read)
            if outcome.value.refused is None:
                found.append(_made(job, job.networks, visit, outcome))
            else:
                ledger.failures.append(outcome.value.refused)
    return tuple(found)


def _visit(job: PatientJob, networks: Networks, chosen: Chosen) -> _Visit:
    card = networks.tumor.card
    grid = next(s for s in job.series if s.key == chosen.grid)
    identity = hashlib.sha256(f"{chosen.grid}\n{card.sha256}".encode()).hexdigest()
    mask = MaskRecord(
        key=f"network:{identity}",
        patient_id=job.patient_id,
        kind=MaskKind.NETWORK,
        path=Path(),
        sha256="",
        series_key=chosen.grid,
        linked_by="network",
        scheme=card.scheme or "",
        scheme_source="stated",
        session=grid.session,
        acquired=grid.acquired,
        study_instance_uid=grid.study_instance_uid,
        frame_of_reference_uid=grid.geometry.frame_of_reference_uid,
        description=f"{networks.tumor.called} {card.sha256[:12]}",
        timepoint=grid.timepoint,
    )
    path = mask_path(job.subject, mask, grid)
    return _Visit(chosen, grid, mask, probability_path(path), saliency_path(path))


def _segment(
    ledger: Ledger,
    job: PatientJob,
    networks: Networks,
    visit: _Visit,
    volumes: Mapping[str, Volume],
    alignment: Alignment,
    read: Callable[[str], Image],
) -> Outcome[Findings]:
    """The step that segments a visit, and keeps its label map and its probabilities."""
    keys = visit.chosen.keys
    matrices = to_grid(visit.chosen, alignment)

    def work() -> Work[Findings]:
        network = load_network(networks, networks.inference.threads or max(1, cores() // job.beside))
        grid = read(visit.grid.key).geometry
        images = {contrast: laid(read(key), grid, matrices[key]) for contrast, key in keys.items()}
        try:
            segmented = network.segment(images)
        except OncometryError as error:
            if error.code in OF_THE_NETWORK:
                raise
            return Work(Findings("", (), refused=_refused(error, visit)))
        notices = tuple(_at_visit(n) for n in (*visit.chosen.notices, *segmented.notices))
        trust = trust_of(segmented)
        notices += trust_notices(trust, segmented.card)
        looked = region_saliency(network, images, segmented) if networks.saliency else None
        found = Findings(
            segmented.backend,
            notices,
            trust_in_words(trust, segmented.card),
            looked="" if looked is None else json.dumps(looked.told),
        )
        return Work(found, _written(job, visit, segmented, looked))

    inputs = [
        StepInput("artifact", volumes[key].file.sha256, str(contrast)) for contrast, key in keys.items()
    ]
    parameters = {
        "networks": _identity(networks),
        "images": {str(contrast): key for contrast, key in keys.items()},
        "matrices": {key: matrix.round(9).tolist() for key, matrix in matrices.items()},
        "grid": visit.grid.key,
        "left_out": [str(notice) for notice in visit.chosen.notices],
        "path": visit.probabilities.as_posix(),
        **({"saliency": SaliencySettings().model_dump()} if networks.saliency else {}),
    }
    return ledger.run("segment", parameters, tuple(inputs), Findings, work)


def _identity(networks: Networks) -> dict[str, Any]:
    """All of the networks that decides what they find; threads do not."""
    cards = {"tumor": networks.tumor.card, "brain": None if networks.brain is None else networks.brain.card}
    return {
        "inference": networks.inference.model_dump(mode="json", exclude={"threads"}),
        **{task: None if card is None else card.model_dump(mode="json") for task, card in cards.items()},
    }


def to_grid(chosen: Chosen, alignment: Alignment) -> dict[str, FloatArray]:
    """Series key -> (4, 4), LPS mm of the visit's grid to those of the series."""
    common = alignment.to_common(chosen.grid)
    return {key: alignment.from_common[key] @ common for key in chosen.keys.values()}


def laid(image: Image, grid: Geometry, matrix: FloatArray) -> Image:
    """The image on the grid of the visit; as it is, where it lies there already."""
    return image if lies_on(image.geometry, grid, matrix) else resample(image, grid, matrix)


def lies_on(geometry: Geometry, grid: Geometry, matrix: FloatArray) -> bool:
    """Whether an image of that geometry lies on the grid already, (4, 4) LPS mm of the grid to its own."""
    return grid.matches(geometry) and bool(np.abs(matrix - np.eye(4)).max() < MOVED_MM)


def _refused(error: OncometryError, visit: _Visit) -> Notice:
    """Why the network gave no mask."""
    timepoint = visit.grid.timepoint
    label = "" if timepoint is None else f"visit {timepoint.label} "
    return Notice(error.code, f"{label}came without a mask, and was not segmented: {error.told}")


def _at_visit(notice: Notice) -> Notice:
    """Without the key of the image, which is no file."""
    return Notice(notice.code, notice.what)


def _written(
    job: PatientJob, visit: _Visit, segmented: Segmented, looked: RegionSaliency | None
) -> tuple[Artifact, ...]:
    """The labels, from which the mask is measured, the probabilities, and where the network looked if that was asked."""
    labels = write_labels(segmented.segmentation, job.cohort / visit.labels)
    regions = tuple(segmented.regions.values())
    probabilities = write_probabilities(regions, job.cohort / visit.probabilities)
    made = (
        Artifact(visit.labels.as_posix(), *labels, "labels of a network"),
        Artifact(visit.probabilities.as_posix(), *probabilities, "probabilities"),
    )
    if looked is None:
        return made
    saliency = write_volume(looked.saliency.fall, job.cohort / visit.saliency)
    return (*made, Artifact(visit.saliency.as_posix(), *saliency, "saliency of a network"))


def _made(job: PatientJob, networks: Networks, visit: _Visit, outcome: Outcome[Findings]) -> MaskRecord:
    """The mask as one of the patient's."""
    card, file, found = networks.tumor.card, outcome.record.outputs[0], outcome.value
    told = {
        "NetworkLicense": card.license,
        "BrainNetwork": "none"
        if networks.brain is None
        else f"{networks.brain.called}, SHA-256 {networks.brain.card.sha256}",
        "Trust": found.trust,
        "Probabilities": visit.probabilities.name,
        "ProbabilityVolumes": ", ".join(region.name for region in card.regions),
        **({"Saliency": f"{visit.saliency.name}: {found.looked}"} if found.looked else {}),
    }
    return replace(
        visit.mask,
        path=job.cohort / file.path,
        sha256=file.sha256,
        notices=(_whose(job, networks, found.trust), *found.notices),
        made_by=MadeBy(card.name, card.version, card.sha256, found.backend, outcome.key, told),
    )


def _whose(job: PatientJob, networks: Networks, trust: str) -> Notice:
    """That no reader drew it, how far it can be trusted, and what follows where one drew at other visits."""
    what = f"no mask came with this visit: made by the network {networks.tumor.called}, seen by no reader. {trust}."
    if job.masks:
        what += " Masks of other visits are a reader's: sizes are not compared between the two."
    return Notice(Code.MASK_MADE, what)
