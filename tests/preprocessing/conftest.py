"""A brain, a phantom and their grids."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import nibabel
import nilearn
import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from oncometry.core import Geometry, Image, Modality
from oncometry.preprocessing import resample

Rigid = Callable[..., np.ndarray]
T1 = "mni_icbm152_t1_tal_nlin_sym_09a_converted.nii.gz"


@pytest.fixture(scope="session")
def template() -> Image:
    """MNI152 T1, 1 mm, skull-stripped, as shipped in nilearn's wheel."""
    volume = nibabel.load(Path(nilearn.__file__).parent / "datasets" / "data" / T1)
    affine = np.diag([-1.0, -1.0, 1.0, 1.0]) @ volume.affine
    array = np.asarray(volume.dataobj, dtype=np.float32)
    return Image(array, Geometry(array.shape, affine), Modality.MR, key="template")


@pytest.fixture(scope="session")
def clinical_grid(template: Image) -> Geometry:
    """240 x 240 x 30 voxels of 1 x 1 x 5 mm about the brain."""
    center = template.geometry.to_world((np.array(template.geometry.shape) - 1) / 2)
    return Geometry.from_parts((240, 240, 30), (1, 1, 5), center - np.array([119.5, 119.5, 72.5]))


@pytest.fixture(scope="session")
def brain(template: Image, clinical_grid: Geometry) -> Image:
    """The template at 1 x 1 x 5 mm with noise of 3 % of white matter."""
    clean = resample(template, clinical_grid)
    noise = np.random.default_rng(0).normal(0, 3, clean.array.shape)
    return clean.with_array((clean.array + noise).astype(np.float32))


@pytest.fixture
def ramp() -> Image:
    """An oblique grid whose values are a linear function of place: x + 2 y - 3 z."""
    angle = np.radians(20)
    turn = [[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]]
    geometry = Geometry.from_parts((20, 24, 12), (1.0, 1.5, 3.0), (-10, 5, 30), turn, "1.2.3")
    return Image(linear(geometry), geometry, Modality.MR, key="ramp")


def linear(geometry: Geometry) -> np.ndarray:
    """x + 2 y - 3 z at every voxel center."""
    index = np.moveaxis(np.indices(geometry.shape), 0, -1)
    return geometry.to_world(index) @ np.array([1.0, 2.0, -3.0])


@pytest.fixture(scope="session")
def rigid() -> Rigid:
    """(angles about x, y, z in degrees, center, translation) -> (4, 4) about the center."""

    def build(degrees: Sequence[float], center: np.ndarray, move: Sequence[float]) -> np.ndarray:
        matrix = np.eye(4)
        matrix[:3, :3] = Rotation.from_euler("xyz", degrees, degrees=True).as_matrix()
        matrix[:3, 3] = center + np.asarray(move) - matrix[:3, :3] @ center
        return matrix

    return build
