"""PyRadiomics' three-dimensional local binary patterns (Banerjee et al. 2013, doi 10.1007/978-3-642-37410-4_3).

Samples on an icosphere around a voxel, one where at least as bright as the voxel, are projected on spherical
harmonics; a map is the length of one degree's part, or the kurtosis of the samples themselves.
"""

from __future__ import annotations

import itertools
import math
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy.ndimage import map_coordinates, spline_filter
from scipy.special import sph_harm_y

from oncometry.core.geometry import FloatArray, Point
from oncometry.features.filters.filter import Filter
from oncometry.features.filters.window import Window, inside

__all__ = ["LocalBinaryPattern3D", "icosphere"]

Face = tuple[FloatArray, FloatArray, FloatArray]

_SPLINE_REACH = 24
"""Voxels after which a cubic spline's coefficients have forgotten a value: 0.27 to that power is 2e-14."""


class LocalBinaryPattern3D(Filter):
    """One map; PyRadiomics gives one for each degree of the harmonics and the kurtosis."""

    kind: Literal["lbp_3d"] = "lbp_3d"
    degree: int | None = Field(0, ge=0, description="Of the spherical harmonics; None: the kurtosis.")
    radius: float = Field(1.0, gt=0, description="Of the sphere, in voxels.")
    subdivisions: int = Field(1, ge=0, le=4, description="Of the icosahedron's faces.")

    @property
    def name(self) -> str:
        """lbp-3D-m1 for degree 0, lbp-3D-k for the kurtosis."""
        return "lbp-3D-k" if self.degree is None else f"lbp-3D-m{self.degree + 1}"

    def apply_to_box(self, image: NDArray[Any], box: Window, _spacing_mm: Point, /) -> FloatArray:
        """The map; samples are interpolated by cubic splines, 0 outside the image, whole numbers in an image of such."""
        reach = math.ceil(self.radius) + _SPLINE_REACH
        k, j, i = (
            slice(max(w.start - reach, 0), min(w.stop + reach, n))
            for w, n in zip(box, image.shape, strict=True)
        )
        window, wanted = image[k, j, i], inside(box, (k, j, i))
        directions = icosphere(self.subdivisions)
        coefficients = spline_filter(window, order=3)
        response = np.empty([w.stop - w.start for w in wanted])
        for n in range(len(response)):
            voxels = np.mgrid[wanted][:, n].reshape(3, -1, 1)
            places = voxels + self.radius * directions.T[:, np.newaxis]
            samples = map_coordinates(coefficients, places, order=3, output=image.dtype, prefilter=False)
            centers = window[wanted][n].reshape(-1, 1)
            values = (
                _kurtosis(samples.astype(np.float64))
                if self.degree is None
                else _length(samples >= centers, directions, self.degree)
            )
            response[n] = values.reshape(response[n].shape)
        return response


def _length(ones: NDArray[np.bool_], directions: FloatArray, degree: int) -> FloatArray:
    """(voxels, vertices) to the length of the degree's part.

    As PyRadiomics calls SciPy, the polar angle is taken for the azimuth and the azimuth for the polar angle.
    """
    polar, azimuth = np.arccos(directions[:, 2]), np.arctan2(directions[:, 1], directions[:, 0])
    orders = range(-degree, degree + 1)
    harmonics = np.array([sph_harm_y(degree, m, np.abs(azimuth), polar) for m in orders])
    part = ones @ harmonics.T @ harmonics
    return np.asarray(np.sqrt(np.square(part).sum(axis=1)).real)


def _kurtosis(samples: FloatArray) -> FloatArray:
    """Excess kurtosis of each row; -3 where all samples are equal."""
    centered = samples - samples.mean(axis=1, keepdims=True)
    second, fourth = (centered**2).mean(axis=1), (centered**4).mean(axis=1)
    varies = second > np.square(np.finfo(np.float64).resolution * samples.mean(axis=1))
    return np.asarray(np.where(varies, fourth / np.where(varies, second**2, 1.0), 0.0) - 3)


def icosphere(subdivisions: int) -> FloatArray:
    """(n, 3) corners of an icosahedron whose faces are cut into four again and again, on the unit sphere."""
    golden = (1 + math.sqrt(5)) / 2
    corners = [np.roll([0.0, a, b * golden], turn) for turn in range(3) for a in (-1, 1) for b in (-1, 1)]
    points = np.array(corners) / math.hypot(1, golden)
    edge = 2 / math.hypot(1, golden)
    faces: list[Face] = [
        face
        for face in itertools.combinations(points, 3)
        if all(math.isclose(math.dist(a, b), edge) for a, b in itertools.combinations(face, 2))
    ]
    for _ in range(subdivisions):
        faces = [part for face in faces for part in _quartered(*face)]
    return np.asarray(np.unique(np.round(np.array(faces).reshape(-1, 3), 12), axis=0), dtype=np.float64)


def _quartered(a: FloatArray, b: FloatArray, c: FloatArray) -> list[Face]:
    ab, bc, ca = (side / np.linalg.norm(side) for side in (a + b, b + c, c + a))
    return [(a, ab, ca), (b, bc, ab), (c, ca, bc), (ab, bc, ca)]
