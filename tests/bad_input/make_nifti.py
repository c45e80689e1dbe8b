"""NIfTI and NRRD files made byte by byte, so that anything may be wrong with them."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import nibabel as nib
import numpy as np

__all__ = ["RAS", "ball", "change", "nifti", "nifti_bytes", "nrrd", "nrrd_bytes"]

RAS = np.diag([-1.0, -1.0, 2.0, 1.0])
"""Voxels of 1 x 1 x 2 mm along the axes."""


def ball(shape: tuple[int, int, int] = (20, 20, 12), radius: float = 5.0) -> np.ndarray:
    """A mask of a ball, voxels as long as they come."""
    far = sum((n - (s - 1) / 2) ** 2 for n, s in zip(np.indices(shape), shape, strict=True))
    return (far <= radius**2).astype(np.uint8)


def nifti_bytes(array: np.ndarray, affine: np.ndarray = RAS, *, two: bool = False, **fields: object) -> bytes:
    """A single file: header with fields changed after all else, no extension, voxels."""
    kind = nib.Nifti2Image if two else nib.Nifti1Image
    header = kind(array, affine).header
    header.set_sform(affine, 1)
    header.set_qform(affine, 1, strip_shears=True)
    header["magic"] = b"n+2\0\r\n\x1a\n" if two else b"n+1"
    header["vox_offset"] = 544 if two else 352
    header["scl_slope"] = header["scl_inter"] = 0
    for name, value in fields.items():
        header[name] = value
    return header.binaryblock + b"\0\0\0\0" + array.tobytes("F")


def nifti(
    path: Path, array: np.ndarray, affine: np.ndarray = RAS, *, two: bool = False, **fields: object
) -> Path:
    """Write one; gzip where the name says so."""
    data = nifti_bytes(array, affine, two=two, **fields)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(data, 6, mtime=0) if path.name.endswith(".gz") else data)
    return path


def change(path: Path, at: int, new: bytes) -> Path:
    """Put bytes in the place of others; a negative place counts from the end."""
    data = bytearray(path.read_bytes())
    begin = at if at >= 0 else len(data) + at
    data[begin : begin + len(new)] = new
    path.write_bytes(data)
    return path


def nrrd_bytes(array: np.ndarray, *, encoding: str = "raw", **fields: str | None) -> bytes:
    """A NRRD with attached voxels; fields replace, None leaves one out; '_' in a name is a space."""
    stated: dict[str, str | None] = {
        "type": {"uint8": "uchar", "int16": "short", "float32": "float"}[array.dtype.name],
        "dimension": str(array.ndim),
        "space": "left-posterior-superior",
        "sizes": " ".join(map(str, array.shape)),
        "space directions": "(1,0,0) (0,1,0) (0,0,2)",
        "kinds": "domain domain domain",
        "endian": "little",
        "encoding": encoding,
        "space origin": "(10,20,30)",
    }
    stated |= {name.replace("_", " "): value for name, value in fields.items()}
    lines = ["NRRD0004", *(f"{name}: {value}" for name, value in stated.items() if value is not None)]
    voxels = array.tobytes("F")
    return "\n".join([*lines, "", ""]).encode() + (
        gzip.compress(voxels, mtime=0) if encoding == "gzip" else voxels
    )


def nrrd(path: Path, array: np.ndarray, *, encoding: str = "raw", **fields: str | None) -> Path:
    """Write one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(nrrd_bytes(array, encoding=encoding, **fields))
    return path


def extension(size: int, kind: int = 6, content: bytes = b"") -> bytes:
    """A header extension that says that it has so many bytes."""
    return struct.pack("<ii", size, kind) + content
