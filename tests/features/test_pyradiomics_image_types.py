"""Filtered images of PyRadiomics' case brain1, through one call.

The reference is what PyRadiomics 3.0.1 gave with PyWavelets 1.9 and SimpleITK 2.5, ten digits.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from oncometry.convert import as_image, as_segmentation
from oncometry.features import extract, spec_of

from .pyradiomics import DATA, needs_data
from .regions import REFERENCE

pytestmark = [pytest.mark.data, needs_data]

PARAMETERS = {
    "imageType": {
        "LoG": {"sigma": [1, 2.0, 3.0]},
        **{name: {} for name in ("Wavelet", "Square", "SquareRoot", "Logarithm", "Exponential", "Gradient")},
    },
    "featureClass": {"firstorder": None, "glcm": None, "gldm": None},
    "setting": {"binWidth": 25},
}

PRE_CROP = {
    "imageType": {"LoG": {"sigma": [3.0]}, **dict.fromkeys(("Wavelet", "Square", "Exponential", "Gradient"))},
    "featureClass": {"firstorder": ["Mean", "Variance", "Entropy"], "glcm": ["Contrast"]},
    "setting": {"preCrop": True, "padDistance": 2},
}


@pytest.mark.parametrize(
    ("parameters", "reference", "images"),
    [
        (PARAMETERS, "pyradiomics_image_types.json", 3 + 8 + 5),
        (PRE_CROP, "pyradiomics_pre_crop.json", 1 + 8 + 3),
    ],
    ids=["whole", "cropped"],
)
def test_every_image_type(parameters: dict[str, object], reference: str, images: int) -> None:
    wanted = json.loads((REFERENCE / reference).read_text())
    folder = Path(str(DATA)) / "imaging" / "pyradiomics"
    image = as_image(folder / "brain1_image.nrrd")
    mask = as_segmentation(folder / "brain1_label.nrrd", scheme="binary")
    vectors = extract(image, mask, spec_of(parameters))
    assert len(vectors) == images
    values = {v.tag: v.value for vector in vectors for v in vector.values}
    assert set(values) == set(wanted)
    wrong = {
        tag: (values[tag], value)
        for tag, value in wanted.items()
        if values[tag] != pytest.approx(value, rel=1e-6, abs=1e-6)
    }
    assert not wrong
