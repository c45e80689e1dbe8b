"""NIfTI-1 and NIfTI-2 (doi:10.1016/j.jneumeth.2016.03.001), single file, gzip or not.

This is the only place where RAS is spoken: affines are turned to LPS as they enter.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import nibabel as nib
import numpy as np
from nibabel.spatialimages import HeaderDataError

from oncometry.core import Code, CorruptInputError, GeometryError, Notice, UnsupportedError
from oncometry.core.geometry import FloatArray
from oncometry.io.inflate import GZIP_MAGIC, inflated_head
from oncometry.io.manifest import FileKind
from oncometry.io.mapped import mapped
from oncometry.io.volume_file import VolumeFile

__all__ = ["RAS_TO_LPS", "GeometryChoice", "parse_nifti"]

GeometryChoice = Literal["strict", "sform", "qform"]
RAS_TO_LPS = np.diag([-1.0, -1.0, 1.0, 1.0])
UNSUPPORTED = {1: "bits", 32: "complex", 128: "RGB", 1536: "float128", 1792: "complex", 2048: "complex"}
MM_PER_UNIT = {1: 1000.0, 3: 0.001}
FORM_TOLERANCE = 0.1
"""Forms disagree where they place a corner of the grid this share of the finest voxel apart."""


def parse_nifti(path: Path, choice: GeometryChoice = "strict") -> VolumeFile:
    """Header only.

    Raises:
        CorruptInputError: `TRUNCATED`, `CORRUPT`, `EMPTY`.
        UnsupportedError: `UNSUPPORTED_TYPE` (complex, color, vectors, header and image apart).
        GeometryError: `GEOMETRY_AMBIGUOUS`, `GEOMETRY_NONFINITE`, `GEOMETRY_SINGULAR`.
    """
    raw = _header(path)
    _refuse_unsupported(raw, path)
    shape, volumes = _shape(raw, path)
    affine, notices = _affine(raw, (shape[0], shape[1], shape[2]), choice, path)
    slope, intercept, scaling = _scaling(raw, path)
    header = VolumeFile(
        path=path,
        kind=FileKind.NIFTI,
        shape=shape,
        affine=RAS_TO_LPS @ affine,
        dtype=raw.get_data_dtype(),
        offset=int(raw["vox_offset"]),
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


def _header(path: Path) -> Any:
    with mapped(path) as data:
        head = inflated_head(data, 544)
    two = head[4:8] in (b"n+2\0", b"ni2\0")
    kind, length = (nib.Nifti2Header, 540) if two else (nib.Nifti1Header, 348)
    if len(head) < length:
        raise CorruptInputError(
            Code.TRUNCATED, f"only {len(head)} bytes of the {length}-byte header are there.", path=path
        )
    try:
        raw = kind(head[:length], check=False)
    except (ValueError, HeaderDataError) as error:
        raise CorruptInputError(Code.CORRUPT, f"the header cannot be read ({error}).", path=path) from error
    if bytes(raw["magic"].item())[:2] == b"ni":
        raise UnsupportedError(
            Code.UNSUPPORTED_TYPE,
            "header and voxels are in two files (.hdr and .img).",
            path=path,
            advice="Convert it to a single .nii.gz.",
        )
    return raw


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


def _affine(
    raw: Any, shape: tuple[int, int, int], choice: GeometryChoice, path: Path
) -> tuple[FloatArray, tuple[Notice, ...]]:
    """(4, 4) index to RAS mm, by the form that holds."""
    zooms = np.array(raw["pixdim"][1:4], dtype=float)
    if not np.isfinite(zooms).all():
        raise GeometryError(Code.GEOMETRY_NONFINITE, f"the voxel size is {zooms.tolist()}.", path=path)
    if (zooms[: 2 if shape[2] == 1 else 3] == 0).any():
        raise GeometryError(
            Code.GEOMETRY_SINGULAR, f"the voxel size is {zooms.tolist()}: voxels have no volume.", path=path
        )
    forms = _forms(raw, path)
    problem = _disagreement(forms, zooms, shape)
    if problem and choice == "strict":
        raise GeometryError(
            Code.GEOMETRY_AMBIGUOUS,
            f"{problem}: readers place this image differently.",
            path=path,
            advice="State which form holds with `--geometry sform` or `--geometry qform`.",
        )
    taken = choice if choice in forms else next(iter(forms), "voxel size")
    affine = forms[taken] if taken in forms else np.diag([*np.abs(zooms), 1.0])
    scale = MM_PER_UNIT.get(int(raw["xyzt_units"]) & 7, 1.0)
    notices = []
    if problem:
        notices.append(Notice(Code.GEOMETRY_AMBIGUOUS, f"{problem}; the {taken} was taken.", str(path)))
    if scale != 1.0:
        notices.append(
            Notice(Code.SCALING, f"the header's lengths are not mm; multiplied by {scale:g}.", str(path))
        )
    return np.diag([scale, scale, scale, 1.0]) @ affine, tuple(notices)


def _forms(raw: Any, path: Path) -> dict[str, FloatArray]:
    """The forms whose code says that they hold, the sform first."""
    forms: dict[str, FloatArray] = {}
    if int(raw["sform_code"]) > 0:
        forms["sform"] = np.asarray(raw.get_sform(), dtype=float)
    if int(raw["qform_code"]) > 0:
        try:
            forms["qform"] = np.asarray(raw.get_qform(), dtype=float)
        except (ValueError, HeaderDataError) as error:
            if "sform" not in forms:
                raise GeometryError(
                    Code.GEOMETRY_AMBIGUOUS, f"the quaternion is not a rotation ({error}).", path=path
                ) from error
    for name, form in forms.items():
        if not np.isfinite(form).all():
            raise GeometryError(Code.GEOMETRY_NONFINITE, f"the {name} is {form.tolist()}.", path=path)
    return forms


def _disagreement(forms: dict[str, FloatArray], zooms: FloatArray, shape: tuple[int, int, int]) -> str:
    if (zooms < 0).any():
        return f"the voxel size {zooms.tolist()} is negative"
    if not forms:
        return "the header has neither a qform nor an sform"
    if len(forms) < 2:
        return ""
    ends = np.array([[i, j, k, 1] for i in (0, 1) for j in (0, 1) for k in (0, 1)], dtype=float)
    ends[:, :3] *= np.array(shape) - 1
    apart = np.abs(ends @ (forms["sform"] - forms["qform"]).T).max()
    return "" if apart <= FORM_TOLERANCE * zooms.min() else f"sform and qform lie {apart:.4g} mm apart"


def _scaling(raw: Any, path: Path) -> tuple[float, float, tuple[Notice, ...]]:
    """Slope 0 with intercept 0 is the standard's 'no scaling', and not worth a word."""
    slope, intercept = float(raw["scl_slope"]), float(raw["scl_inter"])
    if slope == 0.0 and intercept == 0.0:
        return 1.0, 0.0, ()
    if slope == 0.0 or not np.isfinite([slope, intercept]).all():
        what = f"scl_slope is {slope} and scl_inter {intercept}; the voxels are taken as stored."
        return 1.0, 0.0, (Notice(Code.SCALING, what, str(path)),)
    return slope, intercept, ()
