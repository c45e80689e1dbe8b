"""Patterns on a sphere, against PyRadiomics.

reference/pyradiomics_lbp3d.csv is what PyRadiomics 3.0.1 (SciPy 1.13.1, trimesh 5.2.0) gave for the image made here,
three levels, every voxel in the mask; a voxel a row, in C order.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from oncometry.features.filters import LocalBinaryPattern3D
from oncometry.features.filters.pyradiomics_lbp3d import icosphere

TABLE = pd.read_csv(Path(__file__).parents[2] / "reference" / "pyradiomics_lbp3d.csv")


@pytest.mark.parametrize("degree", [0, 1, 2, None])
def test_maps_are_pyradiomics(degree):
    k, j, i = np.indices((4, 5, 6))
    image = ((37 * k + 101 * j * j + 59 * i + 13 * i * j * k) % 211 - 60).astype(np.int16)
    one = LocalBinaryPattern3D(degree=degree)
    np.testing.assert_allclose(one.apply(image).ravel(), TABLE[one.name], rtol=1e-9, atol=1e-9)


def test_a_flat_image_has_no_kurtosis_and_every_sample_as_bright():
    flat = np.full((3, 3, 3), 7, dtype=np.int16)
    assert np.isfinite(LocalBinaryPattern3D(degree=None, radius=0.5).apply(flat)).all()
    middle = LocalBinaryPattern3D(degree=0, radius=0.5).apply(flat)[1, 1, 1]
    assert middle == pytest.approx(42 * np.sqrt(42) / (4 * np.pi))


@pytest.mark.parametrize(("subdivisions", "vertices"), [(0, 12), (1, 42), (2, 162)])
def test_the_sphere_is_even(subdivisions, vertices):
    points = icosphere(subdivisions)
    assert len(points) == vertices
    np.testing.assert_allclose(np.linalg.norm(points, axis=1), 1)
    np.testing.assert_allclose(points.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(points.T @ points, np.eye(3) * vertices / 3, atol=1e-9)
