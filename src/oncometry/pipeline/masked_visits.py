"""Visits that came with a mask, as a network learns from them: every image on the grid of the one the mask was drawn on.

The same steps as of a run: converted, registered within the visit, the mask read from its source.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from oncometry.core import (
    Code,
    Compartment,
    Contrast,
    Image,
    LabelError,
    NothingFoundError,
    OncometryError,
    Segmentation,
    Timepoint,
)
from oncometry.core.geometry import FloatArray
from oncometry.io import write_segmentation, write_volume
from oncometry.io.manifest import MaskRecord, SeriesRecord
from oncometry.pipeline.align import align
from oncometry.pipeline.bench import MaskBench
from oncometry.pipeline.convert import convert, read_native
from oncometry.pipeline.drawn_by import drawing_network
from oncometry.pipeline.intensity import comparable_images
from oncometry.pipeline.job import Ledger, PatientJob
from oncometry.pipeline.segment import lies_on
from oncometry.pipeline.step import StepCache, Work
from oncometry.pipeline.unmasked import brain_series, choose_images
from oncometry.preprocessing import preprocess_segmentation, resample
from oncometry.store.patient_result import Volume
from oncometry.store.provenance import Artifact, StepInput

__all__ = ["LaidVisit", "laid_visits"]

IMAGES_IN_MEMORY = 6


@dataclass(frozen=True, eq=False)
class LaidVisit:
    """A visit's images and mask as files on one grid.

    Attributes:
        mask: label map, with the table that names its labels beside it.
        compartments: that its labels mean.
        without: sequences that are there and could not be laid on the mask.
    """

    images: Mapping[Contrast, Path]
    mask: Path
    compartments: tuple[Compartment, ...]
    without: tuple[Contrast, ...]


@dataclass(frozen=True, eq=False)
class _Drawn:
    """What the step that lays a mask keeps."""

    compartments: tuple[Compartment, ...]


@dataclass(frozen=True, eq=False)
class _Visit:
    """One visit at work."""

    ledger: Ledger
    bench: MaskBench
    mask: MaskRecord
    read: Callable[[str], Image]

    @property
    def grid(self) -> Volume:
        """The image that the mask was drawn on."""
        return self.bench.volumes[self.mask.series_key or ""]


def laid_visits(
    job: PatientJob, inputs: Sequence[Contrast]
) -> Iterator[tuple[Timepoint, LaidVisit | OncometryError]]:
    """Each visit of a patient, or why nothing can be learned from it. Files go under `job.cohort`, each step's once.

    Args:
        job: `networks` segment nothing here.
        inputs: sequences of T1, T1c, T2, FLAIR that are wanted.

    Raises:
        StoreError: `WRITE_FAILED`.
    """
    for timepoint in job.timepoints:
        try:
            yield timepoint, _laid_visit(job, timepoint, inputs)
        except OncometryError as error:
            if error.code is Code.WRITE_FAILED:
                raise
            yield timepoint, error


def _laid_visit(job: PatientJob, timepoint: Timepoint, inputs: Sequence[Contrast]) -> LaidVisit:
    mask = _the_mask([m for m in job.masks if m.timepoint == timepoint])
    there = [s for s in job.series if s.timepoint == timepoint]
    shown = [s for s in brain_series(there) if s.contrast in inputs]
    if not shown:
        raise NothingFoundError(Code.NOTHING_FOUND, f"it has no MR of the brain of {', '.join(inputs)}.")
    needed = tuple(s for s in there if s in shown or s.key == mask.series_key)
    job = replace(job, series=needed, masks=(mask,))
    ledger = Ledger(StepCache(job.cohort, job.fresh), job.patient_id)
    volumes = convert(ledger, job)
    if mask.series_key not in volumes:
        why = "; ".join(str(failure) for failure in ledger.failures) or "it is not of this visit"
        raise NothingFoundError(Code.NOTHING_FOUND, f"the image of its mask cannot be read: {why}")
    by_key = {s.key: s for s in needed}

    @lru_cache(maxsize=IMAGES_IN_MEMORY)
    def read(key: str) -> Image:
        return read_native(job.cohort, by_key[key], volumes[key])

    return _laid(_Visit(ledger, MaskBench(job, volumes), mask, read), shown, inputs)


def _laid(visit: _Visit, shown: Sequence[SeriesRecord], inputs: Sequence[Contrast]) -> LaidVisit:
    job, volumes, compartments = visit.bench.job, visit.bench.volumes, _mask_laid(visit)
    alignment = align(visit.ledger, job.series, volumes, visit.read, job.settings.preprocessing)
    to_mask = comparable_images(visit.bench, visit.mask, alignment)
    chosen = choose_images([s for s in shown if s.key in to_mask], alignment, inputs)
    if chosen is None:
        raise NothingFoundError(
            Code.NOTHING_FOUND, f"none of {', '.join(inputs)} could be registered with the image of its mask."
        )
    images = {
        contrast: job.cohort / _image_laid(visit, key, np.asarray(np.linalg.inv(to_mask[key])))
        for contrast, key in chosen.keys.items()
    }
    without = {s.contrast for s in shown} - images.keys()
    return LaidVisit(
        images, visit.bench.copy_of(visit.mask), compartments, tuple(c for c in inputs if c in without)
    )


def _the_mask(masks: Sequence[MaskRecord]) -> MaskRecord:
    """The one that a visit came with."""
    if not masks:
        raise NothingFoundError(Code.NOTHING_FOUND, "it has no mask.")
    if len(masks) > 1:
        names = ", ".join(sorted(mask.path.name for mask in masks))
        raise NothingFoundError(
            Code.NOTHING_FOUND,
            f"it has {len(masks)} masks ({names}), and nothing says which one shows the whole tumor.",
            advice="Leave one mask for each visit in the folder.",
        )
    if masks[0].series_key is None:
        raise NothingFoundError(
            Code.NOTHING_FOUND, "nothing says which image its mask was drawn on.", path=masks[0].path
        )
    network = drawing_network(masks[0])
    if network is not None:
        raise NothingFoundError(
            Code.NOTHING_FOUND,
            f"its mask is what the network {network} drew, unchanged: there is no truth in it.",
            path=masks[0].path,
            advice="Correct the mask and save it under its name, or leave it out of the folder.",
        )
    return masks[0]


def _mask_laid(visit: _Visit) -> tuple[Compartment, ...]:
    """Its label map written on the grid of its image; contours may have asked for a larger one."""
    bench, mask, grid = visit.bench, visit.mask, visit.grid
    path = bench.path_of(mask)

    def work() -> Work[_Drawn]:
        drawn = bench.source(mask)
        _check_understood(drawn, mask.path)
        geometry = visit.read(grid.series_key).geometry
        if not drawn.geometry.matches(geometry):
            drawn = preprocess_segmentation(drawn, geometry)
        files = write_segmentation(drawn, bench.job.cohort, path, (Path(grid.file.path),))
        meant = tuple(dict.fromkeys(segment.compartment for segment in drawn))
        return Work(_Drawn(meant), tuple(Artifact(*file) for file in files))

    parameters = {"mask": bench.reading(mask), "path": path.as_posix()}
    return visit.ledger.run("lay-mask", parameters, bench.inputs(mask), _Drawn, work).value.compartments


def _check_understood(drawn: Segmentation, path: Path) -> None:
    """What is no tumor by name would teach that there is none.

    Raises:
        LabelError: `LABEL_UNKNOWN`.
    """
    if not drawn.segments:
        return
    if drawn.scheme_source == "guessed":
        raise LabelError(
            Code.LABEL_UNKNOWN,
            f"nothing says what its labels {[s.number for s in drawn]} mean.",
            path=path,
            advice="State it with data.scheme; `oncometry labels MASK` lists the schemes that fit.",
        )
    if all(segment.compartment is Compartment.OTHER for segment in drawn):
        names = ", ".join(segment.name for segment in drawn)
        raise LabelError(Code.LABEL_UNKNOWN, f"its regions ({names}) name no part of a tumor.", path=path)


def _image_laid(visit: _Visit, key: str, matrix: FloatArray) -> Path:
    """Relative to the cohort, the image on the mask's grid: its native copy, where it lies there already.

    Args:
        matrix: (4, 4), LPS mm of the mask's image to those of this one.
    """
    native, grid = visit.bench.volumes[key], visit.grid
    path = Path(native.file.path)
    if lies_on(native.geometry, grid.geometry, matrix):
        return path
    stem, suffix = path.name.rsplit("_", 1)
    path = path.with_name(f"{stem}_space-mask_{suffix}")

    def work() -> Work[None]:
        image = resample(visit.read(key), visit.read(grid.series_key).geometry, matrix)
        sha256, size = write_volume(image, visit.bench.job.cohort / path)
        return Work(None, (Artifact(path.as_posix(), sha256, size, "image on the mask's grid"),))

    inputs = (
        StepInput("artifact", native.file.sha256, "image"),
        StepInput("artifact", grid.file.sha256, "grid"),
    )
    parameters = {"path": path.as_posix(), "matrix": matrix.round(9).tolist()}
    visit.ledger.run("lay-image", parameters, inputs, type(None), work)
    return path
