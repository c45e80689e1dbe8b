"""Real DICOM against dcm2niix: the same affine to 1e-4, the same voxels."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nibabel as nib
import numpy as np
import pydicom
import pytest

from oncometry.core import Image
from oncometry.io import read_volume
from oncometry.io.dicom_header import read_header
from oncometry.io.dicom_series import DicomFile, build_series
from oncometry.io.read import read_image
from oncometry.io.settings import CurateSettings

pytestmark = pytest.mark.data
RAS = np.diag([-1.0, -1.0, 1.0, 1.0])
STS = "ibsi-sts-dicom-STS_006/dicom/STS_006"
SYNTAXES = [f"dcm_qa_ts/In/{n}.dcm" for n in range(1, 10)]


def _convert(source: Path, out: Path) -> list[nib.Nifti1Image]:
    """What dcm2niix makes: display scaling (-p n), one file at a time where a file is given."""
    tool = Path(sys.executable).with_name("dcm2niix")
    single = "y" if source.is_file() else "n"
    command = [tool, "-z", "n", "-p", "n", "-b", "n", "-s", single, "-o", out, "-f", "%s_%e_%p", source]
    subprocess.run(command, check=True, capture_output=True)
    return [nib.load(path) for path in sorted(out.glob("*.nii"))]


def _canonical(array: np.ndarray, affine: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Nearest to RAS axis order, so that flips of the storage order do not matter."""
    image = nib.as_closest_canonical(nib.Nifti1Image(array, affine))
    return np.asarray(image.dataobj), image.affine


def _volumes(source: Path) -> list[Image]:
    paths = [source] if source.is_file() else sorted(source.rglob("*.dcm"))
    files = [DicomFile(path, "", read_header(path)) for path in paths]
    records, aside = build_series(files, CurateSettings())
    assert not aside
    return [read_image(record) for record in records]


def _oracle(source: Path, out: Path) -> list[tuple[np.ndarray, np.ndarray]]:
    found = []
    for image in _convert(source, out):
        data = np.asarray(image.dataobj, dtype=float)
        layers = [data[..., n] for n in range(data.shape[3])] if data.ndim == 4 else [data]
        found += [_canonical(layer, image.affine) for layer in layers]
    return found


@pytest.mark.parametrize(
    ("folder", "volumes"),
    [
        (f"{STS}/CT/image", 1),
        (f"{STS}/MR_T1/image", 1),
        ("dcmqi/segmentations/ct-3slice", 1),
        ("dcmqi/segmentations/23x38x3/image", 1),
        ("dcmqi/segmentations/23x38x3/multiframe", 1),
        ("dcmqi/segmentations/24x38x3/multiframe", 1),
        ("dcm_qa_enh/In/Siemens/XA10", 4),
        ("dcm_qa_enh/In/Philips/IM_0027_fMAP.dcm", 2),
        *[(name, 1) for name in SYNTAXES],
    ],
)
def test_volumes_are_what_dcm2niix_makes(
    data_folder: Path, tmp_path: Path, folder: str, volumes: int
) -> None:
    mine = _volumes(data_folder / folder)
    peers = _oracle(data_folder / folder, tmp_path)
    assert len(mine) == len(peers) == volumes
    for image in mine:
        array, affine = _canonical(image.array.astype(float), RAS @ image.geometry.affine)
        off = min((np.abs(array - data).max(), np.abs(affine - where).max()) for data, where in peers)
        assert off[0] <= 1e-6 * np.abs(array).max(), "voxels differ"
        assert off[1] < 1e-4, "affines differ"


def test_every_transfer_syntax_decodes_to_the_same_pixels(data_folder: Path) -> None:
    images = [read_volume(data_folder / name) for name in SYNTAXES]
    syntaxes = {
        pydicom.dcmread(data_folder / n, stop_before_pixels=True).file_meta.TransferSyntaxUID
        for n in SYNTAXES
    }
    assert len(syntaxes) == 7
    for image in images[1:]:
        np.testing.assert_array_equal(image.array, images[0].array)
        assert image.geometry.matches(images[0].geometry)


def test_pet_is_rescaled_slice_by_slice(data_folder: Path, tmp_path: Path) -> None:
    """dcm2niix stores one slope for all slices, so it is the oracle of the affine only; pydicom of the values."""
    folder = data_folder / STS / "PET/image"
    (image,) = _volumes(folder)
    datasets = sorted(
        (pydicom.dcmread(path) for path in folder.glob("*.dcm")),
        key=lambda d: float(d.ImagePositionPatient[2]),
    )
    slopes = {float(d.RescaleSlope) for d in datasets}
    expected = np.stack([d.pixel_array * float(d.RescaleSlope) for d in datasets]).T
    assert len(slopes) > 1
    np.testing.assert_allclose(image.array, expected, rtol=1e-6)
    assert image.unit == "SUVbw"
    ((_, where),) = _oracle(folder, tmp_path)
    _, affine = _canonical(image.array, RAS @ image.geometry.affine)
    assert np.abs(affine - where).max() < 1e-4
