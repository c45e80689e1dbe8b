"""Shape by PyRadiomics' names: against its baselines, and against release 3.0.1 where those are older."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from oncometry.features import shape2d_pyradiomics as shape2d
from oncometry.features import shape_pyradiomics as shape

from .pyradiomics import CASES, DATA, baseline, needs_data
from .shapes import ball, region_of

# PyRadiomics 3.0.1 on brain1: its baseline, made by release 2, differs by 1e-4 to 9e-4 in these.
BRAIN1_RELEASE_3 = {
    "MeshVolume": 16147.51180013021,
    "SurfaceArea": 6438.821603779402,
    "SurfaceVolumeRatio": 0.3987500788652454,
    "Sphericity": 0.4798234536231475,
}


def features_of(mask, spacing) -> dict[str, float]:
    names = (feature.name for feature in shape.TABLE_PYRADIOMICS)
    return dict(zip(names, shape.shape_pyradiomics(mask, spacing), strict=True))


def outline_of(mask, spacing, dimension=0) -> dict[str, float]:
    names = (feature.name for feature in shape2d.TABLE_PYRADIOMICS)
    return dict(zip(names, shape2d.shape2d_pyradiomics(mask, spacing, dimension), strict=True))


def case_region(case: str):
    mask = sitk.ReadImage(Path(DATA) / "imaging" / "pyradiomics" / f"{case}_label.nrrd")
    inside = sitk.GetArrayFromImage(mask) == 1
    return region_of(np.zeros(inside.shape), inside, mask.GetSpacing())


@needs_data
@pytest.mark.parametrize("case", CASES)
def test_baseline(case):
    region = case_region(case)
    expected = baseline("shape")[case] | (BRAIN1_RELEASE_3 if case == "brain1" else {})
    found = features_of(region.morphological, region.spacing_mm)
    assert len(expected) == 14
    assert {name: found[name] for name in expected} == pytest.approx(expected, rel=1e-6)


@needs_data
@pytest.mark.parametrize("case", CASES)
def test_baseline_of_the_largest_slice(case):
    """The baseline is of the slice with most voxels."""
    region = case_region(case)
    largest = int(np.argmax(region.morphological.sum(axis=(1, 2))))
    flat = region_of(
        np.zeros((1, *region.morphological.shape[1:])), region.morphological[largest : largest + 1]
    )
    found = outline_of(flat.morphological, region.spacing_mm)
    expected = baseline("shape2D")[f"{case}_shape2D"]
    assert len(expected) == 9
    assert {name: found[name] for name in expected} == pytest.approx(expected, rel=1e-6)


def test_one_voxel_has_a_surface_and_no_axes():
    found = features_of(np.ones((1, 1, 1), np.uint8), (1.0, 2.0, 3.0))
    assert found["MeshVolume"] == pytest.approx(1.0)  # an octahedron of a sixth of the voxel
    assert found["Maximum3DDiameter"] == 3
    assert found["MajorAxisLength"] == found["LeastAxisLength"] == 0
    assert np.isnan(found["Elongation"])
    assert np.isnan(found["Flatness"])


def test_nothing_is_known_of_an_empty_mask():
    empty = np.zeros((2, 3, 4), np.uint8)
    assert np.isnan(list(features_of(empty, (1.0, 1.0, 1.0)).values())).all()
    assert np.isnan(list(outline_of(empty[:1], (1.0, 1.0, 1.0)).values())).all()


def test_a_ball_is_nearly_spherical():
    found = features_of(ball(10), (1.0, 1.0, 1.0))
    assert 0.9 < found["Sphericity"] < 1
    assert found["Sphericity"] ** 3 == pytest.approx(found["Compactness2"])
    assert found["SphericalDisproportion"] == pytest.approx(1 / found["Sphericity"])
    assert found["Compactness1"] == pytest.approx(np.sqrt(found["Compactness2"]) / (6 * np.pi))
    assert found["Elongation"] == found["Flatness"] == pytest.approx(1)


@pytest.mark.parametrize("dimension", [0, 1, 2])
def test_the_slice_may_lie_across_any_axis(dimension):
    rng = np.random.default_rng(1)
    flat = np.expand_dims((rng.random((6, 9)) < 0.7).astype(np.uint8), 0)
    spacing = [0.5, 2.0]
    expected = outline_of(flat, (*spacing, 7.0))
    placed = [*spacing]
    placed.insert(2 - dimension, 7.0)
    found = outline_of(np.ascontiguousarray(np.moveaxis(flat, 0, dimension)), tuple(placed), dimension)
    assert found == pytest.approx(expected)


def test_more_than_one_slice_is_refused():
    with pytest.raises(ValueError, match="2 slices along dimension 1"):
        shape2d.shape2d_pyradiomics(np.ones((1, 2, 3), np.uint8), (1.0, 1.0, 1.0), 1)
