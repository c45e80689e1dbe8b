"""Configurations A to E on a CT, as MIRP 2.7 computes them (tests/reference/mirp)."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from oncometry.convert import as_image, as_segmentation
from oncometry.core import Image, Segmentation
from oncometry.features import extract, profile_named

from .regions import REFERENCE

DATA = os.environ.get("ONCOMETRY_DATA")
pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(DATA is None, reason="ONCOMETRY_DATA does not name the data folder"),
]
RELATIVE, ABSOLUTE = 1e-4, 1e-6  # MIRP computes in single precision


@pytest.fixture(scope="module")
def sarcoma() -> tuple[Image, Segmentation]:
    folder = Path(str(DATA)) / "imaging" / "ibsi-sts-dicom-STS_006" / "dicom" / "STS_006" / "CT"
    image = as_image(folder / "image")
    return image, as_segmentation(next((folder / "mask").iterdir()), image_geometry=image.geometry)


@pytest.mark.filterwarnings("ignore::oncometry.core.OncometryWarning")
@pytest.mark.parametrize("configuration", "abcde")
def test_configuration(configuration: str, sarcoma: tuple[Image, Segmentation]) -> None:
    wanted = json.loads((REFERENCE / "mirp" / f"sts_006_config_{configuration}.json").read_text())
    spec = profile_named(f"ibsi-{configuration}")
    values = {v.tag: v.value for v in extract(*sarcoma, spec)[0].values}
    wrong = {
        tag: (values[tag], value)
        for tag, value in wanted.items()
        if values[tag] != pytest.approx(value, rel=RELATIVE, abs=ABSOLUTE)
    }
    assert not wrong
