"""The door: the same voxels at the same place, from whatever they came in; and nothing guessed."""

from __future__ import annotations

from pathlib import Path

import nibabel
import numpy as np
import pytest
import SimpleITK as sitk

from oncometry.convert import as_image, as_segmentation
from oncometry.core import (
    Code,
    Compartment,
    Contrast,
    Geometry,
    GeometryError,
    Image,
    LabelError,
    Modality,
    NothingFoundError,
    SettingsError,
    Unit,
    UnsupportedError,
)

RAS = np.diag([-1.0, -1.0, 1.0, 1.0])
AFFINE = Geometry.from_parts(
    (7, 6, 5), (1.0, 1.5, 4.0), (-3, 20, 11), [[0.8, -0.6, 0], [0.6, 0.8, 0], [0, 0, 1]]
).affine
ARRAY = np.random.default_rng(0).integers(-50, 500, (7, 6, 5)).astype(np.int16)
LABELS = (np.arange(210).reshape(7, 6, 5) % 4).astype(np.uint8)


def itk(array: np.ndarray) -> sitk.Image:
    image = sitk.GetImageFromArray(array.T)
    geometry = Geometry(array.shape, AFFINE)
    image.SetSpacing(geometry.spacing_mm)
    image.SetOrigin(geometry.origin_lps_mm)
    image.SetDirection(geometry.direction.ravel().tolist())
    return image


def nifti(array: np.ndarray) -> nibabel.Nifti1Image:
    return nibabel.Nifti1Image(array, RAS @ AFFINE)


def saved(array: np.ndarray, folder: Path, name: str) -> Path:
    path = folder / name
    if name.endswith(".nrrd"):
        sitk.WriteImage(itk(array), str(path))
    else:
        image = nifti(array)
        image.header.set_xyzt_units("mm")
        nibabel.save(image, path)
    return path


@pytest.mark.parametrize("form", ["array LPS", "array RAS", "sitk", "nibabel", "image"])
def test_one_image_from_every_form(form: str) -> None:
    same = Image(ARRAY, Geometry(ARRAY.shape, AFFINE))
    image = {
        "array LPS": lambda: as_image(ARRAY, affine=AFFINE, space="LPS"),
        "array RAS": lambda: as_image(ARRAY, affine=RAS @ AFFINE, space="RAS"),
        "sitk": lambda: as_image(itk(ARRAY)),
        "nibabel": lambda: as_image(nifti(ARRAY)),
        "image": lambda: as_image(same),
    }[form]()
    np.testing.assert_array_equal(image.array, ARRAY)
    assert image.geometry.matches(same.geometry, 1e-4)


@pytest.mark.parametrize("name", ["a.nii", "a.nii.gz", "a.nrrd"])
@pytest.mark.parametrize("kind", [Path, str])
def test_paths(tmp_path: Path, name: str, kind: type) -> None:
    image = as_image(kind(saved(ARRAY, tmp_path, name)))
    np.testing.assert_array_equal(image.array, ARRAY)
    assert image.geometry.matches(Geometry(ARRAY.shape, AFFINE), 1e-4)


def test_scaled_nifti_gives_real_values() -> None:
    image = nifti(ARRAY)
    image.header.set_slope_inter(0.5, -3)
    stored = nibabel.Nifti1Image.from_bytes(image.to_bytes())
    np.testing.assert_allclose(as_image(stored).array, stored.get_fdata())


def test_meaning_is_given_along() -> None:
    image = as_image(itk(ARRAY), modality=Modality.CT, contrast=Contrast.CT, unit=Unit.HU)
    assert (image.modality, image.contrast, image.unit) == (Modality.CT, Contrast.CT, Unit.HU)
    assert as_image(image).modality is Modality.CT


def test_what_a_source_states_is_not_overridden() -> None:
    image = Image(ARRAY, Geometry(ARRAY.shape, AFFINE), Modality.CT, Contrast.CT, Unit.HU)
    assert as_image(image, unit=Unit.HU).unit is Unit.HU
    assert as_image(itk(ARRAY), unit=Unit.SUV_BW).unit is Unit.SUV_BW
    with pytest.raises(SettingsError, match="unit SUVbw was given, but the source states HU"):
        as_image(image, unit=Unit.SUV_BW)
    with pytest.raises(SettingsError, match="modality MR was given, but the source states CT"):
        as_image(image, modality=Modality.MR)
    with pytest.raises(SettingsError, match="contrast T1 was given, but the source states CT"):
        as_image(image, contrast=Contrast.T1)


@pytest.mark.parametrize(
    "where", [{}, {"affine": AFFINE}, {"space": "LPS"}, {"affine": AFFINE, "space": "XYZ"}]
)
def test_an_array_that_does_not_say_where_it_is(where: dict[str, object]) -> None:
    with pytest.raises(SettingsError, match="does not say where it is"):
        as_image(ARRAY, **where)
    with pytest.raises(SettingsError, match="does not say where it is"):
        as_segmentation(LABELS, **where)


@pytest.mark.parametrize("source", [itk(ARRAY), nifti(ARRAY), "a.nii"])
def test_a_second_affine_is_refused(source: object) -> None:
    with pytest.raises(SettingsError, match="says itself where it is"):
        as_image(source, affine=np.eye(4), space="LPS")


@pytest.mark.parametrize(
    "source",
    [
        [[1, 2], [3, 4]],
        42,
        sitk.Image(4, 4, sitk.sitkUInt8),
        sitk.Image([4, 4, 4], sitk.sitkVectorUInt8, 3),
    ],
)
def test_other_things_are_refused(source: object) -> None:
    with pytest.raises(UnsupportedError):
        as_image(source)


