"""The Laplacian of Gaussian, and its Riesz transforms (the manual, L6PA)."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from oncometry.core.geometry import FloatArray, Point
from oncometry.features.filters.filter import Filter
from oncometry.features.filters.fourier import Order, on_spectrum, riesz
from oncometry.features.filters.naming import named
from oncometry.features.filters.separable import NOTHING, Kernel, Stage, convolved, image_itself
from oncometry.features.filters.window import Boundary, Window, whole

__all__ = ["LaplacianOfGaussian"]


class LaplacianOfGaussian(Filter):
    """Blobs of one size: the Laplacian of the image smoothed by a Gaussian.

    The kernel is cut to a cube, as the standard has it, so that it is a sum of three separable ones.
    """

    kind: Literal["laplacian_of_gaussian"] = "laplacian_of_gaussian"
    sigma_mm: float = Field(gt=0, description="Standard deviation of the Gaussian.")
    cutoff: float = Field(4.0, gt=0, description="Half the side of the kernel's cube, in sigma.")
    dimensions: Literal[2, 3] = 3
    boundary: Boundary = Boundary.MIRROR
    riesz: Order | None = Field(
        None, description="Orders of a Riesz transform along x, y, z, applied to the response."
    )

    @property
    def name(self) -> str:
        """log-sigma-3mm, log-sigma-3mm-riesz-1-0-0."""
        order = ["riesz", *map(str, self.riesz)] if self.riesz else []
        cutoff = [] if self.cutoff == 4 else [f"cutoff-{self.cutoff:g}"]
        parts = [f"log-sigma-{self.sigma_mm:g}mm", *cutoff, *order]
        return named(*parts, dimensions=self.dimensions, boundary=self.boundary)

    def apply_to_box(self, image: NDArray[Any], box: Window, spacing_mm: Point, /) -> FloatArray:
        """The Laplacian per voxel of i squared, which is the standard's where voxels are cubes.

        With a Riesz transform the whole image is read: its support is not finite.
        """
        if self.riesz is None:
            return self._laplacian(image, box, spacing_mm)
        order = self.riesz
        response = self._laplacian(image, whole(image.shape), spacing_mm)
        return on_spectrum(response, lambda shape: riesz(shape, order), self.boundary)[box]

    def _laplacian(self, image: NDArray[Any], box: Window, spacing_mm: Point) -> FloatArray:
        terms = self._terms(spacing_mm)
        itself = image_itself(image)
        responses = [convolved(itself, [term], image.shape, self.boundary)(box) for term in terms]
        return np.asarray(np.sum(responses, axis=0))

    def _terms(self, spacing_mm: Point) -> list[Stage]:
        """A second derivative along one axis and smoothing along the others, for each axis."""
        axes = (0, 1, 2) if self.dimensions == 3 else (1, 2)
        spacings = spacing_mm[::-1]
        sampled = [_sampled(self.sigma_mm / spacing, self.cutoff) for spacing in spacings]
        terms = []
        for bent in axes:
            scale = (spacing_mm[0] / spacings[bent]) ** 2
            kernels = [NOTHING] * 3
            for axis in axes:
                gaussian, second = sampled[axis]
                taps = second * scale if axis == bent else gaussian
                kernels[axis] = Kernel(tuple(taps.tolist()), len(taps) // 2)
            terms.append((kernels[0], kernels[1], kernels[2]))
        return terms


def _sampled(sigma: float, cutoff: float) -> tuple[FloatArray, FloatArray]:
    """A Gaussian and its second derivative at the voxels; sigma in voxels."""
    radius = int(cutoff * sigma + 0.5)
    x = np.arange(-radius, radius + 1.0)
    gaussian = np.exp(-(x**2) / (2 * sigma**2)) / (np.sqrt(2 * np.pi) * sigma)
    return gaussian, gaussian * (x**2 - sigma**2) / sigma**4
