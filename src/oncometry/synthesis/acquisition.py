"""A scan of the model: slice profile, receive field, noise.

Noise is Rician, the magnitude of a complex Gaussian (Gudbjartsson 1995, doi:10.1002/mrm.1910340618).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import SimpleITK as sitk  # noqa: N813
from numpy.typing import NDArray

from oncometry.core import Geometry
from oncometry.core.geometry import FloatArray, Index
from oncometry.synthesis.anatomy import Field

__all__ = ["ScanGrid", "scan", "scan_geometry"]

SCALE = 1600.0
NOISE = 0.011
RECEIVE = 0.16


@dataclass(frozen=True)
class ScanGrid:
    """What is scanned: in-plane 1 mm, slices of `thickness_mm`, number of voxels."""

    shape: Index
    thickness_mm: int


def scan_geometry(grid: ScanGrid, center_lps_mm: FloatArray, frame_of_reference_uid: str) -> Geometry:
    """Axial grid about a center, corner rounded to 0.5 mm as a scanner's table would."""
    spacing = np.array([1.0, 1.0, grid.thickness_mm])
    origin = np.round((center_lps_mm - spacing * (np.array(grid.shape) - 1) / 2) * 2) / 2
    return Geometry.from_parts(grid.shape, spacing, origin, frame_of_reference_uid=frame_of_reference_uid)


def scan(
    model: Field, model_geometry: Geometry, geometry: Geometry, pose: FloatArray, rng: np.random.Generator
) -> NDArray[np.int16]:
    """Voxels (ni, nj, nk) of the posed model on the scan's grid.

    Args:
        model: relative signal on `model_geometry`.
        pose: (4, 4), patient LPS mm to scanner LPS mm.
    """
    signal = _slabs(model, model_geometry, geometry, pose) * _receive_field(geometry.shape, rng)
    sigma = NOISE / np.sqrt(geometry.spacing_mm[2] / 2.5)
    real = signal + np.float32(sigma) * rng.standard_normal(geometry.shape, np.float32)
    imaginary = np.float32(sigma) * rng.standard_normal(geometry.shape, np.float32)
    magnitude = np.hypot(real, imaginary)
    return np.asarray(np.clip(np.rint(SCALE * magnitude), 0, 32767), np.int16, order="F")


def _slabs(model: Field, model_geometry: Geometry, geometry: Geometry, pose: FloatArray) -> Field:
    """Mean over each slice of samples 1 mm apart: a box profile."""
    thick = round(geometry.spacing_mm[2])
    fine = _sitk_image(model, model_geometry)
    pull = np.linalg.inv(pose)
    transform = sitk.AffineTransform(pull[:3, :3].ravel().tolist(), pull[:3, 3].tolist())
    resampler = sitk.ResampleImageFilter()
    resampler.SetSize((geometry.shape[0], geometry.shape[1], geometry.shape[2] * thick))
    resampler.SetOutputSpacing(
        (geometry.spacing_mm[0], geometry.spacing_mm[1], geometry.spacing_mm[2] / thick)
    )
    x, y, z = geometry.origin_lps_mm
    resampler.SetOutputOrigin((x, y, z - geometry.spacing_mm[2] * (thick - 1) / (2 * thick)))
    resampler.SetTransform(transform)
    resampler.SetInterpolator(sitk.sitkLinear)
    resampler.SetNumberOfThreads(1)
    resampled = resampler.Execute(fine)  # kept by name: the view below does not own its memory
    samples = sitk.GetArrayViewFromImage(resampled)
    nk, nj, ni = geometry.shape[2], geometry.shape[1], geometry.shape[0]
    mean: Field = samples.reshape(nk, thick, nj, ni).mean(axis=1, dtype=np.float32).T
    return mean


def _receive_field(shape: Index, rng: np.random.Generator) -> Field:
    """Smooth sensitivity exp(b), b a random polynomial of second degree within some 16 %."""
    x, y, z = (
        np.linspace(-1, 1, n, dtype=np.float32).reshape([-1 if a == axis else 1 for a in range(3)])
        for axis, n in enumerate(shape)
    )
    c = rng.uniform(-1, 1, 7).astype(np.float32)
    linear = c[0] * x + c[1] * y + c[2] * z
    square = np.abs(c[3]) * (0.5 - x**2) + np.abs(c[4]) * (0.5 - y**2) + c[5] * (0.4 - z**2) + c[6] * x * y
    return np.asarray(np.exp(np.float32(RECEIVE) * (0.8 * linear + square)), np.float32)


def _sitk_image(array: Field, geometry: Geometry) -> sitk.Image:
    image = sitk.GetImageFromArray(array.T)
    image.SetSpacing(geometry.spacing_mm)
    image.SetOrigin(geometry.origin_lps_mm)
    return image
