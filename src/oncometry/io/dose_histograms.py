"""DVHSequence of an RTDOSE (PS3.3 C.8.8.4): the curves that a planning system wrote, and its summary tags, as they stand."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydicom.config import disable_value_validation
from pydicom.dataset import Dataset

from oncometry.core.geometry import FloatArray
from oncometry.io.dicom_header import coded, inconsistent, read_full_header, text_of

__all__ = ["FileHistogram", "read_histograms"]


@dataclass(frozen=True, eq=False)
class FileHistogram:
    """One histogram of the file; nothing of it has been believed yet.

    Attributes:
        roi_number: of the structure that is included; None where the histogram combines several.
        kind: DVH Type: CUMULATIVE, DIFFERENTIAL or NATURAL.
        unit: Dose Units, 'GY' or 'RELATIVE'.
        dose_type: Dose Type.
        volume_unit: DVH Volume Units: 'CM3', 'PERCENT' or 'PER_U'.
        width: (n,) of its dose bins, scaled.
        volume: (n,) volumes as they stand.
        min_tag, max_tag, mean_tag: DVH Minimum, Maximum and Mean Dose, scaled as the standard has it; None where absent.
    """

    roi_number: int | None
    kind: str
    unit: str
    dose_type: str
    volume_unit: str
    width: FloatArray
    volume: FloatArray
    min_tag: float | None
    max_tag: float | None
    mean_tag: float | None


def read_histograms(path: Path) -> tuple[FileHistogram, ...]:
    """The histograms of a file, none where it has no DVHSequence.

    Raises:
        CorruptInputError: `CORRUPT`; `HEADER_INCONSISTENT` where the curve is no list of finite pairs, or of another number
            of bins than is said.
    """
    with disable_value_validation(), coded(path):
        dataset = read_full_header(path)
        return tuple(_histogram(item, path) for item in dataset.get("DVHSequence") or [])


def _histogram(item: Dataset, path: Path) -> FileHistogram:
    data = item.get("DVHData")
    flat = np.atleast_1d(np.array([] if data is None else data, dtype=np.float64))
    stated = text_of(item, "DVHNumberOfBins")
    if flat.size % 2 or not np.isfinite(flat).all() or (flat[::2] < 0).any():
        raise inconsistent(path, f"a dose-volume histogram of {flat.size} values is no list of finite pairs.")
    if stated and int(stated) != flat.size // 2:
        raise inconsistent(
            path,
            f"a dose-volume histogram says {stated} bins and has {flat.size // 2}: some are lost or added.",
        )
    scaling = float(text_of(item, "DVHDoseScaling") or 1.0)
    return FileHistogram(
        _roi_number(item),
        text_of(item, "DVHType"),
        text_of(item, "DoseUnits"),
        text_of(item, "DoseType"),
        text_of(item, "DVHVolumeUnits"),
        flat[::2] * scaling,
        flat[1::2],
        _tag(item, "DVHMinimumDose"),
        _tag(item, "DVHMaximumDose"),
        _tag(item, "DVHMeanDose"),
    )


def _roi_number(item: Dataset) -> int | None:
    parts = list(item.get("DVHReferencedROISequence") or [])
    included = [p for p in parts if text_of(p, "DVHROIContributionType") in ("", "INCLUDED")]
    if len(parts) != 1 or len(included) != 1:
        return None
    number = text_of(included[0], "ReferencedROINumber")
    return int(number) if number else None


def _tag(item: Dataset, keyword: str) -> float | None:
    text = text_of(item, keyword)
    return float(text) if text else None
