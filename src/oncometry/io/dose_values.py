"""RTDOSE (PS3.3 C.8.8.3): its values, in gray."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from pydicom.config import disable_value_validation
from pydicom.dataset import Dataset, FileDataset

from oncometry.core import Code, CorruptInputError, Notice, UnsupportedError
from oncometry.core.dose import WHOLE_COURSE, Dose, DoseArray
from oncometry.io.dicom_header import coded, read_dataset, read_header, text_of
from oncometry.io.dose import dose_geometry, frame_order, named_plan
from oncometry.io.pixels import stored_frames

__all__ = ["read_dose"]

TYPES = ("PHYSICAL", "EFFECTIVE")
IMPLAUSIBLE_GY = 1000.0
"""Beyond what even brachytherapy gives to more than its needles; then a scaling is likely wrong."""


def read_dose(path: Path) -> Dose:
    """The dose grid of a file, in Gy, frames in order of their position.

    Raises:
        UnsupportedError: `DOSE_QUANTITY`, Dose Units are not GY or Dose Type is ERROR; `UNSUPPORTED_TYPE`, no grid.
        GeometryError: as `describe_dose`.
        CorruptInputError: `SCALING` for a Dose Grid Scaling that is none; as `stored_frames` for the pixels.
    """
    read_header(path)
    dataset = read_dataset(path)
    with disable_value_validation(), coded(path):
        return _dose_of(dataset, path)


def _dose_of(dataset: FileDataset, path: Path) -> Dose:
    geometry = dose_geometry(dataset, path)
    _check_quantity(dataset, path)
    values = _values(dataset, geometry.shape[2], path)
    summation = text_of(dataset, "DoseSummationType")
    return Dose(
        values,
        geometry,
        text_of(dataset, "DoseType"),
        summation,
        text_of(dataset, "SOPInstanceUID"),
        named_plan(dataset),
        _structure_set(dataset),
        _notices(values, summation, path),
    )


def _check_quantity(dataset: Dataset, path: Path) -> None:
    unit, kind = text_of(dataset, "DoseUnits"), text_of(dataset, "DoseType")
    if unit != "GY":
        raise UnsupportedError(
            Code.DOSE_QUANTITY,
            f"its Dose Units are {unit or 'not said'!r}, not GY: a relative dose has no value in gray.",
            path=path,
            advice="Export the dose as absolute.",
        )
    if kind not in TYPES:
        raise UnsupportedError(
            Code.DOSE_QUANTITY,
            f"its Dose Type is {kind or 'not said'!r}, not PHYSICAL or EFFECTIVE: it is no dose that tissue gets.",
            path=path,
            advice="Export the dose itself, not a difference.",
        )


def _values(dataset: FileDataset, frames: int, path: Path) -> DoseArray:
    scaling = _scaling(dataset, path)
    order = frame_order(dataset, path)
    shape = (int(dataset.Columns), int(dataset.Rows), frames)
    values = np.empty(shape, dtype=np.float32, order="F")
    place = {int(number): k for k, number in enumerate(order)}
    for number, frame in enumerate(stored_frames(dataset, path, range(frames))):
        values[:, :, place[number]] = (np.asarray(frame, dtype=np.float64) * scaling).T
    return values


def _scaling(dataset: Dataset, path: Path) -> float:
    text = text_of(dataset, "DoseGridScaling")
    try:
        scaling = float(text)
    except ValueError:
        scaling = np.nan
    if not np.isfinite(scaling) or scaling <= 0:
        raise CorruptInputError(
            Code.SCALING,
            f"its Dose Grid Scaling is {text!r}: nothing tells what its numbers mean in gray.",
            path=path,
            advice="Export it again.",
        )
    return float(scaling)


def _structure_set(dataset: Dataset) -> str | None:
    for item in dataset.get("ReferencedStructureSetSequence") or []:
        uid = text_of(item, "ReferencedSOPInstanceUID")
        if uid:
            return uid
    return None


def _notices(values: DoseArray, summation: str, path: Path) -> tuple[Notice, ...]:
    found = []
    if summation not in WHOLE_COURSE:
        what = f"its Dose Summation Type is {summation or 'not said'!r}: it need not be the dose of the whole course."
        found.append(Notice(Code.DOSE_NOT_COURSE, what, str(path)))
    highest = float(values.max())
    if highest == 0:
        found.append(Notice(Code.CONSTANT, "its dose is 0 everywhere.", str(path)))
    elif highest > IMPLAUSIBLE_GY:
        found.append(Notice(Code.SCALING, f"its dose goes up to {highest:.0f} Gy.", str(path)))
    if float(values.min()) < 0:
        found.append(Notice(Code.SCALING, f"its dose goes down to {values.min():.3g} Gy.", str(path)))
    return tuple(found)
