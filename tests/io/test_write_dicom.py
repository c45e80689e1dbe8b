"""Written series are what dcm2niix and our own reader make of them."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import dcm2niix
import nibabel as nib
import numpy as np
import pydicom
import pytest

from oncometry.core import Code, Modality, UnsupportedError
from oncometry.io import PatientTags, SeriesTags, read_volume, write_dicom_series

PATIENT = PatientTags("P1", "Doe^Jane", "F", 1960)
SERIES = SeriesTags("2.25.1", "2.25.2", 1, "T1", date(2020, 1, 2), repetition_time_ms=500, echo_time_ms=10)


def test_read_back(made_study: Any) -> None:
    read = read_volume(made_study.slices[0].parent)
    assert read.geometry.matches(made_study.image.geometry, 1e-6)
    assert read.geometry.frame_of_reference_uid == made_study.image.geometry.frame_of_reference_uid
    np.testing.assert_array_equal(read.array, made_study.image.array)


def test_dcm2niix_agrees(made_study: Any, tmp_path: Path) -> None:
    out = tmp_path / "nii"
    out.mkdir()
    folder = made_study.slices[0].parent
    subprocess.run([dcm2niix.bin, "-o", out, "-f", "x", folder], check=True, capture_output=True)
    peer = nib.load(out / "x.nii")
    ours = np.diag([-1, -1, 1, 1]) @ made_study.image.geometry.affine
    flipped = peer.get_fdata()[:, ::-1]
    affine = peer.affine @ np.array(
        [[1, 0, 0, 0], [0, -1, 0, flipped.shape[1] - 1], [0, 0, 1, 0], [0, 0, 0, 1]]
    )
    np.testing.assert_allclose(affine, ours, atol=1e-4)
    np.testing.assert_array_equal(flipped, made_study.image.array)


def test_same_input_same_bytes(made_study: Any, tmp_path: Path) -> None:
    again = write_dicom_series(made_study.image, tmp_path / "a", PATIENT, SERIES)
    once_more = write_dicom_series(made_study.image, tmp_path / "b", PATIENT, SERIES)
    assert [p.read_bytes() for p in again] == [p.read_bytes() for p in once_more]


def test_says_what_it_is(made_study: Any) -> None:
    dataset = pydicom.dcmread(made_study.slices[4])
    assert (dataset.PatientID, dataset.PatientAge) == ("P1", "060Y")
    assert (dataset.RepetitionTime, dataset.EchoTime) == (500, 10)
    assert dataset.ContrastBolusAgent == "Gadobutrol"
    assert dataset.InstanceNumber == 5
    assert len({pydicom.dcmread(p).SOPInstanceUID for p in made_study.slices}) == len(made_study.slices)


def test_refuses_what_16_bits_cannot_hold(made_study: Any, tmp_path: Path) -> None:
    for image in (
        made_study.image.with_array(made_study.image.array + 0.5),
        made_study.image.with_array(made_study.image.array.astype(np.int32) + 40000),
        replace(made_study.image, modality=Modality.PT),
    ):
        with pytest.raises(UnsupportedError) as caught:
            write_dicom_series(image, tmp_path / "x", PATIENT, SERIES)
        assert caught.value.code is Code.UNSUPPORTED_TYPE


def test_ct_is_hounsfield(made_study: Any, tmp_path: Path) -> None:
    image = replace(made_study.image, modality=Modality.CT, array=made_study.image.array - 1000)
    paths = write_dicom_series(image, tmp_path / "ct", PATIENT, replace(SERIES, kvp=120))
    np.testing.assert_array_equal(read_volume(paths[0].parent).array, image.array)
