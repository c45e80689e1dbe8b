"""Where maps are computed, as a user asks for it and as `oncometry doctor` tells it."""

from __future__ import annotations

import json

import numpy as np
import pytest
import SimpleITK as sitk

from oncometry.features import cuda_devices, cuda_is_built

pytestmark = pytest.mark.storeless


@pytest.mark.skipif(bool(cuda_devices()), reason="there is a CUDA device here")
def test_the_command_refuses_a_device_that_is_not_there(oncometry, tmp_path):
    for name, array in {"image": np.zeros((3, 4, 5)), "mask": np.ones((3, 4, 5), np.uint8)}.items():
        sitk.WriteImage(sitk.GetImageFromArray(array), tmp_path / f"{name}.nii.gz")
    paths = [str(tmp_path / name) for name in ("image.nii.gz", "mask.nii.gz")]
    ran = oncometry("features", *paths, "--map", "glcm", "--device", "cuda", "-o", str(tmp_path / "maps"))
    assert ran.code == 2
    assert "DEVICE_MISSING" in ran.err
    assert not (tmp_path / "maps").exists()
    ran = oncometry("features", *paths, "--device", "cuda")
    assert ran.code == 2
    assert "--map" in ran.err


def test_doctor_names_the_devices(oncometry):
    found = json.loads(oncometry("doctor", "--json").out)
    expected = "not built" if not cuda_is_built() else ", ".join(cuda_devices()) or "built; no device"
    assert found["cuda"] == expected
