"""Registration of real scans, where they are at hand."""

from __future__ import annotations

import itertools
import os
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from oncometry.core import Geometry, Image, Modality
from oncometry.preprocessing import PreprocessingSettings, correct_bias, register
from oncometry.preprocessing.sitk import geometry_of

DATA = Path(os.environ.get("ONCOMETRY_DATA", "/nowhere"))
SETTINGS = PreprocessingSettings()

pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(
        "ONCOMETRY_DATA" not in os.environ, reason="ONCOMETRY_DATA does not name the data folder"
    ),
]


def image_of(read: sitk.Image, modality: Modality, frame: str | None = None) -> Image:
    return Image(sitk.GetArrayFromImage(read).T, geometry_of(read, frame), modality)


def corners(geometry: Geometry) -> np.ndarray:
    center = geometry.to_world((np.array(geometry.shape) - 1) / 2)
    return center + np.array(list(itertools.product((-60, 60), (-75, 75), (-40, 40))), float)


def moved(points: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    return points @ matrix[:3, :3].T + matrix[:3, 3]


@pytest.fixture(scope="module")
def glioma() -> dict[str, Image]:
    """T1, T1c, T2 and FLAIR of one patient, 0.9 x 0.9 x 5.5 mm, with skull."""
    files = sorted((DATA / "imaging" / "tcga-fg-6692-raw").glob("*.nii.gz"))
    names = [file.name.split("_")[-1].split(".")[0] for file in files]
    return {n: image_of(sitk.ReadImage(f), Modality.MR) for n, f in zip(names, files, strict=True)}


@pytest.mark.parametrize(
    ("fixed", "moving"),
    [
        ("t1c", "t1"),
        pytest.param("t1c", "t2", marks=pytest.mark.slow),
        ("t1c", "fla"),
        pytest.param("t2", "fla", marks=pytest.mark.slow),
    ],
)
def test_there_and_back_is_where_it_began(glioma: dict[str, Image], fixed: str, moving: str) -> None:
    there = register(glioma[fixed], glioma[moving], SETTINGS)
    back = register(glioma[moving], glioma[fixed], SETTINGS)
    points = corners(glioma[fixed].geometry)
    off = np.linalg.norm(moved(moved(points, there.matrix), back.matrix) - points, axis=1)
    assert off.mean() < 2.0
    assert there.quality > there.quality_before
    assert not there.notices


def test_three_contrasts_close_the_circle(glioma: dict[str, Image]) -> None:
    points = corners(glioma["t1c"].geometry)
    direct = register(glioma["t1c"], glioma["fla"], SETTINGS).matrix
    first = register(glioma["t1c"], glioma["t2"], SETTINGS).matrix
    second = register(glioma["t2"], glioma["fla"], SETTINGS).matrix
    off = np.linalg.norm(moved(points, direct) - moved(moved(points, first), second), axis=1)
    assert off.mean() < 2.5


def test_one_frame_of_reference_of_ct_pet_and_mr_is_kept() -> None:
    """The sarcoma's contours lie at the same place in all three series: identity is right."""
    root = DATA / "imaging" / "ibsi-sts-dicom-STS_006" / "dicom" / "STS_006"
    kinds = {"CT": Modality.CT, "PET": Modality.PT, "MR_T1": Modality.MR}
    images = {}
    for name, modality in kinds.items():
        files = sitk.ImageSeriesReader.GetGDCMSeriesFileNames(str(root / name / "image"))
        images[name] = image_of(sitk.ReadImage(files), modality, "1.3.6")
    for fixed, moving in itertools.permutations(images.values(), 2):
        found = register(fixed, moving, SETTINGS)
        assert found.method == "identity"
        assert not found.notices
        assert 0.05 < found.quality < 0.3


def test_a_corrected_image_is_hardly_corrected_again() -> None:
    """The sarcoma's MR came N4-corrected."""
    root = DATA / "imaging" / "ibsi-sts-dicom-STS_006" / "dicom" / "STS_006" / "MR_T1" / "image"
    read = sitk.ReadImage(sitk.ImageSeriesReader.GetGDCMSeriesFileNames(str(root)))
    image = image_of(read, Modality.MR)
    inside = image.array > image.array.mean()
    ratio = correct_bias(image).image.array[inside] / image.array[inside]
    assert np.std(ratio) / np.mean(ratio) < 0.1
