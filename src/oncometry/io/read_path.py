"""A path alone into an image: one NIfTI, NRRD or DICOM file, or a folder with one DICOM volume."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pydicom.config import disable_value_validation

from oncometry.core import Code, CorruptInputError, Image, NothingFoundError, UnsupportedError
from oncometry.io.dicom_header import DicomRole, read_header, role_of
from oncometry.io.dicom_series import DicomFile, build_series
from oncometry.io.files import sha256_of
from oncometry.io.manifest import FileKind
from oncometry.io.nifti import GeometryChoice
from oncometry.io.orthogonal import Interpolation
from oncometry.io.read import parse_volume_file, read_image, read_volume_file
from oncometry.io.settings import CurateSettings
from oncometry.io.sniff import sniff_file
from oncometry.io.walk import walk

__all__ = ["read_volume"]


def read_volume(
    path: Path,
    geometry: GeometryChoice = "strict",
    *,
    volume: int | None = None,
    interpolation: Interpolation = "linear",
) -> Image:
    """One image from a path, (ni, nj, nk).

    Args:
        path: a NIfTI or NRRD file, a DICOM file, or a folder with the files of one DICOM volume.
        geometry: the NIfTI form to trust where the two disagree.
        volume: which, from 0, where there are several; None refuses several.
        interpolation: for sheared grids; 'nearest' keeps labels whole.

    Raises:
        NothingFoundError: `NOTHING_FOUND`.
        UnsupportedError: `SPLIT_4D` for several volumes without a choice, `NOT_AN_IMAGE`, `NOT_RADIOLOGY`.
        CorruptInputError, GeometryError: as the readers of the formats.
    """
    path = Path(path)
    if not path.exists():
        raise NothingFoundError(
            Code.NOTHING_FOUND, "there is no such file or folder.", path=path, advice="Check the path."
        )
    kind = FileKind.DICOM if path.is_dir() else sniff_file(path)
    if kind is FileKind.DICOM:
        with disable_value_validation():
            return _read_dicom(path, volume)
    if kind not in (FileKind.NIFTI, FileKind.NRRD):
        raise UnsupportedError(
            Code.NOT_AN_IMAGE, f"the content is {kind}, not DICOM, NIfTI or NRRD.", path=path
        )
    volumes = parse_volume_file(path, kind, geometry).volumes
    if volumes > 1 and volume is None:
        raise _several(path, volumes)
    image = read_volume_file(path, kind, geometry=geometry, volume=volume or 0, interpolation=interpolation)
    return replace(image, key=f"sha256:{sha256_of(path)}" + (f"#{volume + 1}" if volume else ""))


def _several(path: Path, count: int) -> UnsupportedError:
    return UnsupportedError(
        Code.SPLIT_4D,
        f"it holds {count} volumes.",
        path=path,
        advice="Give a file or folder of one; in Python oncometry.io.read_volume(path, volume=0) takes one.",
    )


def _read_dicom(path: Path, volume: int | None) -> Image:
    files = [
        DicomFile(found.path, "", read_header(found.path))
        for found in walk([path])
        if found.readable and sniff_file(found.path) is FileKind.DICOM
    ]
    images = [file for file in files if role_of(file.dataset) is DicomRole.IMAGE]
    if not images:
        code = Code.NOT_RADIOLOGY if files else Code.NOTHING_FOUND
        raise UnsupportedError(code, "there is no CT, MR or PET image in it.", path=path)
    records, aside = build_series(images, CurateSettings())
    if not records:
        raise CorruptInputError(aside[0].code, aside[0].detail, path=aside[0].path)
    if len(records) > 1 and volume is None:
        raise _several(path, len(records))
    return read_image(records[volume or 0])
