"""One mask measured, without a cohort: the rows of `oncometry measure`.

Apart from `api`, so that measuring one mask loads neither SQL nor data frames.
"""

from __future__ import annotations

from oncometry.convert import ImageSource, SegmentationSource, as_image, as_segmentation
from oncometry.measurement import intensity_statistics, lesion_masks, measure
from oncometry.pipeline import Settings

__all__ = ["measure_file"]


def measure_file(
    mask: SegmentationSource, image: ImageSource | None = None, settings: Settings | None = None
) -> list[dict[str, object]]:
    """Measure one mask; the rows of `oncometry measure`.

    Args:
        mask: path, SimpleITK or nibabel image, or `Segmentation`.
        image: what it was drawn on; needed to place an RTSTRUCT on voxels, and for intensities.
        settings: scheme, joining and the rest; defaults if None.

    Returns:
        One row for each compartment of each lesion, with 'intensity' where there is an image.
    """
    chosen = settings or Settings()
    picture = None if image is None else as_image(image)
    segmentation = as_segmentation(
        mask,
        image_geometry=None if picture is None else picture.geometry,
        scheme=chosen.curate.scheme,
    )
    regions = lesion_masks(segmentation, chosen.measurement)
    rows = []
    for lesion in measure(segmentation, chosen.measurement).lesions:
        for measurement in lesion.measurements:
            row = measurement.to_row()
            if picture is not None:
                segment = regions[lesion.number - 1][measurement.compartment]
                described = intensity_statistics(
                    picture,
                    segment.start,
                    segment.array,
                    segmentation.geometry,
                    lesion=lesion.number,
                    compartment=measurement.compartment,
                )
                row["intensity"] = {"unit": described.unit.value} | dict(described.values)
            rows.append(row)
    return rows
