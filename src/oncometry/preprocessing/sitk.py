"""Images to SimpleITK, and its grids back: LPS millimeters on both sides, so nothing is flipped."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import SimpleITK as sitk  # noqa: N813

from oncometry.core import Geometry, Image
from oncometry.core.geometry import FloatArray
from oncometry.core.image import Voxels

__all__ = [
    "SOFTWARE",
    "geometry_of",
    "grid_of",
    "one_thread",
    "to_sitk",
    "transform_of",
    "voxels_to_sitk",
]

SOFTWARE = f"SimpleITK {sitk.Version.VersionString()}"

_LOCK = threading.Lock()
_INSIDE: list[int] = []
_BEFORE: list[int] = []


def to_sitk(image: Image) -> sitk.Image:
    """The image as SimpleITK's; its one copy is the one that SimpleITK makes to own the values."""
    return voxels_to_sitk(image.array, image.geometry)


def voxels_to_sitk(array: Voxels, geometry: Geometry) -> sitk.Image:
    """(ni, nj, nk) values on a grid as a SimpleITK image.

    Booleans become uint8 and half floats float32, which SimpleITK has instead.
    """
    kind = array.dtype.newbyteorder("=")
    if kind == np.bool_:
        kind = np.dtype(np.uint8)
    elif kind.kind == "f" and kind.itemsize not in (4, 8):
        kind = np.dtype(np.float32) if kind.itemsize < 4 else np.dtype(np.float64)
    converted = sitk.GetImageFromArray(np.asarray(array.T, dtype=kind))
    converted.SetSpacing(geometry.spacing_mm)
    converted.SetOrigin(geometry.origin_lps_mm)
    converted.SetDirection(geometry.direction.ravel().tolist())
    return converted


def geometry_of(converted: sitk.Image, frame_of_reference_uid: str | None = None) -> Geometry:
    """The grid of a SimpleITK image."""
    return Geometry.from_parts(
        converted.GetSize(),
        converted.GetSpacing(),
        converted.GetOrigin(),
        np.reshape(converted.GetDirection(), (3, 3)),
        frame_of_reference_uid,
    )


@contextmanager
def one_thread() -> Iterator[None]:
    """Run filters, and the filters inside them, on one thread: sums come out the same every time.

    SimpleITK's own setting of a filter does not reach its inner ones, so the process-wide default is
    lowered, and put back when the last caller leaves.
    """
    with _LOCK:
        if not _INSIDE:
            _BEFORE[:] = [sitk.ProcessObject.GetGlobalDefaultNumberOfThreads()]
            sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(1)
        _INSIDE.append(threading.get_ident())
    try:
        yield
    finally:
        with _LOCK:
            _INSIDE.pop()
            if not _INSIDE:
                sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(_BEFORE[0])


def grid_of(filter_: sitk.ResampleImageFilter, geometry: Geometry) -> None:
    """Make `geometry` the output grid of a resampler."""
    filter_.SetSize(geometry.shape)
    filter_.SetOutputSpacing(geometry.spacing_mm)
    filter_.SetOutputOrigin(geometry.origin_lps_mm)
    filter_.SetOutputDirection(geometry.direction.ravel().tolist())


def transform_of(matrix: FloatArray) -> sitk.AffineTransform:
    """A (4, 4) map of LPS mm as a SimpleITK transform."""
    transform = sitk.AffineTransform(3)
    transform.SetMatrix(np.asarray(matrix[:3, :3], float).ravel().tolist())
    transform.SetTranslation(np.asarray(matrix[:3, 3], float).tolist())
    return transform
