"""NIfTI and NRRD files that are cut, damaged, too large, nowhere or of a kind that is not read."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np

from oncometry.io import CurateSettings

from .make_nifti import RAS, ball, change, extension, nifti, nifti_bytes, nrrd, nrrd_bytes
from .row import BadInput, Outcome, Row

__all__ = ["VOLUME_ROWS"]

NOISE = np.random.default_rng(0).integers(0, 900, (20, 20, 12)).astype(np.int16)
"""An image: nothing in it looks like a mask."""
SFORM, QFORM = CurateSettings(geometry="sform"), CurateSettings(geometry="qform")


def _cut(name: str, share: float, data: bytes) -> BadInput:
    def make(folder: Path) -> None:
        (folder / name).write_bytes(data[: int(len(data) * share)])

    return BadInput(
        f"{name} cut at {share:.0%}", make, "TRUNCATED", told=("Copy the file again",) if share > 0.1 else ()
    )


def _tail(name: str, data: bytes, at: int) -> BadInput:
    def make(folder: Path) -> None:
        flipped = bytes([data[at] ^ 0x55])
        change(_write(folder / name, data), at, flipped)

    return BadInput(f"{name}, byte {at} flipped", make, "CHECKSUM", told=("checksum", "Copy the file again"))


def _write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def _gz(array: np.ndarray, **fields: object) -> bytes:
    return gzip.compress(nifti_bytes(array, **fields), mtime=0)  # type: ignore[arg-type]


def _fields(name: str, code: str, *told: str, array: np.ndarray = NOISE, **fields: object) -> BadInput:
    """A header with a field changed."""
    return BadInput(name, lambda f: nifti(f / "a.nii", array, **fields), code, told=told)  # type: ignore[arg-type]


def _affine(name: str, code: str, affine: np.ndarray, *told: str) -> BadInput:
    return BadInput(name, lambda f: nifti(f / "a.nii", NOISE, affine), code, told=told)


def _nrrd(name: str, code: str, *told: str, **fields: str | None) -> BadInput:
    return BadInput(name, lambda f: nrrd(f / "a.nrrd", NOISE, **fields), code, told=told)


def _noticed(
    name: str, code: str | None, make: object, *told: str, settings: CurateSettings | None = None
) -> BadInput:
    outcome = Outcome.NOTICED if code else Outcome.ACCEPTED
    return BadInput(name, make, code, outcome, told, settings or CurateSettings())  # type: ignore[arg-type]


def _form(rows: list[list[float]]) -> dict[str, object]:
    return {f"srow_{axis}": row for axis, row in zip("xyz", rows, strict=True)}


MOVED = _form([[-1, 0, 0, 0], [0, -1, 0, 0], [0, 0, 2, 40]])
SHEARED = np.array([[-1, 0, -0.6, 0], [0, -1, 0, 0], [0, 0, 2, 0], [0, 0, 0, 1.0]])
BIG = [3, 32767, 32767, 32767, 1, 1, 1, 1]
ZEROS = np.zeros((20, 20, 12), np.uint8)

CUT = Row(
    "NIfTI, `.nii.gz` or NRRD cut short, pixel data short",
    (
        *(_cut("a.nii", share, nifti_bytes(NOISE)) for share in (0.036, 0.5, 0.9, 0.999)),
        *(_cut("a.nii.gz", share, _gz(NOISE)) for share in (0.5, 0.9, 0.999)),
        _cut("lesion_seg.nii.gz", 0.9, _gz(ball())),
        *(_cut("a.nrrd", share, nrrd_bytes(NOISE)) for share in (0.01, 0.5, 0.999)),
        _cut("b.nrrd", 0.9, nrrd_bytes(NOISE, encoding="gzip")),
    ),
)
CHECKSUM = Row(
    "a wrong checksum in a gzip stream",
    (
        _tail("a.nii.gz", _gz(NOISE), -8),
        _tail("b.nii.gz", _gz(NOISE), -3),
        _tail("a.nrrd", nrrd_bytes(NOISE, encoding="gzip"), -7),
    ),
)
TRAILING = Row(
    "a few bytes after the end; a name that says gzip or not against the content",
    (
        _noticed(
            "10 bytes after a.nii",
            "TRAILING",
            lambda f: _write(f / "a.nii", nifti_bytes(NOISE) + bytes(10)),
            "10 bytes",
        ),
        _noticed(
            "10 bytes after the voxels of a.nii.gz",
            "TRAILING",
            lambda f: _write(f / "a.nii.gz", gzip.compress(nifti_bytes(NOISE) + bytes(10))),
        ),
        _noticed(
            "10 bytes after the stream of a.nii.gz",
            "TRAILING",
            lambda f: _write(f / "a.nii.gz", gzip.compress(nifti_bytes(NOISE)) + b"0123456789"),
        ),
        _noticed(
            "10 bytes after a.nrrd", "TRAILING", lambda f: _write(f / "a.nrrd", nrrd_bytes(NOISE) + bytes(10))
        ),
        _noticed(
            "a plain file named .nii.gz",
            "MISNAMED",
            lambda f: _write(f / "a.nii.gz", nifti_bytes(NOISE)),
            "raw",
        ),
        _noticed("a gzip file named .nii", "MISNAMED", lambda f: _write(f / "a.nii", _gz(NOISE)), "gzip"),
    ),
)
HEADER = Row(
    "a header that does not belong to what follows it",
    (
        BadInput(
            "a slice more than declared",
            lambda f: _write(f / "a.nii", nifti_bytes(NOISE) + bytes(2 * 400)),
            "HEADER_INCONSISTENT",
            told=("800 bytes",),
        ),
        _fields("half the slices declared", "HEADER_INCONSISTENT", dim=[3, 20, 20, 6, 1, 1, 1, 1]),
        _fields("vox_offset within the header", "HEADER_INCONSISTENT", "vox_offset is 100", vox_offset=100),
        _fields("vox_offset at half a byte", "HEADER_INCONSISTENT", "352.5", vox_offset=352.5),
        _fields("vox_offset not a number", "HEADER_INCONSISTENT", "nan", vox_offset=np.nan),
        BadInput(
            "an extension beyond the voxels",
            lambda f: _write(
                f / "a.nii",
                nifti_bytes(NOISE, vox_offset=368)[:348]
                + b"\1\0\0\0"
                + extension(4096, 6, bytes(8))
                + NOISE.tobytes("F"),
            ),
            "HEADER_INCONSISTENT",
            told=("4096",),
        ),
        _fields("a size of its own that no version has", "CORRUPT", "named as an image", sizeof_hdr=349),
        _fields("a datatype that does not exist", "CORRUPT", "77", datatype=77),
        _fields("nine dimensions", "CORRUPT", "9", dim=[9, 20, 20, 12, 1, 1, 1, 1]),
        _nrrd(
            "a field that NRRD has not",
            "CORRUPT",
            "spbce origin",
            space_origin=None,
            **{"spbce origin": "(0,0,0)"},
        ),
        _nrrd("two numbers of dimensions", "HEADER_INCONSISTENT", "4 dimensions", dimension="4"),
        _nrrd("a direction that is not a number", "CORRUPT", space_directions="(1,0,0) (0,x,0) (0,0,2)"),
        _nrrd("a byte order that does not exist", "CORRUPT", "bog", endian="bog"),
        _nrrd("no byte order", "CORRUPT", "endian", endian=None),
        _nrrd("two voxel sizes", "HEADER_INCONSISTENT", "9 wide", spacings="1 1 9"),
    ),
)
LARGE = Row(
    "a header that declares more than the limit, or more than the file can hold",
    (
        _fields("32767 voxels along each axis", "TOO_LARGE", "GiB", "max_file_gib", dim=BIG),
        BadInput(
            "2^40 voxels along each axis (NIfTI-2)",
            lambda f: nifti(f / "a.nii", NOISE, two=True, dim=[3, 1 << 40, 1 << 40, 1 << 40, 1, 1, 1, 1]),
            "TOO_LARGE",
        ),
        BadInput(
            "more than deflate can pack",
            lambda f: nifti(f / "a.nii.gz", ZEROS, dim=[3, 900, 900, 900, 1, 1, 1, 1]),
            "TOO_LARGE",
            told=("729000000",),
        ),
        _fields("200 times the file", "TOO_LARGE", dim=[3, 500, 500, 100, 1, 1, 1, 1]),
        _nrrd("NRRD sizes of 10^17", "TOO_LARGE", sizes="100000000000000000 100000000000000000 9"),
    ),
)
EMPTY = Row(
    "no voxels: a size of zero, an empty file",
    (
        _fields("NIfTI", "EMPTY", "[20, 0, 12]", dim=[3, 20, 0, 12, 1, 1, 1, 1]),
        _nrrd("NRRD", "EMPTY", sizes="20 0 12"),
        BadInput("a file of no bytes", lambda f: _write(f / "a.nii.gz", b""), "EMPTY"),
    ),
)
NONFINITE = Row(
    "an affine that is not finite",
    (
        _fields("sform NaN", "GEOMETRY_NONFINITE", "nan", srow_x=[np.nan, 0, 0, 0]),
        _fields("sform infinite", "GEOMETRY_NONFINITE", "inf", srow_y=[0, np.inf, 0, 0]),
        _fields("qform offset NaN", "GEOMETRY_NONFINITE", sform_code=0, qoffset_x=np.nan),
        _fields("pixdim NaN", "GEOMETRY_NONFINITE", pixdim=[1, np.nan, 1, 2, 1, 1, 1, 1]),
        _nrrd("NRRD direction NaN", "GEOMETRY_NONFINITE", space_directions="(nan,0,0) (0,1,0) (0,0,2)"),
        _nrrd("NRRD origin infinite", "GEOMETRY_NONFINITE", space_origin="(inf,0,0)"),
    ),
)
SINGULAR = Row(
    "a singular affine; a voxel size of zero",
    (
        _fields("sform row of zeros", "GEOMETRY_SINGULAR", srow_x=[0, 0, 0, 0]),
        _fields(
            "two equal columns", "GEOMETRY_SINGULAR", **_form([[1, 1, 0, 0], [0, 0, 0, 0], [0, 0, 2, 0]])
        ),
        _fields("pixdim 0", "GEOMETRY_SINGULAR", "0.0", pixdim=[1, 1, 0, 2, 1, 1, 1, 1]),
        _nrrd("NRRD direction 0", "GEOMETRY_SINGULAR", space_directions="(1,0,0) (0,0,0) (0,0,2)"),
    ),
)
AMBIGUOUS = Row(
    "sform, qform and voxel size disagree; no form at all; a negative voxel size; no anatomical space",
    (
        _fields("two places", "GEOMETRY_AMBIGUOUS", "40 mm apart", "--geometry sform", **MOVED),
        _fields("a flip", "GEOMETRY_AMBIGUOUS", **_form([[1, 0, 0, -19], [0, -1, 0, 0], [0, 0, 2, 0]])),
        _fields("no form", "GEOMETRY_AMBIGUOUS", "--geometry", sform_code=0, qform_code=0),
        _fields("negative voxel size", "GEOMETRY_AMBIGUOUS", "-1.0", pixdim=[1, -1, 1, 2, 1, 1, 1, 1]),
        _fields(
            "sform of another voxel size",
            "GEOMETRY_AMBIGUOUS",
            "pixdim",
            qform_code=0,
            **_form([[-2, 0, 0, 0], [0, -1, 0, 0], [0, 0, 2, 0]]),
        ),
        _fields("a quaternion that is no rotation", "GEOMETRY_AMBIGUOUS", sform_code=0, quatern_b=3.0),
        _nrrd("NRRD without a space", "GEOMETRY_AMBIGUOUS", space=None),
        _nrrd("NRRD in scanner axes", "GEOMETRY_AMBIGUOUS", "scanner-xyz", space="scanner-xyz"),
        _noticed(
            "two places, sform stated",
            "GEOMETRY_AMBIGUOUS",
            lambda f: nifti(f / "a.nii", NOISE, **MOVED),
            "the sform was taken",
            settings=SFORM,
        ),
        _noticed(
            "two places, qform stated",
            "GEOMETRY_AMBIGUOUS",
            lambda f: nifti(f / "a.nii", NOISE, **MOVED),
            "the qform was taken",
            settings=QFORM,
        ),
        _noticed(
            "a thousandth of a voxel",
            "GEOMETRY_AMBIGUOUS",
            lambda f: nifti(f / "a.nii", NOISE, **_form([[-1, 0, 0, 0.01], [0, -1, 0, 0], [0, 0, 2, 0]])),
            "0.01 mm",
        ),
    ),
)
SHEAR = Row(
    "a sheared affine",
    (
        BadInput(
            "image", lambda f: nifti(f / "a.nii", NOISE, SHEARED, qform_code=0), "SHEARED", Outcome.NOTICED
        ),
        BadInput("mask", lambda f: _both(f, ball(), SHEARED, qform_code=0), "SHEARED", Outcome.NOTICED),
    ),
)
IMPLAUSIBLE = Row(
    "a head 24 mm thick, a body 5 m long, a place 2 km away",
    (
        BadInput(
            "a head 24 mm thick",
            lambda f: _both(f, ball((240, 240, 24)), np.eye(4)),
            "SPACING_IMPLAUSIBLE",
            Outcome.WITHHELD,
            ("24 mm",),
        ),
        BadInput(
            "a body 5 m long",
            lambda f: _both(f, ball((20, 20, 50)), np.diag([1, 1, 100.0, 1])),
            "SPACING_IMPLAUSIBLE",
            Outcome.WITHHELD,
            ("5000 mm",),
        ),
        BadInput(
            "a place 2 km away",
            lambda f: _both(f, ball(), qform_code=0, **_form([[-1, 0, 0, 2e6], [0, -1, 0, 0], [0, 0, 2, 0]])),
            "SPACING_IMPLAUSIBLE",
            Outcome.WITHHELD,
            ("2000 m",),
        ),
    ),
)
SCALING = Row(
    "`scl_slope` 0, NaN or infinite; lengths that are not millimeters; voxels of three different sides",
    (
        _noticed(
            "slope 0 with an intercept",
            "SCALING",
            lambda f: nifti(f / "a.nii", NOISE, scl_slope=0, scl_inter=5),
            "as stored",
        ),
        _noticed("slope NaN", "SCALING", lambda f: nifti(f / "a.nii", NOISE, scl_slope=np.nan), "nan"),
        _noticed("slope infinite", "SCALING", lambda f: nifti(f / "a.nii", NOISE, scl_slope=np.inf), "inf"),
        _noticed("slope and intercept 0", None, lambda f: nifti(f / "a.nii", NOISE)),
        _noticed(
            "voxels of three different sides",
            "PIXELS_NOT_SQUARE",
            lambda f: nifti(f / "a.nii", NOISE, np.diag([1, 1.3, 2, 1.0])),
            "1 x 1.3 x 2",
        ),
        _noticed(
            "lengths in micrometers",
            "SCALING",
            lambda f: nifti(f / "a.nii", NOISE, np.diag([1000, 1000, 2000, 1.0]), xyzt_units=3),
            "0.001",
        ),
    ),
)
VOXELS = Row(
    "NaN or infinite voxels",
    (
        BadInput(
            "a NaN",
            lambda f: nifti(f / "a.nii", _with(np.nan)),
            "NONFINITE_VOXELS",
            Outcome.WITHHELD,
            ("1 of 4800",),
        ),
        BadInput(
            "an infinity",
            lambda f: nifti(f / "a.nii.gz", _with(-np.inf)),
            "NONFINITE_VOXELS",
            Outcome.WITHHELD,
            ("1 of 4800",),
        ),
        BadInput(
            "in a NRRD", lambda f: nrrd(f / "a.nrrd", _with(np.nan)), "NONFINITE_VOXELS", Outcome.WITHHELD
        ),
    ),
)
TYPES = Row(
    "complex, color, vector or bit voxels; voxels in another file",
    (
        _fields("complex", "UNSUPPORTED_TYPE", "complex", array=NOISE.astype(np.complex64)),
        _fields("RGB", "UNSUPPORTED_TYPE", "RGB", datatype=128, bitpix=24),
        _fields("RGBA", "UNSUPPORTED_TYPE", "RGBA", datatype=2304, bitpix=32),
        _fields("bits", "UNSUPPORTED_TYPE", "bits", datatype=1, bitpix=1),
        _fields("vectors", "UNSUPPORTED_TYPE", "vectors", dim=[5, 20, 20, 4, 1, 3, 1, 1]),
        _fields("header of a pair of files", "UNSUPPORTED_TYPE", ".hdr", magic=b"ni1"),
        _nrrd("NRRD colors", "UNSUPPORTED_TYPE", kinds="RGB-color domain domain"),
        _nrrd("NRRD of an unknown type", "UNSUPPORTED_TYPE", "block", type="block"),
        _nrrd("NRRD of an unknown encoding", "UNSUPPORTED_TYPE", "hex", encoding="hex"),
        BadInput(
            "NRRD with its voxels in another file",
            lambda f: nrrd(f / "a.nrrd", NOISE, data_file="x.raw"),
            "UNSUPPORTED_TYPE",
            told=("another file",),
        ),
    ),
)
SPLIT = Row(
    "several volumes in a NIfTI (one: squeezed)",
    (
        BadInput(
            "three", lambda f: nifti(f / "a.nii", _four(3)), "SPLIT_4D", Outcome.SEPARATED, ("3 volumes",)
        ),
        _noticed("one", None, lambda f: nifti(f / "a.nii", _four(1))),
    ),
)


def _both(folder: Path, mask: np.ndarray, affine: np.ndarray = RAS, **fields: object) -> None:
    """A mask with the image it is of."""
    nifti(folder / "a_t1c.nii.gz", np.resize(NOISE, mask.shape), affine, **fields)  # type: ignore[arg-type]
    nifti(folder / "a_seg.nii.gz", mask, affine, **fields)  # type: ignore[arg-type]


def _with(value: float) -> np.ndarray:
    voxels = NOISE.astype(np.float32) + 0.5
    voxels[10, 10, 6] = value
    return voxels


def _four(count: int) -> np.ndarray:
    return np.stack([NOISE + 1000 * n for n in range(count)], axis=-1).astype(np.int16)


VOLUME_ROWS = (
    CUT,
    CHECKSUM,
    TRAILING,
    HEADER,
    LARGE,
    EMPTY,
    NONFINITE,
    SINGULAR,
    AMBIGUOUS,
    SHEAR,
    IMPLAUSIBLE,
    SCALING,
    VOXELS,
    TYPES,
    SPLIT,
)
