"""PyRadiomics' published values, every column with the settings it names, through one call."""

from __future__ import annotations

import ast
import csv
from functools import cache
from pathlib import Path

import pytest

from oncometry.convert import as_image, as_segmentation
from oncometry.core import Compartment, Image, Segment, Segmentation
from oncometry.features import extract, spec_of

from .pyradiomics import CASES, DATA, needs_data

pytestmark = [pytest.mark.data, needs_data]

CLASSES = ("firstorder", "glcm", "gldm", "glrlm", "glszm", "ngtdm", "shape", "shape2D")
OLD_MESH = {"SurfaceArea", "MeshVolume", "SurfaceVolumeRatio", "Sphericity"}
"""Of brain1: from a release whose marching cubes were others (see test_pyradiomics_shape)."""

SLICES = {"brain1": 16, "brain2": 8, "breast1": 9}
"""The one slice that the mask of class shape2D has (its diagnostics_Mask-corrected_BoundingBox)."""


@cache
def case(name: str) -> tuple[Image, Segmentation]:
    folder = Path(str(DATA)) / "imaging" / "pyradiomics"
    image = as_image(folder / f"{name}_image.nrrd")
    return image, as_segmentation(folder / f"{name}_label.nrrd", scheme="binary")


def one_slice(segmentation: Segmentation, k: int) -> Segmentation:
    mask = segmentation.mask(1)
    mask[:, :, :k] = mask[:, :, k + 1 :] = False
    segment = Segment.from_mask(1, "tumor", Compartment.WHOLE, mask)
    return Segmentation(segmentation.geometry, (segment,))


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("feature_class", CLASSES)
def test_every_column(feature_class: str, name: str) -> None:
    path = Path(str(DATA)) / "reference" / "pyradiomics-baseline" / f"baseline_{feature_class}.csv"
    with path.open(encoding="utf-8") as stream:
        rows = {row[0]: row[1:] for row in csv.reader(stream)}
    image, segmentation = case(name)
    if feature_class == "shape2D":
        segmentation = one_slice(segmentation, SLICES[name])
    columns = [n for n, column in enumerate(rows["featureName"]) if column.split("_")[0] == name]
    assert columns
    for n in columns:
        setting = ast.literal_eval(rows["diagnostics_Configuration_Settings"][n])
        spec = spec_of({"setting": setting, "featureClass": {feature_class: None}})
        values = {v.tag: v.value for v in extract(image, segmentation, spec)[0].values}
        for tag, row in rows.items():
            old = feature_class == "shape" and name == "brain1" and tag.rsplit("_", 1)[-1] in OLD_MESH
            if tag.startswith("original_") and not (old and rows["featureName"][n] == "brain1"):
                wanted = pytest.approx(float(row[n]), rel=1e-6, abs=1e-6)
                assert values[tag] == wanted, (rows["featureName"][n], tag)
