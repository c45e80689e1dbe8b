"""What users have, as nouns: paths, SimpleITK and nibabel images, arrays with affine and stated space.

nibabel's images are known by what they offer (`affine` and `dataobj`), so that nibabel itself stays in
`oncometry.io`. Nothing is guessed: an array says where it is and which way its axes point.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, Protocol, TypeAlias, runtime_checkable

import numpy as np
import SimpleITK as sitk  # noqa: N813
from numpy.typing import ArrayLike, NDArray

from oncometry.core import (
    Code,
    Compartment,
    Contrast,
    Geometry,
    Image,
    LabelError,
    LabelScheme,
    Modality,
    Notice,
    Segment,
    Segmentation,
    SettingsError,
    Unit,
    UnsupportedError,
    fitting_schemes,
    scheme_named,
)
from oncometry.io import read_mask_file, read_volume
from oncometry.preprocessing.sitk import geometry_of

__all__ = ["ImageSource", "NibabelImage", "SegmentationSource", "Space", "as_image", "as_segmentation"]

Space = Literal["LPS", "RAS"]
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
) -> Image:
    """An image from a path, a SimpleITK or nibabel image, or an array.

    Args:
        source: an array is (ni, nj, nk), indexed [i, j, k] in the order of the affine's columns.
        affine: (4, 4), index to mm; with an array only.
        space: what the affine's millimeters are, 'LPS' (DICOM, ITK) or 'RAS' (NIfTI); with an array only.
        modality, contrast, unit: what the values are, where the source does not say.

    Raises:
        SettingsError: `SETTINGS` for an array without affine or space, or these beside a source that has its own.
        UnsupportedError: `UNSUPPORTED_TYPE` for another kind of source, or values that are complex or colors.
        GeometryError: for a grid that is none.
    """
    if isinstance(source, Image):
        _refuse_grid(source, affine, space)
        image = source
    elif isinstance(source, (str, Path)):
        _refuse_grid(source, affine, space)
        image = read_volume(Path(source))
    else:
        image = Image(*_array_and_grid(source, affine, space))
    return replace(
        image,
        modality=modality or image.modality,
        contrast=contrast or image.contrast,
        unit=unit or image.unit,
    )


def as_segmentation(
    source: SegmentationSource,
    *,
    affine: ArrayLike | None = None,
    space: Space | None = None,
    image_geometry: Geometry | None = None,
    scheme: str | None = None,
) -> Segmentation:
    """A segmentation from a path (NIfTI, NRRD, SEG, RTSTRUCT), a SimpleITK or nibabel label image, or an array.

    Args:
        source: an array is (ni, nj, nk), label values indexed [i, j, k] in the order of the affine's columns.
        affine, space: as in `as_image`.
        image_geometry: grid that an RTSTRUCT's contours are put on.
        scheme: name of the label scheme; without one, the most specific that fits is taken and
            the result holds a `LABELS_GUESSED` notice.

    Raises:
        LabelError: `MASK_EMPTY`; `LABEL_UNKNOWN` for values that are no labels, or not in the scheme.
        SettingsError, UnsupportedError, GeometryError: as `as_image`.
    """
    if isinstance(source, Segmentation):
        _refuse_grid(source, affine, space)
        return source
    if isinstance(source, (str, Path)):
        _refuse_grid(source, affine, space)
        return read_mask_file(Path(source), image_geometry, scheme=scheme)
    array, geometry = _array_and_grid(source, affine, space)
    return _labeled(array, geometry, scheme)


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


def _labeled(array: NDArray[Any], geometry: Geometry, scheme: str | None) -> Segmentation:
    whole, notices = _whole(array)
    numbers = [int(v) for v in np.unique(whole) if v != 0]
    if not numbers:
        raise LabelError(Code.MASK_EMPTY, "the mask has no voxel that is not 0: there is nothing to measure.")
    chosen, guess = _scheme_of(numbers, scheme)
    segments = tuple(
        Segment.from_mask(n, *chosen.labels.get(n, ("tumor", Compartment.WHOLE)), whole == n) for n in numbers
    )
    origin = "stated" if scheme else "guessed"
    return Segmentation(geometry, segments, chosen.name, origin, notices=(*notices, *guess))


def _whole(array: NDArray[Any]) -> tuple[NDArray[Any], tuple[Notice, ...]]:
    """Whole numbers from 0; one odd value against 0 is meant as a binary mask."""
    if array.dtype.kind == "b":
        return array.astype(np.uint8), ()
    values = np.unique(array)
    odd = [v for v in values.tolist() if not np.isfinite(v) or v != int(v) or v < 0]
    if not odd:
        return array, ()
    others = [v for v in values.tolist() if v != 0]
    if len(others) == 1 and np.isfinite(others[0]):
        what = f"the one value {others[0]!r} beside 0 was taken as a binary mask."
        return (array != 0).astype(np.uint8), (Notice(Code.LABELS_GUESSED, what),)
    raise LabelError(
        Code.LABEL_UNKNOWN,
        f"labels are whole numbers from 0, got {odd[:8]} among {values.size} values.",
        advice="Give a label map, not an image or probabilities.",
    )


def _scheme_of(numbers: list[int], name: str | None) -> tuple[LabelScheme, tuple[Notice, ...]]:
    if name is not None:
        scheme = scheme_named(name)
        foreign = [n for n in numbers if n not in scheme.labels]
        if foreign and not (name == "binary" and len(numbers) == 1):
            raise LabelError(
                Code.LABEL_UNKNOWN,
                f"the mask has labels {foreign}, which scheme {name} ({sorted(scheme.labels)}) does not know.",
            )
        return scheme, ()
    fits = fitting_schemes(numbers)
    if not fits and len(numbers) > 1:
        raise LabelError(
            Code.LABEL_UNKNOWN, f"no label scheme knows labels {numbers}.", advice="State the scheme."
        )
    scheme = fits[0] if fits else scheme_named("binary")
    others = ", ".join(s.name for s in fits[1:]) or "none"
    what = f"labels {numbers} were taken as scheme {scheme.name}; others that fit: {others}."
    return scheme, (Notice(Code.LABELS_GUESSED, what),)


def _refuse_grid(source: object, affine: ArrayLike | None, space: Space | None) -> None:
    if affine is not None or space is not None:
        raise SettingsError(
            Code.SETTINGS,
            f"a {type(source).__name__} says itself where it is; affine and space are for arrays.",
            advice="Leave them out.",
        )


def _unsupported(what: str, advice: str | None = None) -> UnsupportedError:
    return UnsupportedError(Code.UNSUPPORTED_TYPE, f"{what} cannot be taken as a volume.", advice=advice)
