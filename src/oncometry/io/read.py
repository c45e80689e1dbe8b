"""Series and files into images: the pixels behind a record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.config import disable_value_validation
from pydicom.dataset import Dataset
from pydicom.pixels.processing import apply_modality_lut

from oncometry.core import Code, Contrast, Geometry, GeometryError, Image, Modality, Unit
from oncometry.io.dicom_frame import Plane, planes_of
from oncometry.io.dicom_header import coded, read_full_header, read_header
from oncometry.io.dicom_volume import Refused, StackedVolume, stack
from oncometry.io.manifest import FileKind, SeriesRecord
from oncometry.io.mosaic import cut_mosaic, is_mosaic
from oncometry.io.nifti import GeometryChoice, parse_nifti
from oncometry.io.nrrd import parse_nrrd
from oncometry.io.orthogonal import Interpolation, orthogonal_grid, resample_to
from oncometry.io.pixels import decoding, stored_pixels
from oncometry.io.suv import pet_scale
from oncometry.io.volume_file import VolumeFile, check_size, read_voxels

__all__ = ["parse_volume_file", "read_image", "read_volume_file"]

INT16 = np.iinfo(np.int16)


def read_image(series: SeriesRecord, *, geometry: GeometryChoice = "strict") -> Image:
    """The voxels of a series, (ni, nj, nk), in the unit that the record names.

    CT is HU, PET is SUVbw where the record says so, NIfTI and NRRD are scaled as their header says.
    Values are int16 or int32 where they are whole, else float32. Tilted and sheared volumes are
    resampled linearly to the record's grid.

    Args:
        geometry: the NIfTI form to trust, as it was for `curate`.

    Raises:
        CorruptInputError: `CORRUPT`, `TRUNCATED`, `CHECKSUM`, `BOMB`.
        GeometryError: where the files no longer make the record's grid.
    """
    if series.kind is FileKind.DICOM:
        with disable_value_validation(), coded(series.instances[0].path):
            array = _read_dicom(series)
    else:
        first = series.instances[0].path
        array = read_volume_file(first, series.kind, geometry=geometry, volume=series.frame or 0).array
    return Image(array, series.geometry, series.modality, series.contrast, series.unit, series.key)


def parse_volume_file(path: Path, kind: FileKind, geometry: GeometryChoice = "strict") -> VolumeFile:
    """The header of a NIfTI or NRRD file."""
    return parse_nifti(path, geometry) if kind is FileKind.NIFTI else parse_nrrd(path)


def read_volume_file(
    path: Path,
    kind: FileKind,
    *,
    geometry: GeometryChoice = "strict",
    volume: int = 0,
    interpolation: Interpolation = "linear",
) -> Image:
    """One volume of a NIfTI or NRRD file; a sheared grid is resampled to the orthogonal one that covers it.

    Raises:
        CorruptInputError, GeometryError, UnsupportedError: as `parse_nifti`, `parse_nrrd`, `read_voxels`.
    """
    header = parse_volume_file(path, kind, geometry)
    check_size(header)
    array, grid = read_voxels(header, volume), header.geometry
    if not grid.is_orthogonal:
        upright = orthogonal_grid(grid)
        array, grid = resample_to(array, grid, upright, interpolation, 0.0), upright
    return Image(array, grid, Modality.UNKNOWN, Contrast.UNKNOWN, Unit.ARBITRARY)


def _read_dicom(series: SeriesRecord) -> NDArray[Any]:
    headers = {ref.path: read_header(ref.path) for ref in series.instances}
    planes = [
        plane
        for ref in series.instances
        for plane in planes_of(headers[ref.path], ref.path)
        if not ref.frames or plane.frame in ref.frames
    ]
    volume = stack(planes, series.geometry.frame_of_reference_uid)
    if isinstance(volume, Refused):
        raise volume.error
    if not volume.geometry.matches(series.geometry):
        raise GeometryError(
            Code.GEOMETRY_MISMATCH,
            f"the files now make {volume.geometry.describe()}, the record has {series.geometry.describe()}.",
            path=planes[0].path,
            advice="Curate again: the input changed.",
        )
    factor = pet_scale(list(headers.values())).factor if series.modality is Modality.PT else 1.0
    array = _assemble(volume, headers, factor)
    if volume.tilted:
        outside = float(array.min()) if series.modality is Modality.CT else 0.0
        source = Geometry(array.shape, volume.native)
        array = resample_to(array, source, volume.geometry, "linear", outside)
    return array


def _assemble(volume: StackedVolume, headers: Mapping[Path, Dataset], factor: float) -> NDArray[Any]:
    """(ni, nj, nk) rescaled values: a C-ordered (nk, nj, ni) block, transposed."""
    planes = volume.planes
    whole = factor == 1.0 and all(p.slope == 1.0 and p.intercept == round(p.intercept) for p in planes)
    ni, nj = planes[0].shape
    block = np.empty((len(planes), nj, ni), dtype=np.int32 if whole else np.float32)
    levels: dict[Path, list[int]] = defaultdict(list)
    for n, plane in enumerate(planes):
        levels[plane.path].append(n)
    for path, stored in stored_pixels({path: headers[path] for path in levels}):
        pixels = _looked_up(stored, headers[path], path)
        for n in levels[path]:
            picked = pixels[planes[n].frame] if pixels.ndim == 3 else pixels
            if picked.shape != (nj, ni):
                picked = cut_mosaic(picked, planes[n].frame, (ni, nj))
            block[n] = _rescaled(picked, planes[n], factor)
    if whole and block.min() >= INT16.min and block.max() <= INT16.max:
        block = block.astype(np.int16)
    return block.T


def _rescaled(stored: NDArray[Any], plane: Plane, factor: float) -> NDArray[Any]:
    if factor == 1.0 and plane.slope == 1.0:
        return stored + (
            int(plane.intercept) if plane.intercept == round(plane.intercept) else plane.intercept
        )
    return (stored * np.float64(plane.slope) + plane.intercept) * factor


def _looked_up(stored: NDArray[Any], header: Dataset, path: Path) -> NDArray[Any]:
    """Pixels as int32 or float; a lookup table applied."""
    pixels = stored
    if "ModalityLUTSequence" in header:
        dataset = read_full_header(path)
        with decoding(dataset, path):
            pixels = apply_modality_lut(stored, dataset)
    if pixels.ndim == 3 and (pixels.shape[0] == 1 or is_mosaic(header)):
        pixels = pixels[0]
    return pixels.astype(np.int32) if np.issubdtype(pixels.dtype, np.integer) else pixels
