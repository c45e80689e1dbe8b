"""Masks to lesions: each mask is measured where it was drawn, on its own grid or contours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from oncometry.core import Code, Geometry, Image, Notice, Segmentation
from oncometry.io import mask_path, read_segmentation, write_segmentation
from oncometry.io.manifest import MaskRecord, SeriesRecord
from oncometry.measurement import (
    IntensityStatistics,
    Measured,
    intensity_statistics,
    lesion_masks,
    measure,
)
from oncometry.pipeline.align import Alignment
from oncometry.pipeline.convert import by_timepoint
from oncometry.pipeline.job import Ledger, PatientJob
from oncometry.pipeline.step import Work
from oncometry.store.patient_result import SegmentationResult, SegmentSummary, Volume
from oncometry.store.provenance import StepInput

__all__ = ["MaskBench", "measure_masks"]


@dataclass(frozen=True, eq=False)
class MaskFindings:
    """What one mask gave, as kept by its step."""

    scheme: str
    scheme_source: str
    geometry: Geometry
    segments: tuple[SegmentSummary, ...]
    measured: Measured
    notices: tuple[Notice, ...]


@dataclass
class MaskBench:
    """Reads masks on demand, each once: cached steps never need them.

    Attributes:
        job: the patient.
        volumes: native volumes by series key.
    """

    job: PatientJob
    volumes: Mapping[str, Volume]

    def __post_init__(self) -> None:
        self._read: dict[str, Segmentation] = {}

    def series_of(self, mask: MaskRecord) -> SeriesRecord | None:
        """The image a mask was drawn on."""
        return next((s for s in self.job.series if s.key == mask.series_key), None)

    def segmentation(self, mask: MaskRecord) -> Segmentation:
        """The mask, read from its source."""
        if mask.key not in self._read:
            series = self.series_of(mask)
            geometry = series.geometry if series is not None else None
            self._read[mask.key] = read_segmentation(mask, geometry, self.job.settings.curate.scheme)
        return self._read[mask.key]

    def inputs(self, mask: MaskRecord) -> tuple[StepInput, ...]:
        """The mask by hash, and the image it lies on."""
        found = [StepInput("file", mask.sha256, "mask")]
        if mask.series_key in self.volumes:
            found.append(StepInput("artifact", self.volumes[mask.series_key].file.sha256, "image"))
        return tuple(found)


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
    job = bench.job
    series = bench.series_of(mask)
    path = mask_path(job.subject, mask, series, [m.key for m in job.masks].index(mask.key) + 1)

    def work() -> Work[MaskFindings]:
        segmentation = bench.segmentation(mask)
        measured = measure(segmentation, job.settings.measurement)
        files = write_segmentation(segmentation, job.cohort, path)
        return Work(_findings(segmentation, measured), files)

    parameters = {
        "measurement": job.settings.measurement.model_dump(mode="json"),
        "scheme": job.settings.curate.scheme,
        "path": path.as_posix(),
    }
    outcome = ledger.run("measure", parameters, bench.inputs(mask), MaskFindings, work)
    found = outcome.value
    notices = (*mask.notices, *(n for n in found.notices if n not in mask.notices))
    around = notices if series is None else (*notices, *series.notices)
    return SegmentationResult(
        mask=replace(mask, scheme=found.scheme, scheme_source=found.scheme_source),
        scheme=found.scheme,
        scheme_source=found.scheme_source,
        file=outcome.record.outputs[0],
        geometry=found.geometry,
        segments=found.segments,
        measured=found.measured,
        intensities=_intensities(ledger, bench, mask, alignment, read),
        step_key=outcome.key,
        geometry_trusted=not any(n.code is Code.SPACING_IMPLAUSIBLE for n in around),
        notices=notices,
    )


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
        notices=segmentation.notices,
    )
