"""Masks follow their images into the patient's common space: nearest neighbor, labels kept.

They are for comparing and learning; sizes are measured on the masks as drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from oncometry.io import preprocessed_mask_path, write_segmentation
from oncometry.pipeline.align import Alignment
from oncometry.pipeline.bench import MaskBench
from oncometry.pipeline.job import Ledger
from oncometry.pipeline.step import Work
from oncometry.preprocessing import preprocess_segmentation
from oncometry.store.patient_result import SegmentationResult, Volume
from oncometry.store.provenance import Artifact, StepInput

__all__ = ["derive_masks"]


def derive_masks(
    ledger: Ledger,
    bench: MaskBench,
    alignment: Alignment,
    derived: Sequence[Volume],
    results: Sequence[SegmentationResult],
) -> None:
    """Write each measured mask on the grid of its preprocessed image."""
    images = {volume.series_key: volume for volume in derived}
    for result in results:
        image = images.get(result.mask.series_key or "")
        if image is not None:
            with ledger.attempt(result.mask.path):
                _derive_one(ledger, bench, alignment, image, result)


def _derive_one(
    ledger: Ledger, bench: MaskBench, alignment: Alignment, image: Volume, result: SegmentationResult
) -> None:
    path = preprocessed_mask_path(Path(result.file.path))
    matrix = alignment.matrix_used(image.series_key)
    reference = Path(bench.volumes[alignment.frames[image.series_key]].file.path)

    def work() -> Work[None]:
        moved = preprocess_segmentation(
            bench.segmentation(result.mask, result.measured), image.geometry, matrix
        )
        sources = (Path(result.file.path), Path(image.file.path))
        files = write_segmentation(moved, bench.job.cohort, path, sources, reference)
        return Work(None, tuple(Artifact(*file) for file in files))

    inputs = (
        *bench.inputs(result.mask),
        StepInput("step", image.step_key, "preprocessed image"),
        StepInput("step", result.step_key, "mask as measured"),
    )
    parameters = {
        "path": path.as_posix(),
        "matrix": matrix.round(9).tolist(),
        "reference": reference.as_posix(),
    }
    ledger.run("preprocess-mask", parameters, inputs, type(None), work)
