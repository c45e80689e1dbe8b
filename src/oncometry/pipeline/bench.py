"""The masks of a patient, read on demand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from oncometry.core import Segmentation
from oncometry.io import read_segmentation
from oncometry.io.manifest import MaskRecord, SeriesRecord
from oncometry.pipeline.job import PatientJob
from oncometry.store.patient_result import Volume
from oncometry.store.provenance import StepInput

__all__ = ["MaskBench"]


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
            self._read[mask.key] = read_segmentation(
                mask, geometry, self.job.settings.curate.scheme, form=self.job.settings.curate.geometry
            )
        return self._read[mask.key]

    def inputs(self, mask: MaskRecord) -> tuple[StepInput, ...]:
        """The mask by hash, and the image it lies on."""
        found = [StepInput("file", mask.sha256, "mask")]
        if mask.series_key is not None and mask.series_key in self.volumes:
            found.append(StepInput("artifact", self.volumes[mask.series_key].file.sha256, "image"))
        return tuple(found)
