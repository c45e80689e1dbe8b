"""One mask measured, without a cohort: the rows of `oncometry measure`.

Apart from `api`, so that measuring one mask loads neither SQL nor data frames.
"""

from __future__ import annotations

import warnings
from pathlib import Path

from oncometry.convert import ImageSource, SegmentationSource, as_image, as_segmentation
from oncometry.core import Code, LabelError, Notice, OncometryWarning, Segmentation
from oncometry.measurement import Measured, intensity_statistics, lesion_masks, measure
from oncometry.pipeline import Settings

__all__ = ["measure_mask"]


def measure_mask(
    mask: SegmentationSource, image: ImageSource | None = None, settings: Settings | None = None
) -> list[dict[str, object]]:
    """Measure one mask; the rows of `oncometry measure`.

    Args:
        mask: path, SimpleITK or nibabel image, or `Segmentation`.
        image: what it was drawn on; needed to place an RTSTRUCT on voxels, and for intensities.
        settings: scheme, joining and the rest; defaults if None.

    Returns:
        One row for each compartment of each lesion, with 'intensity' where there is an image and a voxel; its 'reasons'
        say why a statistic is None. What was
        accepted but is worth saying (a guessed scheme, small parts) is an `OncometryWarning`.

    Raises:
        LabelError: `MASK_EMPTY`.
        SettingsError, CorruptInputError, GeometryError, UnsupportedError: as `as_image`, `as_segmentation`.
    """
    chosen = settings or Settings()
    form = chosen.curate.geometry
    picture = None if image is None else as_image(image, form=form)
    segmentation = as_segmentation(
        mask,
        image_geometry=None if picture is None else picture.geometry,
        scheme=chosen.curate.scheme,
        form=form,
    )
    measured = measure(segmentation, chosen.measurement)
    _say(segmentation, measured, Path(mask) if isinstance(mask, (str, Path)) else None)
    regions = lesion_masks(segmentation, chosen.measurement)
    scheme = {"scheme": segmentation.scheme, "scheme_source": segmentation.scheme_source}
    rows = []
    for lesion in measured.lesions:
        for measurement in lesion.measurements:
            row = measurement.to_row() | scheme
            segment = regions[lesion.number - 1].get(measurement.compartment)
            if picture is not None and segment is not None:
                described = intensity_statistics(
                    picture,
                    segment.start,
                    segment.array,
                    segmentation.geometry,
                    lesion=lesion.number,
                    compartment=measurement.compartment,
                )
                reasons = {name: code.value for name, code in described.reasons.items()}
                row["intensity"] = {"unit": described.unit.value, **described.values, "reasons": reasons}
            rows.append(row)
    return rows


def _say(segmentation: Segmentation, measured: Measured, path: Path | None) -> None:
    """Warn of what was accepted; refuse a mask with nothing in it."""
    empty = [n for n in measured.notices if n.code is Code.MASK_EMPTY]
    if empty:
        raise LabelError(Code.MASK_EMPTY, empty[0].what, path=path)
    notices = [*segmentation.notices, *measured.notices]
    if measured.small_parts:
        volume_ml = sum(part.volume_ml for part in measured.small_parts)
        what = f"{len(measured.small_parts)} parts below the smallest volume, {volume_ml:.4f} ml in all, have no row."
        notices.append(Notice(Code.TOO_SMALL, what))
    for notice in notices:
        warnings.warn(OncometryWarning(notice), stacklevel=3)
