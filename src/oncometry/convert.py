"""What users have, as nouns: paths, SimpleITK and nibabel images, arrays with affine and stated space.

nibabel's images are known by what they offer (`affine` and `dataobj`), so that nibabel itself stays in
`oncometry.io`. Nothing is guessed: an array says where it is and which way its axes point.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, Protocol, TypeAlias, TypeVar, runtime_checkable

import numpy as np
import SimpleITK as sitk  # noqa: N813
from numpy.typing import ArrayLike, NDArray

from oncometry.core import (
    Code,
    Contrast,
    Geometry,
    Image,
    Modality,
    Segmentation,
    SettingsError,
    Unit,
    UnsupportedError,
)
from oncometry.io import read_mask_file, read_volume, segmentation_of
from oncometry.io.nifti import GeometryChoice
from oncometry.preprocessing.sitk import geometry_of

__all__ = ["ImageSource", "NibabelImage", "SegmentationSource", "Space", "as_image", "as_segmentation"]

Space = Literal["LPS", "RAS"]
_Term = TypeVar("_Term", Modality, Contrast, Unit)
_RAS_TO_LPS = np.diag([-1.0, -1.0, 1.0, 1.0])


@runtime_checkable
class NibabelImage(Protocol):
    """What is asked of a nibabel image: `affine` to RAS mm, and `dataobj` with scaled values."""

    @property
    def affine(self) -> Any: ...

    @property
    def dataobj(self) -> Any: ...


ImageSource: TypeAlias = Image | Path | str | sitk.Image | NibabelImage | NDArray[Any]
SegmentationSource: TypeAlias = Segmentation | Path | str | sitk.Image | NibabelImage | NDArray[Any]


def as_image(
    source: ImageSource,
    *,
    affine: ArrayLike | None = None,
    space: Space | None = None,
    modality: Modality | None = None,
    contrast: Contrast | None = None,
    unit: Unit | None = None,
    form: GeometryChoice = "strict",
) -> Image:
    """An image from a path, a SimpleITK or nibabel image, or an array.

    Args:
        source: an array is (ni, nj, nk), indexed [i, j, k] in the order of the affine's columns.
        affine: (4, 4), index to mm; with an array only.
        space: what the affine's millimeters are, 'LPS' (DICOM, ITK) or 'RAS' (NIfTI); with an array only.
        modality, contrast, unit: what the values are, where the source does not say.
        form: of a NIfTI path, the form to trust where its two disagree: 'sform', 'qform', or 'strict'.

    Raises:
        SettingsError: `SETTINGS` for an array without affine or space, or these beside a source that has its own;
            for a modality, contrast or unit other than the one that the source states: nothing is converted.
        UnsupportedError: `UNSUPPORTED_TYPE` for another kind of source, or values that are complex or colors.
        GeometryError: for a grid that is none.
    """
    if isinstance(source, Image):
        _refuse_grid(source, affine, space)
        image = source
    elif isinstance(source, (str, Path)):
        _refuse_grid(source, affine, space)
        image = read_volume(Path(source), form)
    else:
        image = Image(*_array_and_grid(source, affine, space))
    return replace(
        image,
        modality=_said("modality", image.modality, modality, Modality.UNKNOWN),
        contrast=_said("contrast", image.contrast, contrast, Contrast.UNKNOWN),
        unit=_said("unit", image.unit, unit, Unit.ARBITRARY),
    )


def as_segmentation(
    source: SegmentationSource,
    *,
    affine: ArrayLike | None = None,
    space: Space | None = None,
    image_geometry: Geometry | None = None,
    scheme: str | None = None,
    form: GeometryChoice = "strict",
) -> Segmentation:
    """A segmentation from a path (NIfTI, NRRD, SEG, RTSTRUCT), a SimpleITK or nibabel label image, or an array.

    Args:
        source: an array is (ni, nj, nk), label values indexed [i, j, k] in the order of the affine's columns.
        affine, space, form: as in `as_image`.
        image_geometry: grid that an RTSTRUCT's contours are put on.
        scheme: name of the label scheme; without one, the most specific that fits is taken and
            the result holds a `LABELS_GUESSED` notice. A mask without voxels holds a `MASK_EMPTY` one.

    Raises:
        LabelError: `LABEL_UNKNOWN` for values that are no labels, or not in the scheme.
        SettingsError, UnsupportedError, GeometryError: as `as_image`.
    """
    if isinstance(source, Segmentation):
        _refuse_grid(source, affine, space)
        return source
    if isinstance(source, (str, Path)):
        _refuse_grid(source, affine, space)
        return read_mask_file(Path(source), image_geometry, scheme=scheme, form=form)
    return segmentation_of(*_array_and_grid(source, affine, space), scheme)


def _said(what: str, stated: _Term, given: _Term | None, unknown: _Term) -> _Term:
    """What the source states, or what was given where it states nothing."""
    if given is None or given is stated:
        return stated
    if stated is not unknown:
        raise SettingsError(
            Code.SETTINGS,
            f"{what} {given} was given, but the source states {stated}; values are not converted.",
            advice="Leave it out.",
        )
    return given


def _array_and_grid(
    source: object, affine: ArrayLike | None, space: Space | None
) -> tuple[NDArray[Any], Geometry]:
    if isinstance(source, sitk.Image):
        _refuse_grid(source, affine, space)
        if source.GetDimension() != 3:
            raise _unsupported(f"a SimpleITK image of {source.GetDimension()} dimensions")
        if source.GetNumberOfComponentsPerPixel() != 1:
            raise _unsupported(f"{source.GetNumberOfComponentsPerPixel()} components per voxel")
        return _real(sitk.GetArrayFromImage(source).T), geometry_of(source)
    if isinstance(source, np.ndarray):
        return _from_array(source, affine, space)
    if isinstance(source, NibabelImage):
        _refuse_grid(source, affine, space)
        if source.affine is None:
            raise SettingsError(
                Code.SETTINGS, "the nibabel image has no affine: it does not say where its voxels are."
            )
        return _from_array(np.asanyarray(source.dataobj), source.affine, "RAS")
    raise _unsupported(
        f"a {type(source).__name__}", "Give a path, a SimpleITK or nibabel image, or a numpy array."
    )


def _from_array(
    array: NDArray[Any], affine: ArrayLike | None, space: Space | None
) -> tuple[NDArray[Any], Geometry]:
    if affine is None or space not in ("LPS", "RAS"):
        raise SettingsError(
            Code.SETTINGS,
            f"an array does not say where it is: affine is {'missing' if affine is None else 'given'}, "
            f"space is {space!r}.",
            advice="Give affine=, (4, 4) from [i, j, k] to mm, and space='LPS' or space='RAS'.",
        )
    while array.ndim > 3 and array.shape[-1] == 1:
        array = array[..., 0]
    if array.ndim != 3:
        raise _unsupported(f"an array of shape {array.shape}", "Give three dimensions, [i, j, k].")
    matrix = np.array(affine, dtype=np.float64)
    if space == "RAS" and matrix.shape == (4, 4):
        matrix = _RAS_TO_LPS @ matrix
    ni, nj, nk = array.shape
    return _real(array), Geometry((ni, nj, nk), matrix)


def _real(array: NDArray[Any]) -> NDArray[Any]:
    if array.dtype.kind not in "biuf":
        raise _unsupported(f"values of type {array.dtype}")
    return array


def _refuse_grid(source: object, affine: ArrayLike | None, space: Space | None) -> None:
    if affine is not None or space is not None:
        raise SettingsError(
            Code.SETTINGS,
            f"a {type(source).__name__} says itself where it is; affine and space are for arrays.",
            advice="Leave them out.",
        )


def _unsupported(what: str, advice: str | None = None) -> UnsupportedError:
    return UnsupportedError(Code.UNSUPPORTED_TYPE, f"{what} cannot be taken as a volume.", advice=advice)
