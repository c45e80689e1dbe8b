"""Perturbed features of a real mask beside MIRP 2.7, which perturbs by the same published scheme."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from oncometry.convert import as_image, as_segmentation
from oncometry.features import spec_of
from oncometry.features.perturbation import extract_perturbed, perturbation_of

DATA = os.environ.get("ONCOMETRY_DATA")
MIRP = json.loads((Path(__file__).parents[2] / "reference" / "mirp" / "brain1_perturbed.json").read_text())
SPEC = spec_of(
    {"resample": {"spacing_mm": [1, 1, 1]}, "families": ["morphology", "intensity_statistics", "glcm"]}
)

pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(DATA is None, reason="set ONCOMETRY_DATA to the folder of reference data"),
]


def perturbed(chain: str) -> dict[str, tuple[float, float]]:
    """Tag -> mean and standard deviation over the perturbations."""
    folder = Path(str(DATA)) / "imaging" / "pyradiomics"
    image = as_image(folder / "brain1_image.nrrd")
    segmentation = as_segmentation(folder / "brain1_label.nrrd", image_geometry=image.geometry)
    found = extract_perturbed(image, segmentation, SPEC, perturbation_of(MIRP[chain]["chain"]), threads=2)
    values = np.array([[v.value for v in one.vectors[0].values] for one in found], dtype=float)
    tags = [v.tag for v in found[0].vectors[0].values]
    return {
        tag: (float(column.mean()), float(column.std(ddof=1)))
        for tag, column in zip(tags, values.T, strict=True)
    }


def pairs(chain: str) -> list[tuple[str, tuple[float, float], dict[str, Any]]]:
    ours = perturbed(chain)
    return [(tag, ours[tag], values) for tag, values in MIRP[chain]["values"].items()]


@pytest.mark.parametrize("chain", ["rotation", "translation"])
def test_what_nothing_is_drawn_for_is_the_same(chain: str) -> None:
    for tag, (mean, deviation), mirp in pairs(chain):
        close = 5e-4 if tag.startswith("morph") else 2e-6  # MIRP meshes a little otherwise
        assert mean == pytest.approx(mirp["mean"], rel=close), tag
        assert deviation == pytest.approx(mirp["sd"], rel=0.1 if tag.startswith("morph") else 1e-3), tag


@pytest.mark.parametrize(("chain", "deviations"), [("noise", 2.0), ("contour", 1.0)])
def test_what_is_drawn_is_as_far_from_each_other_as_among_themselves(chain: str, deviations: float) -> None:
    for tag, (mean, deviation), mirp in pairs(chain):
        if tag == "morph_sphericity":  # MIRP closes its contours, ours are rougher
            continue
        if tag == "morph_volume" and chain == "noise":
            assert mean == pytest.approx(mirp["mean"], rel=1e-4)
            continue
        spread = max(deviation, mirp["sd"])
        assert abs(mean - mirp["mean"]) < deviations * spread, tag
        assert 0.25 < deviation / mirp["sd"] < 4, tag


def test_volumes_are_those_asked_for() -> None:
    (volume,) = ((mean, mirp["mean"]) for tag, (mean, _), mirp in pairs("volume") if tag == "morph_volume")
    assert volume[0] == pytest.approx(volume[1], rel=0.02)
