"""The masks of a patient, read on demand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from oncometry.core import Segmentation
from oncometry.io import mask_path, read_mask_file, read_segmentation
from oncometry.io.labelmap import names_beside
from oncometry.io.manifest import MaskRecord, SeriesRecord
from oncometry.measurement import Measured, Regions, lesion_masks
from oncometry.pipeline.codec import to_json
from oncometry.pipeline.job import PatientJob
from oncometry.pipeline.sources import unchanged
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
        self._regions: dict[str, list[Regions]] = {}

    def series_of(self, mask: MaskRecord) -> SeriesRecord | None:
        """The image a mask was drawn on."""
        return next((s for s in self.job.series if s.key == mask.series_key), None)

    def segmentation(self, mask: MaskRecord, measured: Measured) -> Segmentation:
        """The mask with the lesions that were measured in it.

        From its source; where that is gone, from the cohort's label map, if the same lesions are found there.

        Raises:
            NothingFoundError: `NOTHING_FOUND`, they are not: contours can tell apart what voxels do not.
        """
        if mask.key not in self._read and not mask.path.is_file() and self.copy_of(mask).is_file():
            copy = replace(read_mask_file(self.copy_of(mask)), key=mask.key)
            if self._finds(copy, measured):
                self._read[mask.key] = copy
        return self.source(mask)

    def regions(self, mask: MaskRecord, measured: Measured) -> list[Regions]:
        """Each lesion's compartments, found once for all images that they are described in."""
        if mask.key not in self._regions:
            found = lesion_masks(self.segmentation(mask, measured), self.job.settings.measurement)
            self._regions[mask.key] = found
        return self._regions[mask.key]

    def _finds(self, copy: Segmentation, measured: Measured) -> bool:
        found = [next(iter(r.values())).voxels for r in lesion_masks(copy, self.job.settings.measurement)]
        return found == [lesion.whole.voxels for lesion in measured.lesions]

    def path_of(self, mask: MaskRecord) -> Path:
        """Where its label map goes, relative to the cohort."""
        return mask_path(self.job.subject, mask, self.series_of(mask))

    def copy_of(self, mask: MaskRecord) -> Path:
        """The cohort's label map of it."""
        return self.job.cohort / self.path_of(mask)

    def source(self, mask: MaskRecord) -> Segmentation:
        """The mask, read from its source: measuring takes nothing else.

        Raises:
            NothingFoundError: `NOTHING_FOUND`, the file is no longer there.
            CorruptInputError: `FILE_CHANGED`, it is not what was curated; and what `read_segmentation` raises.
        """
        if mask.key not in self._read:
            series = self.series_of(mask)
            geometry = series.geometry if series is not None else None
            with unchanged(_sources(mask)):
                read = read_segmentation(
                    mask, geometry, self._stated_scheme(mask), form=self.job.settings.curate.geometry
                )
            self._read[mask.key] = read
        return self._read[mask.key]

    def _stated_scheme(self, mask: MaskRecord) -> str | None:
        """What a person stated of the masks that came in."""
        return self.job.settings.curate.scheme if mask.made_by is None else None

    def reading(self, mask: MaskRecord) -> Mapping[str, Any]:
        """All but the bytes that decides how a mask is understood, for the key of a step that reads it."""
        series = self.series_of(mask)
        grid = None if series is None else series.geometry
        bare = replace(mask, path=Path(), patient_id="", timepoint=None, notices=())
        return {
            "record": to_json(bare),
            "said": sorted({notice.code.value for notice in mask.notices}),
            "stated_scheme": self._stated_scheme(mask),
            "form": self.job.settings.curate.geometry,
            "image_affine": None if grid is None else grid.affine.round(9).tolist(),
            "image_shape": None if grid is None else list(grid.shape),
            "image_frame": None if grid is None else grid.frame_of_reference_uid,
        }

    def inputs(self, mask: MaskRecord) -> tuple[StepInput, ...]:
        """The mask by hash, and the image it lies on."""
        made_by = mask.made_by
        found = [StepInput("file", mask.sha256, "mask")]
        if made_by is not None:
            found = [StepInput("step", made_by.step_key, "mask")]
        if mask.names_sha256 is not None:
            found.append(StepInput("file", mask.names_sha256, "label names"))
        if mask.series_key is not None and mask.series_key in self.volumes:
            found.append(StepInput("artifact", self.volumes[mask.series_key].file.sha256, "image"))
        return tuple(found)


def _sources(mask: MaskRecord) -> dict[Path, str]:
    """The files that say what a mask is, and their hashes."""
    names = names_beside(mask.path)
    if mask.names_sha256 is None or names is None:
        return {mask.path: mask.sha256}
    return {mask.path: mask.sha256, names: mask.names_sha256}
