"""The Gabor filter, in planes (the manual, Q88H)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, Literal

import numpy as np
import scipy.fft
from numpy.typing import NDArray
from pydantic import Field

from oncometry.core.geometry import FloatArray, Point
from oncometry.features.filters.filter import Filter
from oncometry.features.filters.naming import named
from oncometry.features.filters.separable import Pooling, pooled
from oncometry.features.filters.window import Boundary, Window, cut

__all__ = ["Gabor"]

_PLANES = ((1, 2), (0, 2), (0, 1))
"""Row and column axis of the axial, coronal and sagittal plane."""

_REACH = 6.0
"""Half the kernel in standard deviations: what is left out is 1.5e-8 of the peak."""


class Gabor(Filter):
    """Magnitude of the response to waves of one length under a Gaussian, slice by slice."""

    kind: Literal["gabor"] = "gabor"
    sigma_mm: float = Field(gt=0, description="Standard deviation of the Gaussian along the wave.")
    wavelength_mm: float = Field(gt=0)
    gamma: float = Field(gt=0, description="Aspect: sigma across the wave is sigma / gamma.")
    theta_degrees: float = Field(0.0, description="Orientation of the wave, clockwise in the plane.")
    step_degrees: float | None = Field(
        None,
        gt=0,
        le=360,
        description="Pool over orientations this far apart, all around; None: one orientation.",
    )
    orthogonal_planes: bool = Field(
        False, description="Pool also over the axial, coronal and sagittal plane."
    )
    pooling: Pooling = Pooling.AVERAGE
    boundary: Boundary = Boundary.MIRROR

    @property
    def name(self) -> str:
        """gabor-sigma-5mm-wavelength-2mm-gamma-1.5-theta-45."""
        turns = (
            f"theta-{self.theta_degrees:g}" if self.step_degrees is None else f"step-{self.step_degrees:g}"
        )
        shape = f"sigma-{self.sigma_mm:g}mm-wavelength-{self.wavelength_mm:g}mm-gamma-{self.gamma:g}"
        is_pooled = self.orthogonal_planes or self.step_degrees is not None
        return named(
            "gabor",
            shape,
            turns,
            dimensions=3 if self.orthogonal_planes else 2,
            pooling=self.pooling if is_pooled else None,
            boundary=self.boundary,
        )

    def apply_to_box(self, image: NDArray[Any], box: Window, spacing_mm: Point, /) -> FloatArray:
        """The magnitude of the complex response."""
        planes = _PLANES if self.orthogonal_planes else _PLANES[:1]
        return pooled(
            ((response, 1) for plane in planes for response in self._in_plane(image, box, plane, spacing_mm)),
            self.pooling,
        )

    def _in_plane(
        self, image: NDArray[Any], box: Window, plane: tuple[int, int], spacing_mm: Point
    ) -> Iterator[FloatArray]:
        """The responses of a plane's orientations, which share the spectrum of the window."""
        spacings = [spacing_mm[2 - axis] for axis in plane]
        kernels = [self._kernel(theta, spacings) for theta in self._orientations()]
        radii = np.max([[n // 2 for n in kernel.shape] for kernel in kernels], axis=0)
        margins = [(0, 0)] * 3
        for axis, radius in zip(plane, radii.tolist(), strict=True):
            margins[axis] = (radius, radius)
        window = cut(image, box, margins, self.boundary)
        size = [scipy.fft.next_fast_len(window.shape[axis]) for axis in plane]
        spectrum = scipy.fft.fft2(window.astype(np.float64, copy=False), size, axes=plane)
        for kernel in kernels:
            yield _magnitude(spectrum, kernel, box, plane, radii)

    def _orientations(self) -> list[float]:
        """In degrees; half a turn gives the same magnitude, so that it is left out where the turns are even."""
        if self.step_degrees is None:
            return [self.theta_degrees]
        count = round(360 / self.step_degrees)
        return [
            self.theta_degrees + n * self.step_degrees for n in range(count // 2 if count % 2 == 0 else count)
        ]

    def _kernel(self, theta_degrees: float, spacings_mm: list[float]) -> NDArray[np.complex128]:
        """(rows, columns), complex, its middle on the voxel; cut where the ellipse of six sigma ends."""
        theta, across_mm = math.radians(theta_degrees), self.sigma_mm / self.gamma
        sine, cosine = math.sin(theta), math.cos(theta)
        y = _positions(math.hypot(self.sigma_mm * sine, across_mm * cosine), spacings_mm[0])[:, np.newaxis]
        x = _positions(math.hypot(self.sigma_mm * cosine, across_mm * sine), spacings_mm[1])
        along, aside = x * cosine + y * sine, y * cosine - x * sine
        envelope = np.exp(-(along**2 + (self.gamma * aside) ** 2) / (2 * self.sigma_mm**2))
        return np.asarray(envelope * np.exp(2j * np.pi * along / self.wavelength_mm))


def _positions(sigma_mm: float, spacing_mm: float) -> FloatArray:
    """Of the kernel's voxels from its middle, in mm."""
    radius = math.ceil(_REACH * sigma_mm / spacing_mm)
    return np.arange(-radius, radius + 1.0) * spacing_mm


def _magnitude(
    spectrum: NDArray[np.complex128],
    kernel: NDArray[np.complex128],
    box: Window,
    plane: tuple[int, int],
    radii: NDArray[np.int_],
) -> FloatArray:
    """|window * kernel| in the box; what wraps around falls into the margins."""
    size = [spectrum.shape[axis] for axis in plane]
    placed = np.zeros(size, dtype=np.complex128)
    placed[: kernel.shape[0], : kernel.shape[1]] = kernel
    placed = np.roll(placed, [-(n // 2) for n in kernel.shape], (0, 1))
    shape = [1, 1, 1]
    for axis, n in zip(plane, size, strict=True):
        shape[axis] = n
    response = scipy.fft.ifft2(spectrum * scipy.fft.fft2(placed).reshape(shape), axes=plane)
    kept = [slice(None)] * 3
    for axis, radius in zip(plane, radii.tolist(), strict=True):
        kept[axis] = slice(radius, radius + box[axis].stop - box[axis].start)
    return np.asarray(np.abs(response[tuple(kept)]))
