"""Masks to lesions: each mask is measured where it was drawn, on its own grid or contours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from oncometry.core import Code, Geometry, Image, Notice, Segmentation
from oncometry.io import StoredFile, write_segmentation
from oncometry.io.manifest import MaskRecord
from oncometry.measurement import IntensityStatistics, Measured, measure
from oncometry.pipeline.align import Alignment
from oncometry.pipeline.bench import MaskBench
from oncometry.pipeline.deep import mask_deep_features
from oncometry.pipeline.feature_maps import write_feature_maps
from oncometry.pipeline.features import mask_features
from oncometry.pipeline.intensity import mask_intensities
from oncometry.pipeline.job import Ledger
from oncometry.pipeline.step import Outcome, Work
from oncometry.store.patient_result import SegmentationResult, SegmentSummary
from oncometry.store.provenance import Artifact

__all__ = ["measure_masks"]


@dataclass(frozen=True, eq=False)
class MaskFindings:
    """What one mask gave, as kept by its step."""

    scheme: str
    scheme_source: str
    geometry: Geometry
    segments: tuple[SegmentSummary, ...]
    measured: Measured
    notices: tuple[Notice, ...]


def measure_masks(
    ledger: Ledger,
    bench: MaskBench,
    alignment: Alignment,
    read: Callable[[str], Image],
) -> list[SegmentationResult]:
    """Measure every mask of the patient; one that fails is recorded and left out."""
    results: list[SegmentationResult] = []
    for mask in bench.job.masks:
        with ledger.attempt(mask.path):
            results.append(_measure_one(ledger, bench, mask, alignment, read))
    return results


def _measure_one(
    ledger: Ledger,
    bench: MaskBench,
    mask: MaskRecord,
    alignment: Alignment,
    read: Callable[[str], Image],
) -> SegmentationResult:
    outcome = _find(ledger, bench, mask)
    found = outcome.value
    notices = (*mask.notices, *(n for n in found.notices if n not in mask.notices))
    taken: Outcome[tuple[IntensityStatistics, ...]] | None = None
    with ledger.attempt(mask.path):
        taken = mask_intensities(ledger, bench, mask, found.measured, alignment, read)
    features = mask_features(ledger, bench, mask, found.measured, alignment, read)
    features += mask_deep_features(ledger, bench, mask, found.measured, alignment, read)
    write_feature_maps(ledger, bench, mask, found.measured, alignment, read)
    return SegmentationResult(
        mask=replace(mask, scheme=found.scheme, scheme_source=found.scheme_source),
        scheme=found.scheme,
        scheme_source=found.scheme_source,
        file=outcome.record.outputs[0],
        geometry=found.geometry,
        segments=found.segments,
        measured=found.measured,
        intensities=() if taken is None else taken.value,
        step_key=outcome.key,
        intensity_step_key="" if taken is None else taken.key,
        features=features,
        geometry_trusted=not any(n.code is Code.SPACING_IMPLAUSIBLE for n in notices),
        notices=notices,
    )


def _find(ledger: Ledger, bench: MaskBench, mask: MaskRecord) -> Outcome[MaskFindings]:
    """The step that reads a mask, measures it, and keeps its label map."""
    job, path = bench.job, bench.path_of(mask)
    volume = bench.volumes.get(mask.series_key or "")
    image = () if volume is None else (Path(volume.file.path),)

    def work() -> Work[MaskFindings]:
        segmentation = bench.source(mask)
        measured = measure(segmentation, job.settings.measurement)
        files = _written(segmentation, mask, job.cohort, path, image)
        return Work(_findings(segmentation, measured), tuple(Artifact(*file) for file in files))

    parameters = {
        "measurement": job.settings.measurement.model_dump(mode="json"),
        "mask": bench.reading(mask),
        "path": path.as_posix(),
        "image": [source.as_posix() for source in image],
    }
    return ledger.run("measure", parameters, bench.inputs(mask), MaskFindings, work)


def _written(
    segmentation: Segmentation, mask: MaskRecord, cohort: Path, path: Path, image: tuple[Path, ...]
) -> tuple[StoredFile, ...]:
    """Its label map in the cohort; the sidecar of a network's says which network, and what that told."""
    if mask.made_by is None:
        return write_segmentation(segmentation, cohort, path, image)
    told = replace(segmentation, notices=(*mask.notices, *segmentation.notices))
    return write_segmentation(told, cohort, path, image, made_by=mask.made_by.sidecar)


def _findings(segmentation: Segmentation, measured: Measured) -> MaskFindings:
    voxel_ml = segmentation.geometry.voxel_volume_mm3 / 1000
    segments = tuple(
        SegmentSummary(
            number=s.number,
            name=s.name,
            compartment=s.compartment.value,
            voxels=s.voxels,
            volume_ml=s.voxels * voxel_ml,
            tracking_uid=s.tracking_uid,
            tracking_id=s.tracking_id,
            meaning=s.meaning,
        )
        for s in segmentation
    )
    return MaskFindings(
        scheme=segmentation.scheme,
        scheme_source=segmentation.scheme_source,
        geometry=segmentation.geometry,
        segments=segments,
        measured=measured,
        notices=(
            *segmentation.notices,
            *(n for n in measured.notices if n.code not in {s.code for s in segmentation.notices}),
        ),
    )
