"""Images to NIfTI files: the same bytes for the same image, whole or not at all."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
from numpy.typing import NDArray

from oncometry.core import Geometry, Image
from oncometry.io.files import WrittenFile, write_bytes
from oncometry.io.nifti import RAS_TO_LPS

__all__ = ["encode_array", "gzipped", "write_volume"]

LEVEL = 4
SCANNER = 1
KEPT = (np.uint8, np.int8, np.int16, np.uint16, np.int32, np.uint32, np.float32)
GZIP_HEADER = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"
DESCRIPTION = b"oncometry"


def write_volume(image: Image, path: Path) -> WrittenFile:
    """Write NIfTI-1, gzip where the name ends in .gz; sform and qform alike, code 1 (scanner).

    Integers of up to 32 bits and float32 are kept, bool becomes uint8, wider integers int32 where
    they fit, everything else float32. The bytes depend on the image alone.
    """
    content = encode_array(image.array, image.geometry, compress=path.name.endswith(".gz"))
    return write_bytes(path, content)


def encode_array(voxels: NDArray[Any], geometry: Geometry, *, compress: bool = True) -> bytes:
    """The bytes of a NIfTI-1 file; (ni, nj, nk) or, for several volumes, (ni, nj, nk, n)."""
    array = _storable(voxels)
    header = nib.Nifti1Header()
    header.set_data_dtype(array.dtype)
    header.set_data_shape(array.shape)
    affine = RAS_TO_LPS @ geometry.affine
    header.set_qform(affine, code=SCANNER)
    header.set_sform(affine, code=SCANNER)
    header.set_xyzt_units("mm", "sec")
    header["scl_slope"], header["scl_inter"] = 1.0, 0.0
    header["vox_offset"] = 352
    header["magic"] = b"n+1"
    header["descrip"] = DESCRIPTION
    content = header.binaryblock + bytes(4) + array.tobytes(order="F")
    return gzipped([content]) if compress else content


def _storable(array: NDArray[Any]) -> NDArray[Any]:
    """The array in little-endian order and a type that NIfTI readers share."""
    if array.dtype == np.bool_:
        return array.astype(np.uint8)
    if array.dtype.type in KEPT:
        return array.astype(array.dtype.newbyteorder("<"), copy=False)
    whole = np.issubdtype(array.dtype, np.integer)
    limits = np.iinfo(np.int32)
    fits = whole and array.min() >= limits.min and array.max() <= limits.max
    return array.astype("<i4" if fits else "<f4")


def gzipped(pieces: Iterable[bytes]) -> bytes:
    """One gzip member without name and time."""
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed, check, size = [GZIP_HEADER], 0, 0
    for piece in pieces:
        packed.append(packer.compress(piece))
        check, size = zlib.crc32(piece, check), size + len(piece)
    packed += [packer.flush(), check.to_bytes(4, "little"), (size & 0xFFFFFFFF).to_bytes(4, "little")]
    return b"".join(packed)
