"""Voxel values of every region in every image of its time point."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from oncometry.core import Image
from oncometry.core.geometry import FloatArray
from oncometry.io.manifest import MaskRecord, SeriesRecord
from oncometry.measurement import IntensityStatistics, Measured, intensity_statistics
from oncometry.pipeline.align import Alignment
from oncometry.pipeline.bench import MaskBench
from oncometry.pipeline.job import Ledger
from oncometry.pipeline.step import Outcome, Work
from oncometry.store.provenance import StepInput

__all__ = ["comparable_images", "image_meaning", "mask_intensities"]

Statistics = tuple[IntensityStatistics, ...]


def mask_intensities(
    ledger: Ledger,
    bench: MaskBench,
    mask: MaskRecord,
    measured: Measured,
    alignment: Alignment,
    read: Callable[[str], Image],
) -> Outcome[Statistics]:
    """Statistics of each lesion and compartment in each image that can be laid on the mask."""
    settings = bench.job.settings.measurement
    images = comparable_images(bench, mask, alignment)

    def work() -> Work[Statistics]:
        segmentation = bench.segmentation(mask, measured)
        regions = bench.regions(mask, measured)
        return Work(
            tuple(
                intensity_statistics(
                    image,
                    segment.start,
                    segment.array,
                    segmentation.geometry,
                    lesion=number,
                    compartment=compartment,
                    matrix=matrix,
                )
                for image, matrix in ((read(key), matrix) for key, matrix in images.items())
                for number, region in enumerate(regions, start=1)
                for compartment, segment in region.items()
            )
        )

    inputs = (
        *bench.inputs(mask),
        *(StepInput("artifact", bench.volumes[key].file.sha256, "values") for key in images),
    )
    parameters = {
        "measurement": settings.model_dump(mode="json"),
        "mask": bench.reading(mask),
        "images": {key: image_meaning(bench, key, matrix) for key, matrix in images.items()},
    }
    return ledger.run("intensity", parameters, inputs, Statistics, work)


def image_meaning(bench: MaskBench, key: str, matrix: FloatArray) -> dict[str, object]:
    """What decides how the values of an image are described, beside its voxels."""
    series = next(s for s in bench.job.series if s.key == key)
    return {
        "matrix": matrix.round(9).tolist(),
        "modality": series.modality.value,
        "contrast": series.contrast.value,
        "unit": series.unit.value,
    }


def comparable_images(bench: MaskBench, mask: MaskRecord, alignment: Alignment) -> dict[str, FloatArray]:
    """Series key -> (4, 4), its LPS mm to the mask's; only where the way between them is trusted."""
    found: dict[str, FloatArray] = {}
    for series in bench.job.series:
        if series.key not in bench.volumes or series.timepoint != mask.timepoint:
            continue
        if series.key == mask.series_key:
            found[series.key] = np.eye(4)
        elif mask.series_key in alignment.from_common and _trusted(alignment, series, mask.series_key):
            found[series.key] = alignment.from_common[mask.series_key] @ alignment.to_common(series.key)
    return found


def _trusted(alignment: Alignment, series: SeriesRecord, other: str) -> bool:
    return alignment.within_date[series.key] and alignment.within_date[other]
