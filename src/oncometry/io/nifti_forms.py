"""Where a NIfTI image lies: sform, qform and voxel size of one header, which must tell the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import numpy as np
from nibabel.spatialimages import HeaderDataError

from oncometry.core import Code, Geometry, GeometryError, Notice
from oncometry.core.geometry import EQUAL_SPACING, FloatArray, Index

__all__ = ["GeometryChoice", "ras_affine"]

GeometryChoice = Literal["strict", "sform", "qform"]
MM_PER_UNIT = {1: 1000.0, 3: 0.001}
FORM_TOLERANCE, FORM_NOTICE = 0.1, 1e-3
"""Forms disagree where they place a corner of the grid this share of the finest voxel apart; it is said from
the second share on. Forms that one program wrote agree to 1e-5."""


def ras_affine(
    raw: Any, shape: Index, choice: GeometryChoice, path: Path
) -> tuple[FloatArray, tuple[Notice, ...]]:
    """(4, 4) index to RAS mm, by the form that holds, and what to say of it.

    Raises:
        GeometryError: `GEOMETRY_AMBIGUOUS`, `GEOMETRY_NONFINITE`, `GEOMETRY_SINGULAR`.
    """
    zooms = np.array(raw["pixdim"][1:4], dtype=float)
    if not np.isfinite(zooms).all():
        raise GeometryError(Code.GEOMETRY_NONFINITE, f"the voxel size is {zooms.tolist()}.", path=path)
    if (zooms[: 2 if shape[2] == 1 else 3] == 0).any():
        raise GeometryError(
            Code.GEOMETRY_SINGULAR, f"the voxel size is {zooms.tolist()}: voxels have no volume.", path=path
        )
    problem = f"the voxel size {zooms.tolist()} is negative" if (zooms < 0).any() else ""
    forms = {} if problem and choice == "strict" else _forms(raw, choice, path)
    problem = problem or _disagreement(forms, zooms, shape)
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
    if problem or _apart(forms, shape) > FORM_NOTICE * np.abs(zooms).min():
        problem = problem or f"sform and qform lie {_apart(forms, shape):.4g} mm apart"
        notices.append(Notice(Code.GEOMETRY_AMBIGUOUS, f"{problem}; the {taken} was taken.", str(path)))
    if scale != 1.0:
        notices.append(
            Notice(Code.SCALING, f"the header's lengths are not mm; multiplied by {scale:g}.", str(path))
        )
    return np.diag([scale, scale, scale, 1.0]) @ affine, tuple(notices)


def _forms(raw: Any, choice: GeometryChoice, path: Path) -> dict[str, FloatArray]:
    """The forms whose code says that they hold, the sform first."""
    forms: dict[str, FloatArray] = {}
    if int(raw["sform_code"]) > 0:
        forms["sform"] = np.asarray(raw.get_sform(), dtype=float)
    if int(raw["qform_code"]) > 0:
        if raw["pixdim"][0] == 0:  # read as 1, says the standard (nifti1.h, method 2)
            raw = raw.copy()
            raw["pixdim"][0] = 1
        try:
            with np.errstate(all="ignore"):
                forms["qform"] = np.asarray(raw.get_qform(), dtype=float)
        except (ValueError, HeaderDataError) as error:
            if choice == "sform" and forms:
                return forms
            raise GeometryError(
                Code.GEOMETRY_AMBIGUOUS,
                f"qform_code says that the quaternion holds, and it is no rotation ({error}).",
                path=path,
                advice="If the sform holds, say so with `--geometry sform`."
                if forms
                else "Write the file again.",
            ) from error
    for name, form in forms.items():
        try:
            Geometry((1, 1, 1), form)
        except GeometryError as error:
            raise GeometryError(error.code, f"of the {name}, {error.what}", path=path) from error
    return forms


def _disagreement(forms: dict[str, FloatArray], zooms: FloatArray, shape: Index) -> str:
    if not forms:
        return "the header has neither a qform nor an sform"
    apart = _apart(forms, shape)
    if apart > FORM_TOLERANCE * zooms.min():
        return f"sform and qform lie {apart:.4g} mm apart"
    if "sform" in forms:
        spacing = np.linalg.norm(forms["sform"][:3, :3], axis=0)
        axes = [n for n in range(3) if shape[n] > 1 or zooms[n] > 0]
        if (np.abs(spacing - zooms)[axes] > EQUAL_SPACING * zooms[axes]).any():
            told = " x ".join(f"{s:.6g}" for s in spacing)
            return (
                f"voxels are {told} mm by the sform and {' x '.join(f'{z:.6g}' for z in zooms)} mm by pixdim"
            )
    return ""


def _apart(forms: dict[str, FloatArray], shape: Index) -> float:
    """The greatest distance in mm along an axis between what the forms make of a corner of the grid."""
    if len(forms) < 2:
        return 0.0
    ends = np.array([[i, j, k, 1] for i in (0, 1) for j in (0, 1) for k in (0, 1)], dtype=float)
    ends[:, :3] *= np.array(shape) - 1
    return float(np.abs(ends @ (forms["sform"] - forms["qform"]).T).max())
