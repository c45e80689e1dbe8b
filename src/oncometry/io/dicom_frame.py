"""Planes: every DICOM image, classic, enhanced or mosaic, seen as planes in space."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset

from oncometry.core import Code, GeometryError
from oncometry.core.geometry import FloatArray
from oncometry.io.dicom_header import check_frame_count, text_of
from oncometry.io.mosaic import is_mosaic, mosaic_tiles

__all__ = ["Plane", "pixel_sides", "planes_of", "unit_axes"]

ORTHONORMAL = 1e-3
OF_OTHER_IMAGES = ("ReferencedImageSequence", "DerivationImageSequence")


@dataclass(frozen=True, eq=False)
class Plane:
    """One plane of a volume.

    Attributes:
        frame: index in the file, 0 the first; the tile in a mosaic.
        position: (3,) LPS mm, center of the first pixel.
        along_i, along_j: (3,) unit vectors of growing column and row index.
        spacing: mm along i and j.
        thickness, step: mm, slice thickness and stated distance between slices; None where unknown.
        traits: what may tell volumes of one series apart: name -> value.
        number: Instance Number of its file, None where there is none.
    """

    path: Path
    frame: int
    position: FloatArray
    along_i: FloatArray
    along_j: FloatArray
    spacing: tuple[float, float]
    shape: tuple[int, int]
    thickness: float | None
    step: float | None
    slope: float
    intercept: float
    traits: dict[str, str] = field(default_factory=dict)
    number: float | None = None

    @cached_property
    def normal(self) -> FloatArray:
        """(3,) unit vector across the plane."""
        (a, b, c), (d, e, f) = self.along_i.tolist(), self.along_j.tolist()
        return np.array([b * f - c * e, c * d - a * f, a * e - b * d])

    def pixels(self, index: FloatArray) -> FloatArray:
        """(n, 2) column and row indices to (n, 3) LPS mm."""
        i, j = np.asarray(index, dtype=float).T[..., None]
        return np.asarray(
            self.position + i * self.spacing[0] * self.along_i + j * self.spacing[1] * self.along_j
        )


def planes_of(dataset: Dataset, path: Path) -> list[Plane]:
    """Every plane of an image object.

    Raises:
        GeometryError: `GEOMETRY_MISSING`, `SPACING_INVALID`.
        CorruptInputError: `HEADER_INCONSISTENT` where other frames are described than there are.
    """
    if "PerFrameFunctionalGroupsSequence" in dataset:
        planes = list(_enhanced(dataset, path))
        check_frame_count(dataset, len(planes), path)
        return planes
    if int(dataset.get("NumberOfFrames") or 1) > 1:
        raise GeometryError(Code.GEOMETRY_MISSING, "several frames, and no position for each.", path=path)
    plane = _plane(dataset, path, 0, [dataset])
    return mosaic_planes(dataset, plane) if is_mosaic(dataset) else [plane]


def mosaic_planes(dataset: Dataset, plane: Plane) -> list[Plane]:
    """The slices that a mosaic shows side by side."""
    tiles = mosaic_tiles(dataset, plane.along_i, plane.along_j, plane.spacing)
    return [
        Plane(
            plane.path, tile.number, plane.position + tile.offset, plane.along_i, plane.along_j,
            plane.spacing, tile.shape, plane.thickness, tile.step, plane.slope, plane.intercept,
            plane.traits,
        )
        for tile in tiles
    ]  # fmt: skip


def _enhanced(dataset: Dataset, path: Path) -> Iterator[Plane]:
    shared = _groups(dataset.get("SharedFunctionalGroupsSequence") or [])
    for number, frame in enumerate(dataset.PerFrameFunctionalGroupsSequence):
        yield _plane(dataset, path, number, [*_groups([frame]), *shared, dataset])


def _groups(items: list[Dataset]) -> list[Dataset]:
    """The functional group macros of a frame, opened, with the sequences within them."""
    opened = [
        element.value[0]
        for item in items
        for element in item
        if element.VR == "SQ" and element.value and element.keyword not in OF_OTHER_IMAGES
    ]
    return [*opened, *_groups(opened)] if opened else []


def _first(sources: list[Dataset], keyword: str) -> Dataset | None:
    return next((s for s in sources if text_of(s, keyword)), None)


def _numbers(sources: list[Dataset], keyword: str, count: int, code: Code, path: Path) -> list[float]:
    source = _first_readable(sources, keyword, code, path)
    value = source[keyword].value if source is not None else []
    values = list(value) if hasattr(value, "__iter__") and not isinstance(value, str) else [value]
    try:
        numbers = [float(str(v)) for v in values]
    except (TypeError, ValueError):
        numbers = []
    if len(numbers) != count or not np.isfinite(numbers).all():
        shown = "absent" if source is None else repr([str(v) for v in values])
        raise GeometryError(
            code, f"{keyword} is {shown}; {count} numbers are needed to place the image.", path=path
        )
    return numbers


def _first_readable(sources: list[Dataset], keyword: str, code: Code, path: Path) -> Dataset | None:
    try:
        return _first(sources, keyword)
    except (ValueError, TypeError, OverflowError) as error:
        raise GeometryError(code, f"{keyword} is not a number ({error}).", path=path) from error


def _plane(dataset: Dataset, path: Path, number: int, sources: list[Dataset]) -> Plane:
    cosines = np.array(_numbers(sources, "ImageOrientationPatient", 6, Code.GEOMETRY_MISSING, path))
    position = np.array(_numbers(sources, "ImagePositionPatient", 3, Code.GEOMETRY_MISSING, path))
    rows_mm, columns_mm = _numbers(sources, "PixelSpacing", 2, Code.SPACING_INVALID, path)
    rows_mm, columns_mm = pixel_sides((rows_mm, columns_mm), path)
    along_i, along_j = unit_axes(cosines, path)
    return Plane(
        path=path,
        frame=number,
        position=position,
        along_i=along_i,
        along_j=along_j,
        spacing=(columns_mm, rows_mm),
        shape=(int(dataset.Columns), int(dataset.Rows)),
        thickness=_number(sources, "SliceThickness"),
        step=_number(sources, "SpacingBetweenSlices"),
        slope=_or(_number(sources, "RescaleSlope"), 1.0),
        intercept=_or(_number(sources, "RescaleIntercept"), 0.0),
        traits=_traits(sources),
        number=_number(sources, "InstanceNumber"),
    )


def pixel_sides(spacing: Sequence[float], path: Path) -> tuple[float, float]:
    """PixelSpacing as two positive numbers, mm between rows and between columns.

    Raises:
        GeometryError: `SPACING_INVALID`.
    """
    sides = [float(side) for side in spacing]
    if len(sides) != 2 or not np.isfinite(sides).all() or min(sides) <= 0:
        shown = ", ".join(map(str, sides))
        raise GeometryError(
            Code.SPACING_INVALID, f"PixelSpacing is {shown} mm: not two positive numbers.", path=path
        )
    return sides[0], sides[1]


def unit_axes(cosines: FloatArray, path: Path) -> tuple[FloatArray, FloatArray]:
    """(3,) unit vectors of growing column and row index, of the (6,) cosines of ImageOrientationPatient.

    Raises:
        GeometryError: `GEOMETRY_MISSING` where they are not perpendicular and of unit length to 1e-3.
    """
    along_i, along_j = cosines[:3], cosines[3:]
    lengths = float(np.linalg.norm(along_i)), float(np.linalg.norm(along_j))
    off = max(abs(lengths[0] - 1), abs(lengths[1] - 1), abs(float(along_i @ along_j)))
    if not off <= ORTHONORMAL:
        raise GeometryError(
            Code.GEOMETRY_MISSING,
            f"ImageOrientationPatient {cosines.tolist()} is not a pair of perpendicular unit vectors.",
            path=path,
        )
    return along_i / lengths[0], along_j / lengths[1]


def _number(sources: list[Dataset], keyword: str) -> float | None:
    try:
        source = _first(sources, keyword)
        number = None if source is None else float(str(source[keyword].value))
    except (TypeError, ValueError, OverflowError):
        return None
    return number if number is not None and np.isfinite(number) else None


def _or(number: float | None, otherwise: float) -> float:
    return otherwise if number is None else number


def _traits(sources: list[Dataset]) -> dict[str, str]:
    found = {name: _trait(sources, keywords) for name, keywords in TRAITS.items()}
    kinds = found["image type"].split("\\")[2:]
    found["component"] = found["component"] or next((k for k in kinds if k in COMPONENTS), "")
    return {name: value for name, value in found.items() if value}


def _trait(sources: list[Dataset], keywords: tuple[str, ...]) -> str:
    for keyword in keywords:
        source = _first(sources, keyword)
        if source is not None:
            return text_of(source, keyword)
    return ""


COMPONENTS = {
    "M", "P", "R", "I", "M_FFE", "P_FFE", "R_FFE", "I_FFE", "M_IR", "R_IR", "FFE", "PHASE MAP", "PHASE",
    "MAGNITUDE", "REAL", "IMAGINARY", "W", "F", "IP", "OP", "WATER", "FAT", "ADC", "DIFFUSION",
}  # fmt: skip
TRAITS = {
    "study": ("StudyInstanceUID",),
    "modality": ("Modality",),
    "frame of reference": ("FrameOfReferenceUID",),
    "component": ("ComplexImageComponent",),
    "echo time": ("EffectiveEchoTime", "EchoTime"),
    "b-value": ("DiffusionBValue",),
    "image type": ("FrameType", "ImageType"),
    "temporal position": ("TemporalPositionIndex", "TemporalPositionIdentifier"),
    "stack": ("StackID",),
    "gradient direction": ("DiffusionGradientOrientation",),
    "inversion time": ("InversionTimes", "InversionTime"),
    "flip angle": ("FlipAngle",),
    "energy": ("KVP",),
    "trigger time": ("NominalCardiacTriggerDelayTime", "TriggerTime"),
    "frame reference time": ("FrameReferenceTime",),
    "acquisition": ("FrameAcquisitionNumber", "AcquisitionNumber"),
    "acquisition time": ("FrameAcquisitionDateTime", "AcquisitionTime"),
}
"""Trait -> attributes that state it, in the order in which they separate volumes."""