@pytest.mark.parametrize(
    "array", [ARRAY[0], np.stack([ARRAY, ARRAY], -1), ARRAY.astype(complex), ARRAY.astype("U3")]
)
def test_arrays_that_are_no_volume(array: np.ndarray) -> None:
    with pytest.raises(UnsupportedError):
        as_image(array, affine=AFFINE, space="LPS")


def test_a_last_axis_of_one_is_dropped() -> None:
    assert as_image(ARRAY[..., None], affine=AFFINE, space="LPS").array.shape == ARRAY.shape


@pytest.mark.parametrize("affine", [np.eye(3), np.zeros((4, 4)), np.full((4, 4), np.nan)])
@pytest.mark.parametrize("space", ["LPS", "RAS"])
def test_an_affine_that_is_none(affine: np.ndarray, space: str) -> None:
    with pytest.raises(GeometryError):
        as_image(ARRAY, affine=affine, space=space)


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NothingFoundError):
        as_image(tmp_path / "absent.nii")


# segmentations


@pytest.mark.parametrize("form", ["array", "sitk", "nibabel", "float"])
def test_one_mask_from_every_form(form: str) -> None:
    source, where = {
        "array": (LABELS, {"affine": AFFINE, "space": "LPS"}),
        "float": (LABELS.astype(float), {"affine": AFFINE, "space": "LPS"}),
        "sitk": (itk(LABELS), {}),
        "nibabel": (nifti(LABELS), {}),
    }[form]
    mask = as_segmentation(source, scheme="brats-2023", **where)
    assert (mask.scheme, mask.scheme_source, mask.notices) == ("brats-2023", "stated", ())
    assert [(s.number, s.name, s.compartment) for s in mask] == [
        (1, "NCR", Compartment.NECROSIS),
        (2, "ED", Compartment.EDEMA),
        (3, "ET", Compartment.ENHANCING),
    ]
    for number in (1, 2, 3):
        np.testing.assert_array_equal(mask.mask(number), number == LABELS)
    assert mask.geometry.matches(Geometry(LABELS.shape, AFFINE), 1e-4)
    assert as_segmentation(mask) is mask


def test_a_guessed_scheme_is_announced() -> None:
    mask = as_segmentation(itk(LABELS))
    assert mask.scheme_source == "guessed"
    assert [n.code for n in mask.notices] == [Code.LABELS_GUESSED]
    assert "others that fit" in mask.notices[0].what


@pytest.mark.parametrize("array", [LABELS > 2, (LABELS > 2) * 0.0039, (LABELS > 2) * -29.0])
def test_one_odd_value_is_a_binary_mask(array: np.ndarray) -> None:
    mask = as_segmentation(array, affine=AFFINE, space="LPS", scheme="binary")
    assert [(s.number, s.compartment) for s in mask] == [(1, Compartment.WHOLE)]
    np.testing.assert_array_equal(mask.mask(), LABELS > 2)


def test_255_is_a_binary_mask_and_an_empty_one_says_so() -> None:
    mask = as_segmentation((LABELS > 2) * np.uint8(255), affine=AFFINE, space="LPS")
    assert [(s.number, s.compartment) for s in mask] == [(1, Compartment.WHOLE)]
    assert mask.scheme == "binary"
    empty = as_segmentation(LABELS * 0, affine=AFFINE, space="LPS")
    assert [n.code for n in empty.notices] == [Code.MASK_EMPTY]


@pytest.mark.parametrize("array", [LABELS, LABELS / 3, LABELS * 11], ids=["labels", "probability", "foreign"])
def test_an_array_means_what_the_same_file_means(tmp_path: Path, array: np.ndarray) -> None:
    path = saved(array.astype(np.float32), tmp_path, "m.nii.gz")
    file, held = as_segmentation(path), as_segmentation(array.astype(np.float32), affine=AFFINE, space="LPS")
    assert (file.scheme, file.scheme_source) == (held.scheme, held.scheme_source)
    assert [n.code for n in file.notices] == [n.code for n in held.notices]
    for one, other in zip(file, held, strict=True):
        assert (one.number, one.name, one.compartment) == (other.number, other.name, other.compartment)
        np.testing.assert_array_equal(one.array, other.array)
        assert (one.probability is None) == (other.probability is None)


@pytest.mark.parametrize(
    ("array", "scheme", "code"),
    [
        (LABELS, "brats-2017-2021", Code.LABEL_UNKNOWN),
        (LABELS / 2, None, Code.LABEL_UNKNOWN),
        (LABELS * np.nan, None, Code.LABEL_UNKNOWN),
        (LABELS.astype(int) - 1, None, Code.LABEL_UNKNOWN),
    ],
)
def test_values_that_are_no_labels(array: np.ndarray, scheme: str | None, code: Code) -> None:
    with pytest.raises(LabelError) as caught:
        as_segmentation(array, affine=AFFINE, space="LPS", scheme=scheme)
    assert caught.value.code is code


@pytest.mark.parametrize("name", ["m.nii.gz", "m.nrrd"])
def test_mask_paths(tmp_path: Path, name: str) -> None:
    mask = as_segmentation(saved(LABELS, tmp_path, name), scheme="brats-2023")
    for number in (1, 2, 3):
        np.testing.assert_array_equal(mask.mask(number), number == LABELS)
