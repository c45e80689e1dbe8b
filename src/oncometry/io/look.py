"""The first look at a file: its bytes hashed, its kind told, all of it checked. Runs in a process of its own."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from mmap import mmap
from pathlib import Path

from oncometry.core import Code, OncometryError
from oncometry.io.dicom_header import DicomHeader, header_of, remnant_of
from oncometry.io.manifest import FileKind
from oncometry.io.mapped import mapped
from oncometry.io.network_file import network_fault
from oncometry.io.nifti import GeometryChoice
from oncometry.io.read import parse_volume_file
from oncometry.io.sniff import sniff
from oncometry.io.volume_content import VolumeContent, check_content
from oncometry.io.volume_file import check_size
from oncometry.io.walk import Stamp

__all__ = ["Look", "LookSettings", "look"]

IMAGE_SUFFIXES = (".nii", ".nii.gz", ".nrrd", ".dcm", ".ima")
APPLE_DOUBLE = b"\x00\x05\x16\x07"
"""RFC 1740, appendix B."""


@dataclass(frozen=True, slots=True)
class LookSettings:
    """What of the settings changes what a look finds."""

    geometry: GeometryChoice = "strict"
    max_file_gib: float = 2.0


@dataclass(frozen=True, slots=True)
class Look:
    """What a file is.

    Attributes:
        size: bytes.
        sha256: of all of them.
        code, detail: why it is left out; None where nothing is against it.
        header: of a DICOM object; of a refused one no more than its series.
        content: of the voxels of a NIfTI or NRRD file.
    """

    size: int
    sha256: str
    kind: FileKind
    code: Code | None = None
    detail: str = ""
    header: DicomHeader | None = None
    content: VolumeContent | None = None

    def refused(self, code: Code, detail: str) -> Look:
        """The same, left out."""
        return replace(self, code=code, detail=detail)


def look(path: Path, settings: LookSettings) -> Look:
    """Look at a regular file. What is wrong with it is said in the result.

    Raises:
        OSError: where it cannot be read.
    """
    stamp = Stamp.of(path.stat())
    found = _looked(path, settings)
    if Stamp.of(path.stat()) != stamp:
        return Look(found.size, found.sha256, FileKind.OTHER).refused(
            Code.FILE_CHANGED, "the file was written to while it was looked at."
        )
    return found


def _looked(path: Path, settings: LookSettings) -> Look:
    with mapped(path) as data:
        found = Look(len(data), hashlib.sha256(data).hexdigest(), FileKind.OTHER)
        if not data and path.name.startswith("."):
            return found.refused(Code.NOT_AN_IMAGE, "a hidden file without bytes, as devices leave them.")
        if not data:
            return found.refused(Code.EMPTY, "the file has no bytes.")
        found = replace(found, kind=sniff(path, data))
        try:
            return _checked(path, data, found, settings)
        except OncometryError as error:
            if found.kind is FileKind.DICOM:
                found = replace(found, header=remnant_of(data, path))
            return found.refused(error.code, error.told)


def _checked(path: Path, data: bytes | mmap, found: Look, settings: LookSettings) -> Look:
    if found.kind is FileKind.DICOM:
        return replace(found, header=header_of(data, path))
    if found.kind in (FileKind.NIFTI, FileKind.NRRD):
        header = parse_volume_file(path, found.kind, settings.geometry)
        check_size(header, settings.max_file_gib)
        header.geometry  # noqa: B018 - raises where the grid is impossible
        return replace(found, content=check_content(header))
    if found.kind is FileKind.NETWORK:
        return found.refused(*network_fault(path, data, found.sha256))
    if data[:4] == APPLE_DOUBLE and path.name.startswith("._"):
        return found.refused(Code.NOT_AN_IMAGE, "what macOS keeps beside the file of that name.")
    if found.kind in (FileKind.OTHER, FileKind.TEXT) and path.name.lower().endswith(IMAGE_SUFFIXES):
        return found.refused(Code.CORRUPT, "named as an image, but its content is not one.")
    return found
