"""NIfTI-1 and NIfTI-2 (doi:10.1016/j.jneumeth.2016.03.001), single file, gzip or not.

This is the only place where RAS is spoken: affines are turned to LPS as they enter.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
from nibabel.spatialimages import HeaderDataError

from oncometry.core import Code, CorruptInputError, Notice, UnsupportedError
from oncometry.io.inflate import GZIP_MAGIC, inflated_head
from oncometry.io.manifest import FileKind
from oncometry.io.mapped import mapped
from oncometry.io.nifti_forms import GeometryChoice, ras_affine
from oncometry.io.nifti_layout import voxel_offset
from oncometry.io.volume_file import VolumeFile

__all__ = ["RAS_TO_LPS", "GeometryChoice", "nifti_header", "parse_nifti"]

RAS_TO_LPS = np.diag([-1.0, -1.0, 1.0, 1.0])
UNSUPPORTED = {1: "bits", 32: "complex", 128: "RGB", 1536: "float128", 1792: "complex", 2048: "complex"}
HEAD = 4096
SIZES = {b"\x5c\x01\0\0": "<", b"\0\0\x01\x5c": ">", b"\x1c\x02\0\0": "<", b"\0\0\x02\x1c": ">"}
"""First bytes of the header, its own size, 348 or 540, -> byte order."""


def parse_nifti(path: Path, choice: GeometryChoice = "strict") -> VolumeFile:
    """Header only.

    Raises:
        CorruptInputError: `TRUNCATED`, `CORRUPT`, `EMPTY`, `HEADER_INCONSISTENT`.
        UnsupportedError: `UNSUPPORTED_TYPE` (complex, color, vectors, header and image apart).
        GeometryError: `GEOMETRY_AMBIGUOUS`, `GEOMETRY_NONFINITE`, `GEOMETRY_SINGULAR`.
    """
    raw, head = nifti_header(path)
    _refuse_unsupported(raw, path)
    shape, volumes = _shape(raw, path)
    affine, notices = ras_affine(raw, shape, choice, path)
    slope, intercept, scaling = _scaling(raw, path)
    header = VolumeFile(
        path=path,
        kind=FileKind.NIFTI,
        shape=shape,
        affine=RAS_TO_LPS @ affine,
        dtype=raw.get_data_dtype(),
        offset=voxel_offset(float(raw["vox_offset"]), head, raw.sizeof_hdr, raw.endianness, path),
        encoding="gzip" if _is_gzip(path) else "raw",
        volumes=volumes,
        slope=slope,
        intercept=intercept,
        text=_text(raw["descrip"]),
        notices=(*notices, *scaling),
    )
    named_gzip = path.name.lower().endswith(".gz")
    if named_gzip != (header.encoding == "gzip"):
        header = header.noting(Code.MISNAMED, f"the name says otherwise, but the file is {header.encoding}.")
    return header


def _is_gzip(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(2) == GZIP_MAGIC


def _text(field: Any) -> str:
    return bytes(field.item() if hasattr(field, "item") else field).decode("latin-1").strip("\0 ")


def nifti_header(path: Path) -> tuple[Any, bytes]:
    """The header as nibabel has it, and the bytes from the first on: more than the header, where they are there.

    Raises:
        CorruptInputError: `TRUNCATED`, `CORRUPT`.
        UnsupportedError: `UNSUPPORTED_TYPE`, header and image apart.
    """
    with mapped(path) as data:
        head = inflated_head(data, HEAD)
    two = head[4:8] in (b"n+2\0", b"ni2\0")
    kind, length = (nib.Nifti2Header, 540) if two else (nib.Nifti1Header, 348)
    if len(head) < length:
        raise CorruptInputError(
            Code.TRUNCATED, f"only {len(head)} bytes of the {length}-byte header are there.", path=path
        )
    order = SIZES.get(head[:4])
    if order is None:
        raise CorruptInputError(
            Code.CORRUPT,
            f"the header says that it has {int.from_bytes(head[:4], 'little')} bytes, not {length}.",
            path=path,
        )
    try:
        raw = kind(head[:length], endianness=order, check=False)
    except (ValueError, HeaderDataError) as error:
        raise CorruptInputError(Code.CORRUPT, f"the header cannot be read ({error}).", path=path) from error
    if bytes(raw["magic"].item())[:2] == b"ni":
        raise UnsupportedError(
            Code.UNSUPPORTED_TYPE,
            "header and voxels are in two files (.hdr and .img).",
            path=path,
            advice="Convert it to a single .nii.gz.",
        )
    return raw, head


def _refuse_unsupported(raw: Any, path: Path) -> None:
    datatype = int(raw["datatype"])
    if datatype in UNSUPPORTED or datatype == 2304:
        name = UNSUPPORTED.get(datatype, "RGBA")
        raise UnsupportedError(
            Code.UNSUPPORTED_TYPE, f"the voxels are {name} (datatype {datatype}), not one number.", path=path
        )
    try:
        if raw.get_data_dtype().itemsize == 0:
            raise KeyError(datatype)
    except (KeyError, HeaderDataError) as error:
        raise CorruptInputError(
            Code.CORRUPT, f"the header names datatype {datatype}, which does not exist.", path=path
        ) from error


def _shape(raw: Any, path: Path) -> tuple[tuple[int, int, int], int]:
    dims = [int(n) for n in raw["dim"]]
    if not 1 <= dims[0] <= 7:
        raise CorruptInputError(Code.CORRUPT, f"the header declares {dims[0]} dimensions.", path=path)
    sizes = [*dims[1 : dims[0] + 1], 1, 1][: max(dims[0], 3)]
    if min(sizes) < 1:
        raise CorruptInputError(Code.EMPTY, f"the header declares sizes {sizes}: no voxels.", path=path)
    if any(n > 1 for n in sizes[4:]):
        raise UnsupportedError(
            Code.UNSUPPORTED_TYPE, f"the voxels are vectors (sizes {sizes}), not one number.", path=path
        )
    return (sizes[0], sizes[1], sizes[2]), sizes[3] if len(sizes) > 3 else 1


def _scaling(raw: Any, path: Path) -> tuple[float, float, tuple[Notice, ...]]:
    """Slope 0 with intercept 0 is the standard's 'no scaling', and not worth a word."""
    slope, intercept = float(raw["scl_slope"]), float(raw["scl_inter"])
    if slope == 0.0 and intercept == 0.0:
        return 1.0, 0.0, ()
    if slope == 0.0 or not np.isfinite([slope, intercept]).all():
        what = f"scl_slope is {slope} and scl_inter {intercept}; the voxels are taken as stored."
        return 1.0, 0.0, (Notice(Code.SCALING, what, str(path)),)
    return slope, intercept, ()
